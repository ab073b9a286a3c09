/** Pieces in portions of so many bytes at most: what does not fit begins the next. A piece is never cut. */
import type { Piece } from './pieces.ts';

export class Portions {
  readonly #source: AsyncIterator<Piece>;
  readonly #most: number;
  /** Taken from the source, and too much for the portion before. */
  #carried: Piece | undefined;

  constructor(pieces: AsyncIterable<Piece>, mostBytes: number) {
    this.#source = pieces[Symbol.asyncIterator]();
    this.#most = mostBytes;
  }

  /** Whether another portion has to be taken; known when one has been taken to its end. */
  get hasMore(): boolean {
    return this.#carried !== undefined;
  }

  /** The next portion. It ends only when it is known whether there is another. */
  async *next(): AsyncGenerator<Piece> {
    let bytes = 0;
    for (let piece = this.#carried ?? (await this.#take()); piece; piece = await this.#take()) {
      this.#carried = undefined;
      if (bytes > 0 && bytes + sizeOf(piece) > this.#most) {
        this.#carried = piece;
        return;
      }
      bytes += sizeOf(piece);
      yield piece;
    }
  }

  /** Lets the source go. */
  async close(): Promise<void> {
    await this.#source.return?.();
  }

  async #take(): Promise<Piece | undefined> {
    const { done, value } = await this.#source.next();
    return done ? undefined : value;
  }
}

function sizeOf(piece: Piece): number {
  return piece.kind === 'lines' ? piece.raw.length : piece.rawBytes;
}
