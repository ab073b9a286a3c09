/**
 * Errors as HTTP answers: RFC 9457 problem details, with what to do next, never with a stack.
 */

/** Throw it from a handler to answer with a problem document. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: number;
  readonly title: string;
  readonly extra: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;

  /**
   * @param detail what is wrong and what to do, for the person who asked.
   * @param extra further members of the document, such as `parameter`.
   */
  constructor(
    status: number,
    title: string,
    detail: string,
    extra: Readonly<Record<string, unknown>> = {},
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(detail);
    this.status = status;
    this.title = title;
    this.extra = extra;
    this.headers = headers;
  }
}

/** What every answer says unless it says otherwise: nobody keeps it, and nobody guesses what it is. */
export const PRIVATE = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' } as const;

/** The document's bytes and headers. `instance` is the id under which the log knows the request. */
export function problemAnswer(problem: Problem, instance: string) {
  const { status, title, message: detail, extra } = problem;
  return {
    status,
    headers: { ...PRIVATE, 'content-type': 'application/problem+json', ...problem.headers },
    body: `${JSON.stringify({ type: 'about:blank', title, status, detail, instance: `urn:uuid:${instance}`, ...extra })}\n`,
  };
}
