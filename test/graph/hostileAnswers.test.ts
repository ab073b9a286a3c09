/** Whatever stands where Graph should be may answer anything: the window is given up, and nothing of it is stored. */
import { describe, expect, it } from 'vitest';
import { TRIES } from '../../shared/graph/failure.ts';
import { readsOf } from '../support/flowHarness.ts';
import { ANSWERS, SECRET } from './hostileAnswers.ts';
import { HEADERS, MEMBERS, RECORDS } from './oddAnswers.ts';
import { type Answer, startOverHttp } from './overHttp.ts';

describe('a hostile answer', () => {
  it.each(ANSWERS)('ends its window, and the next one is archived as ever: $name', async (hostile) => {
    const tries = hostile.tries ?? TRIES.get(hostile.kind) ?? 1;
    for (const page of ['first', 'later'] as const) {
      await using over = await startOverHttp();
      over.intercept(page, hostile.answer);
      const failure = await over.failure();
      expect(failure).toMatchObject({ kind: hostile.kind, message: expect.stringMatching(hostile.says) });
      expect(`${failure.message} ${JSON.stringify(over.world.logs)}`).not.toContain(SECRET);
      expect(failure.message.length).toBeLessThan(600);
      expect(over.intercepted).toBe(tries);
      await over.archives();
    }
  });
});

describe('an odd answer', () => {
  const inherited = Object.getOwnPropertyNames(Object.prototype);

  it.each(RECORDS)('has its records archived byte for byte: %s', async (_case, ...lines) => {
    await using over = await startOverHttp();
    await over.archives(lines);
    expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(inherited);
  });

  it.each(MEMBERS)('is a page all the same, whatever stands beside its value: %s', async (_case, member) => {
    await using over = await startOverHttp();
    // In front of the value and behind it, once on each page.
    over.alter(({ headers, text }) => ({
      headers,
      text: text.includes('nextLink')
        ? text.replace('"value":', `${member},"value":`)
        : text.replace(/}$/, `,${member}}`),
    }));
    await over.archives();
    expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(inherited);
  });

  it.each(HEADERS)('is a page all the same, whatever its head says: %s', async (_case, headers) => {
    await using over = await startOverHttp();
    over.alter((good) => ({ ...good, headers: { ...good.headers, ...headers } }));
    const { entries } = await over.archives();
    for (const { requestIds } of readsOf(entries)) {
      for (const id of requestIds) expect(id).toMatch(/^[!-~]{1,64}$/);
    }
    expect(over.server.requests.length).toBe(2);
  });
});

describe('pages without end', () => {
  const next = (origin: string, token: unknown) => `${origin}/v1.0/auditLogs/directoryAudits?$skiptoken=${token}`;
  const paged =
    (link: (origin: string, n: number, asked: string) => string, record = ''): Answer =>
    (response, { request, origin, n }) => {
      const nextLink = JSON.stringify(link(origin, n, `${origin}${request.url}`));
      response.end(`{"@odata.nextLink":${nextLink},"value":[${record.replace('N', String(n))}]}`);
    };
  const tokenOf = (url: string) => Number(/\d+$/.exec(url)?.[0]);
  const ROW = '{"id":"N","activityDateTime":"2026-11-20T05:30:00Z"}';

  it.each([
    ['empty ones', paged((origin, n) => next(origin, n))],
    ['one new record on each', paged((origin, n) => next(origin, n), ROW)],
    ['links that grow', paged((_origin, n, asked) => `${asked.slice(0, 200)}&${n}`)],
    ['the same page behind other fragments', paged((origin, n) => `${next(origin, 1)}#${n}`)],
  ])('are given up after 5,000: %s', async (_case, answer) => {
    await using over = await startOverHttp();
    over.intercept('later', answer);
    expect(await over.failure()).toMatchObject({ kind: 'paging', message: 'the window has more than 5000 pages' });
    expect(over.intercepted).toBe(4999);
    await over.archives();
  });

  it.each([
    ['a page that links to itself', 3, paged((_origin, _n, asked) => asked)],
    ['two pages that link to each other', 5, paged((origin, _n, asked) => next(origin, (tokenOf(asked) % 2) + 1))],
    ['three pages in a circle', 6, paged((origin, _n, asked) => next(origin, (tokenOf(asked) % 3) + 1))],
  ])('are given up when they are a circle: %s', async (_case, requests, answer) => {
    await using over = await startOverHttp();
    over.intercept('later', answer);
    const message = 'a page links to a page that was read before';
    expect(await over.failure()).toMatchObject({ kind: 'broken', message });
    expect(over.intercepted).toBe(requests);
    await over.archives();
  });
});
