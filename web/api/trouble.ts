/**
 * What can go wrong between the page and the archive, each kind with a name. A view shows them; none of them ever looks
 * like an answer without records.
 */

export type TroubleKind =
  | 'signedOut'
  | 'forbidden'
  | 'purpose'
  | 'filter'
  | 'badRequest'
  | 'notFound'
  | 'conflict'
  | 'gone'
  | 'busy'
  | 'failed'
  | 'broken'
  | 'unreachable'
  | 'cancelled'
  | 'tooLarge'
  | 'outdated'
  | 'fault';

/** Members of a problem document (RFC 9457) that the archive sends. */
export interface ProblemDocument {
  readonly title?: string;
  readonly detail?: string;
  readonly status?: number;
  readonly instance?: string;
  readonly parameter?: string;
  /** The request header that is wrong. */
  readonly header?: string;
  /** Characters before the place of a filter that is wrong. */
  readonly position?: number;
  readonly expected?: string;
  /** The role that would have been enough. */
  readonly role?: string;
}

export interface Trouble extends ProblemDocument {
  readonly kind: TroubleKind;
  readonly detail: string;
  /** When to ask again, in seconds. */
  readonly retryAfter?: number;
}

/** A request that brought no answer, or not all of it. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly trouble: Trouble;

  constructor(trouble: Trouble, cause?: unknown) {
    super(trouble.detail, { cause });
    this.trouble = trouble;
  }
}

const KINDS: Readonly<Record<number, TroubleKind>> = {
  401: 'signedOut',
  403: 'forbidden',
  404: 'notFound',
  409: 'conflict',
  410: 'gone',
  429: 'busy',
  503: 'busy',
};

/** The trouble that an answer other than 2xx tells of. */
export async function troubleOfAnswer(response: Response): Promise<Trouble> {
  const document = await readProblem(response);
  const { status } = response;
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN);
  return {
    ...document,
    status,
    kind: kindOf(status, document),
    detail: document.detail ?? `The archive answered ${status}.`,
    ...(Number.isFinite(retryAfter) && { retryAfter }),
  };
}

/** The trouble behind anything that was thrown. */
export function troubleOf(error: unknown): Trouble {
  if (error instanceof ApiError) return error.trouble;
  const { name, message } = error instanceof Error ? error : { name: '', message: String(error) };
  if (name === 'AbortError') return { kind: 'cancelled', detail: 'You stopped it.' };
  return { kind: 'fault', detail: message };
}

/** The error of a body that ended before its end. */
export function brokenOff(cause: unknown): unknown {
  if ((cause as Error | undefined)?.name === 'AbortError') return cause;
  const detail =
    'The transfer broke off before its end: the connection was lost, or the archive met a segment that is missing or ' +
    'altered and would not send a shorter answer in its place. GET /api/status says whether it did.';
  return new ApiError({ kind: 'broken', detail }, cause);
}

function kindOf(status: number, { header, position }: ProblemDocument): TroubleKind {
  if (status === 400 && header?.toLowerCase() === 'x-purpose') return 'purpose';
  if (status === 400 && position !== undefined) return 'filter';
  return KINDS[status] ?? (status < 500 ? 'badRequest' : 'failed');
}

/** What is no problem document, such as a gateway's page, or one that is cut off, says nothing that the status does not. */
async function readProblem(response: Response): Promise<ProblemDocument> {
  if (!response.headers.get('content-type')?.includes('json')) return {};
  try {
    return (await response.json()) as ProblemDocument;
  } catch {
    return {};
  }
}
