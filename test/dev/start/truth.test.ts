import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareLines } from '../../../dev/start/truth.ts';

async function* stream(lines: readonly string[]) {
  for (const line of lines) yield Buffer.from(line);
}

/** `archived` beside what is `certain`, and beside `passing` lines that were shown too. */
const compare = (certain: string[], archived: string[], judgeExtra = true, passing: string[] = []) =>
  compareLines(
    { certain: stream(certain), shown: stream([...passing, ...certain]), archived: stream(archived) },
    judgeExtra,
  );
const EQUAL = { missing: 0, extra: 0, doubled: 0, passing: 0 };

describe('the comparison of lines', () => {
  it.each([
    ['equal, in any order', ['a', 'b', 'c'], ['c', 'a', 'b'], {}],
    ['both empty', [], [], {}],
    ['one missing', ['a', 'b'], ['a'], { missing: 1 }],
    ['all missing', ['a', 'b'], [], { missing: 2 }],
    ['one extra', ['a'], ['a', 'x'], { extra: 1 }],
    ['one doubled', ['a'], ['a', 'a', 'a'], { doubled: 2 }],
    ['one extra that is doubled', [], ['x', 'x'], { extra: 1, doubled: 1 }],
    ['one byte of difference', ['{"a":0.0}'], ['{"a":0}'], { missing: 1, extra: 1 }],
  ])('sees %s', async (_, certain, archived, expected) => {
    expect(await compare(certain, archived)).toEqual({ ...EQUAL, ...expected });
  });

  it('does not judge what is extra when the archive was fed before, but still what is doubled', async () => {
    expect(await compare(['a'], ['a', 'old', 'old'], false)).toEqual({ ...EQUAL, extra: undefined, doubled: 1 });
  });

  it('demands nothing that was shown in passing only, and allows it', async () => {
    expect(await compare(['a'], ['a', 'p'], true, ['p', 'q', 'r'])).toEqual({ ...EQUAL, passing: 2 });
  });

  it('counts what was taken away, put in and put in twice', async () => {
    const versions = fc.uniqueArray(fc.string(), { minLength: 3, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(versions, fc.nat(), fc.nat(), async (all, a, b) => {
        const missing = a % all.length;
        const extra = b % (all.length - missing);
        const certain = all.slice(extra);
        const archived = [...all.slice(0, all.length - missing), ...all.slice(0, 1)];
        // The first `extra` were never shown, the last `missing` are not held, the first one is held twice.
        expect(await compare(certain, archived)).toEqual({ missing, extra, doubled: 1, passing: 0 });
      }),
    );
  });
});
