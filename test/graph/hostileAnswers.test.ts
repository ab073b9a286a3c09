/** Whatever stands where Graph should be may answer anything: the window is given up, and nothing of it is stored. */
import { describe, expect, it } from 'vitest';
import { RETRYABLE } from '../../shared/graph/failure.ts';
import { ANSWERS, SECRET } from './hostileAnswers.ts';
import { startOverHttp } from './overHttp.ts';

const TRIES = 6;

describe('a hostile answer', () => {
  it.each(ANSWERS)('ends its window, and the next one is archived as ever: $name', async (hostile) => {
    const tries = hostile.tries ?? (RETRYABLE.has(hostile.kind) ? TRIES : 1);
    for (const page of ['first', 'second'] as const) {
      await using over = await startOverHttp();
      over.intercept(page, hostile.answer);
      const failure = await over.failure();
      expect(failure).toMatchObject({ kind: hostile.kind, message: expect.stringMatching(hostile.says) });
      expect(`${failure.message} ${JSON.stringify(over.world.logs)}`).not.toContain(SECRET);
      expect(failure.message.length).toBeLessThan(600);
      expect(over.intercepted).toBe(tries);
      await over.recovers();
    }
  });
});
