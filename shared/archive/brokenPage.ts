/**
 * The refusal of bytes that should be a Graph page, or a stored record, and are not.
 *
 * Its message says what is wrong and where, never what the bytes say: it may be logged.
 */
export class BrokenPage extends Error {
  override readonly name = 'BrokenPage';
  readonly reason: string;
  /** Bytes before the place where the reading stopped. */
  readonly offset: number;

  constructor(reason: string, offset: number) {
    super(`broken page or record: ${reason} (at byte ${offset})`);
    this.reason = reason;
    this.offset = offset;
  }
}
