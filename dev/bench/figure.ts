/** What a bench gives: one line of the table that `npm run bench` prints. */
export interface Figure {
  readonly what: string;
  readonly figure: string;
  /** What is to be reached; empty where nothing is. */
  readonly reach: string;
  readonly ok: boolean;
}
