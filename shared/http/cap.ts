/** How many requests an instance works on at a time: one more would slow all the others down. */
import type { NoteEnd } from './accessLog.ts';
import { Problem } from './problem.ts';

export interface Cap {
  /**
   * Takes a place for a request, until its end is noted.
   * @returns what notes the end, and gives the place back.
   * @throws Problem 429 when all are taken.
   */
  enter(noteEnd: NoteEnd): NoteEnd;
}

/** Seconds. Most answers take less. */
const RETRY_AFTER = '5';

/** @param most requests at a time. */
export function createCap(most: number): Cap {
  let inside = 0;
  return {
    enter(noteEnd) {
      if (inside >= most) {
        const detail = `This instance works on ${most} requests at a time already. Nothing was read. Try again in ${RETRY_AFTER} seconds.`;
        throw new Problem(429, 'Too many requests', detail, {}, { 'retry-after': RETRY_AFTER });
      }
      inside += 1;
      let isInside = true;
      return async (result) => {
        try {
          await noteEnd(result);
        } finally {
          if (isInside) inside -= 1;
          isInside = false;
        }
      };
    },
  };
}
