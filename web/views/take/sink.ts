/** What a download is handed to, piece by piece. */

export interface Sink {
  readonly kind: 'file' | 'memory';
  write(bytes: Uint8Array): Promise<void>;
  /** All of it is there. */
  finish(): Promise<void>;
  /** Nothing of it is wanted. */
  discard(): Promise<void>;
}

/** Bytes that a page should hold in memory at most. */
export const MOST_IN_MEMORY = 256 * 1000 * 1000;
