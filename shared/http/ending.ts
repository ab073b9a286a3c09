/** What is owed when an answer has ended, however it did. */
import type { NoteEnd } from './accessLog.ts';

/** Begins owing nothing; what is to be told is added as the request comes in. */
export class Ending {
  #noteEnd: NoteEnd = async () => undefined;
  #leave = (): void => undefined;

  /** The request has a record, which is told of the end. */
  recorded(noteEnd: NoteEnd): void {
    this.#noteEnd = noteEnd;
  }

  /** The request has a place, which is given back. */
  placed(leave: () => void): void {
    this.#leave = leave;
  }

  /** Tells of the end: the record first, so that nobody takes the place of a request that is still being noted. */
  readonly note: NoteEnd = async (result) => {
    try {
      await this.#noteEnd(result);
    } finally {
      this.#leave();
    }
  };
}
