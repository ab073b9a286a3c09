import { describe, expect, it } from 'vitest';
import { systemClock } from '../../shared/clock.ts';
import { type PageSource, readPages } from '../../shared/graph/pages.ts';
import { AUDITS, FIRST, INTERVAL_MS, ORIGIN, page, refusal, scriptedGraph, WINDOW } from './script.ts';

const TRIES = 6;

/** What the read of a window ends with: its ids, or its failure. */
async function read(source: PageSource, signal = new AbortController().signal) {
  const ids: string[][] = [];
  try {
    for await (const { records } of readPages(source, AUDITS, WINDOW, signal)) ids.push(records.map(({ id }) => id));
  } catch (failure) {
    return { ids, failure };
  }
  return { ids, failure: undefined };
}

describe('the pause before a page is asked for again', () => {
  it.each([
    ['2.128', 2128],
    ['0', 0],
    ['30', 30_000],
    ['120', 120_000],
    ['Sat, 21 Nov 2026 08:00:45 GMT', 45_000],
  ])('is what Graph asks: %s', async (header, milliseconds) => {
    for (const status of [429, 503]) {
      const source = scriptedGraph({ [FIRST]: [refusal(status, { 'retry-after': header }), page(['a'])] });
      expect((await read(source)).ids).toEqual([['a']]);
      expect(source.slept).toEqual([milliseconds]);
    }
  });

  it.each([undefined, 'soon', '-5'])(
    'doubles from twice the interval, less up to a half, when Graph asks for %s',
    async (header) => {
      const headers: Record<string, string> = header === undefined ? {} : { 'retry-after': header };
      const source = scriptedGraph({ [FIRST]: refusal(429, headers) });
      await read(source);
      expect(source.slept.length).toBe(TRIES - 1);
      for (const [n, milliseconds] of source.slept.entries()) {
        const most = Math.min(60_000, 2 * INTERVAL_MS * 2 ** n);
        expect(milliseconds).toBeGreaterThanOrEqual(most / 2);
        expect(milliseconds).toBeLessThanOrEqual(most);
      }
    },
  );

  it('differs from one instance to the next', async () => {
    const pauses = new Set<number | undefined>();
    for (let n = 0; n < 20; n += 1) {
      const source = scriptedGraph({ [FIRST]: [refusal(429), page([])] });
      await read(source);
      pauses.add(source.slept[0]);
    }
    expect(pauses.size).toBeGreaterThan(10);
  });
});

describe('a wait longer than two minutes', () => {
  it('is not waited for: the window is given up, so that other log types go on', async () => {
    const source = scriptedGraph({ [FIRST]: refusal(429, { 'retry-after': '121' }) });
    expect(await read(source)).toMatchObject({ ids: [], failure: { kind: 'throttled', retryAfterMs: 121_000 } });
    expect(source.slept).toEqual([]);
  });
});

describe('an abort', () => {
  const reason = new Error('the host is shutting down');

  /** Aborts when the read has come to where it waits. */
  async function abortWhile(prepare: (source: PageSource, waiting: () => void) => PageSource): Promise<unknown> {
    const stop = new AbortController();
    const source = scriptedGraph({ [FIRST]: refusal(429, { 'retry-after': '100' }) });
    const waiting = () => setTimeout(() => stop.abort(reason), 5);
    return (await read(prepare(source, waiting), stop.signal)).failure;
  }

  it('ends a pause at once', async () => {
    const failure = await abortWhile((source, waiting) => ({
      ...source,
      clock: {
        ...systemClock,
        sleep: (milliseconds, signal) => {
          expect(milliseconds).toBe(100_000);
          waiting();
          return systemClock.sleep(milliseconds, signal);
        },
      },
    }));
    expect(failure).toBe(reason);
  });

  it('ends the wait for a grant at once', async () => {
    const failure = await abortWhile((source, waiting) => ({
      ...source,
      budgetOf: () => ({
        intervalMs: INTERVAL_MS,
        grant: (signal) => {
          waiting();
          return systemClock.sleep(3_600_000, signal);
        },
      }),
    }));
    expect(failure).toBe(reason);
  });

  it('ends a request at once, and what the request says then is not taken for an answer of Graph', async () => {
    const failure = await abortWhile((source, waiting) => ({
      ...source,
      graph: {
        origin: ORIGIN,
        get: (_, signal) => {
          waiting();
          return new Promise((_resolve, reject) =>
            signal.addEventListener('abort', () => reject(new Error('aborted'))),
          );
        },
      },
    }));
    expect(failure).toBe(reason);
  });
});
