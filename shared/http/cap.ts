/** How many requests an instance works on at a time: one more would slow all the others down. */
import { Problem } from './problem.ts';

export interface Cap {
  /**
   * Takes a place for a request.
   * @returns what gives the place back; once is enough, and more is no harm.
   * @throws Problem 429 when all are taken.
   */
  enter(): () => void;
}

/** Seconds. Most answers take less. */
const RETRY_AFTER = '5';

/** @param most requests at a time. */
export function createCap(most: number): Cap {
  let inside = 0;
  return {
    enter() {
      if (inside >= most) {
        const detail = `This instance works on ${most} requests at a time already. Nothing was read. Try again in ${RETRY_AFTER} seconds.`;
        throw new Problem(429, 'Too many requests', detail, {}, { 'retry-after': RETRY_AFTER });
      }
      inside += 1;
      let isInside = true;
      return () => {
        if (isInside) inside -= 1;
        isInside = false;
      };
    },
  };
}
