/**
 * A record of the access log: one line of JSON for each request that carried a valid token, whatever became of it.
 *
 * It says who asked for what, why, and what was delivered. It holds no token and nothing of what was delivered, and of a
 * query only what is listed here. docs/FORMAT.md explains every field.
 */

/** How far an answer came: `unfinished` where nobody has said so within 15 minutes. */
export type Outcome = 'complete' | 'clientLeft' | 'failed' | 'unfinished';

/** Who asked for what: known before the first byte of the answer. */
export interface AccessRequest {
  /** GUID. */
  readonly id: string;
  /** When the request began: milliseconds since 1970. */
  readonly at: number;
  readonly oid: string;
  readonly appId: string;
  readonly roles: readonly string[];
  readonly method: string;
  /** Name of the route. */
  readonly route: string;
  readonly path: string;
  readonly logType: string | null;
  /** Parameters, as they were given. */
  readonly from: string | null;
  readonly to: string | null;
  readonly filter: string | null;
  readonly select: string | null;
  readonly format: string | null;
  readonly limit: string | null;
  /** Ids of records, or the person, that were asked for. */
  readonly ids: string | null;
  readonly user: string | null;
  /** Whether it goes on with an earlier answer. */
  readonly cursor: boolean;
  readonly purpose: string | null;
  readonly invocationId: string;
  /** What the body said that belongs here and nowhere else, such as the text of a hold's case. */
  readonly note?: string;
}

/** What was delivered. */
export interface AccessResult {
  readonly outcome: Outcome;
  readonly status: number | null;
  /** Title of the problem that was answered. */
  readonly problem: string | null;
  /** Records delivered; `null` where nobody counted them. */
  readonly records: number | null;
  /** Bytes of the body as sent, and their SHA-256 in hex; `null` where there was no body. */
  readonly bytes: number | null;
  readonly sha256: string | null;
  readonly durationMs: number | null;
}

/** What is said of a request as long as nothing more is known. */
export const UNFINISHED: AccessResult = {
  outcome: 'unfinished',
  status: null,
  problem: null,
  records: null,
  bytes: null,
  sha256: null,
  durationMs: null,
};

/** Requests that have no record of their own, of one minute. */
export interface AccessCounts {
  /** Refused for want of a valid token. */
  readonly withoutToken: number;
  /** Refused because their record could not be written. */
  readonly notRecorded: number;
}

/** Characters that a text of a request may have in its record; of a longer one the beginning is kept. */
const LONGEST = [4000, 400] as const;
/** Characters of a line: what one value of a table row holds, with room to spare. */
const LONGEST_LINE = 30_000;

/** The record as it is stored, without the newline. */
export function accessLine(request: AccessRequest, result: AccessResult): string {
  const [long, short] = LONGEST.map((most) => lineWithin(request, result, most)) as [string, string];
  return long.length <= LONGEST_LINE ? long : short;
}

/** The record of a minute's counts. @param minute milliseconds since 1970. */
export function countLine(id: string, minute: number, { withoutToken, notRecorded }: AccessCounts): string {
  return JSON.stringify({ id, time: new Date(minute).toISOString(), kind: 'count', withoutToken, notRecorded });
}

function lineWithin(request: AccessRequest, result: AccessResult, most: number): string {
  const cut = (text: string | null) => (text !== null && text.length > most ? `${text.slice(0, most)}…` : text);
  return JSON.stringify({
    id: request.id,
    time: new Date(request.at).toISOString(),
    kind: 'request',
    oid: request.oid,
    appId: request.appId,
    roles: request.roles,
    method: request.method,
    route: request.route,
    path: cut(request.path),
    logType: request.logType,
    from: cut(request.from),
    to: cut(request.to),
    filter: cut(request.filter),
    select: cut(request.select),
    format: cut(request.format),
    limit: cut(request.limit),
    ids: cut(request.ids),
    user: cut(request.user),
    cursor: request.cursor,
    purpose: request.purpose,
    outcome: result.outcome,
    status: result.status,
    problem: result.problem,
    records: result.records,
    bytes: result.bytes,
    sha256: result.sha256,
    durationMs: result.durationMs,
    invocationId: request.invocationId,
    ...(request.note !== undefined && { note: cut(request.note) }),
  });
}
