import { describe, expect, it } from 'vitest';
import { GraphFailure } from '../../shared/graph/failure.ts';
import { type GraphPage, type PageSource, readPages } from '../../shared/graph/pages.ts';
import { TransportError } from '../../shared/graph/transport.ts';
import { LOG_TYPES, type LogType } from '../../shared/logTypes.ts';
import { AWAY_FROM_GRAPH } from './links.ts';
import { AUDITS, FIRST, link, NOW, ORIGIN, page, refusal, type Step, scriptedGraph, WINDOW } from './script.ts';

const TRIES = 6;
/** Where more tries help less. */
const FEWER: Partial<Record<string, number>> = { unlicensed: 3, broken: 3, slow: 3 };
const forever = new AbortController().signal;

/** All pages of the window; a failure comes with the pages before it. */
async function read(source: PageSource, signal = forever, logType = AUDITS) {
  const pages: GraphPage[] = [];
  try {
    for await (const each of readPages(source, logType, WINDOW, signal)) pages.push(each);
  } catch (failure) {
    return { pages, ids: idsOf(pages), failure };
  }
  return { pages, ids: idsOf(pages), failure: undefined };
}

const idsOf = (pages: readonly GraphPage[]) => pages.map(({ records }) => records.map(({ id }) => id));

describe('the pages of a window', () => {
  it('come one after another to the end, each asked for once, with one grant each', async () => {
    const source = scriptedGraph({
      [FIRST]: page(['a', 'b'], link('1')),
      [link('1')]: page(['c'], link('2')),
      [link('2')]: page(['d', 'e']),
    });
    expect(await read(source)).toMatchObject({ ids: [['a', 'b'], ['c'], ['d', 'e']], failure: undefined });
    expect(source.asked).toEqual([FIRST, link('1'), link('2')]);
    expect(source.grants).toBe(3);
    expect(source.slept).toEqual([]);
  });

  it('may be one without records', async () => {
    const source = scriptedGraph({ [FIRST]: page([]) });
    expect((await read(source)).ids).toEqual([[]]);
  });

  it('go on behind a page that is empty or short', async () => {
    const source = scriptedGraph({
      [FIRST]: page([], link('1')),
      [link('1')]: page(['a'], link('2')),
      [link('2')]: page([], link('3')),
      [link('3')]: page(['b']),
    });
    expect((await read(source)).ids).toEqual([[], ['a'], [], ['b']]);
  });

  it('are asked for with the very link that Graph gave', async () => {
    const odd = `${ORIGIN}/v1.0/auditLogs/directoryAudits?$skiptoken=a%2fb+c'd&$filter=x&$top=1000`;
    const source = scriptedGraph({ [FIRST]: page(['a'], odd), [odd]: page(['b']) });
    expect((await read(source)).ids).toEqual([['a'], ['b']]);
    expect(source.asked).toEqual([FIRST, odd]);
  });

  it("carry Graph's clock and the id of their request", async () => {
    const headers = { date: 'Sat, 21 Nov 2026 07:59:58 GMT', 'request-id': 'r-1' };
    const source = scriptedGraph({
      [FIRST]: page(['a'], link('1'), headers),
      [link('1')]: page([], link('2')),
      [link('2')]: page([], undefined, { date: 'yesterday' }),
    });
    const { pages } = await read(source);
    expect(pages.map(({ graphTime, requestId }) => ({ graphTime, requestId }))).toEqual([
      { graphTime: NOW - 2000, requestId: 'r-1' },
      { graphTime: NOW, requestId: '' },
      { graphTime: NOW, requestId: '' },
    ]);
  });

  it('carry only what may stand in a ledger of the id of their request', async () => {
    const source = scriptedGraph({
      [FIRST]: page(['a'], link('1'), { 'request-id': 'r 1\r\n\u2028é"' }),
      [link('1')]: page([], undefined, { 'request-id': 'x'.repeat(10_000) }),
    });
    const { pages } = await read(source);
    expect(pages.map(({ requestId }) => requestId)).toEqual(['r1"', 'x'.repeat(64)]);
  });

  it('can be read until the next one is asked for', async () => {
    const large = Array.from({ length: 10_000 }, (_, n) => `${n}-${'x'.repeat(100)}`);
    const source = scriptedGraph({ [FIRST]: page(large, link('1')), [link('1')]: page(['b']) });
    const pages = readPages(source, AUDITS, WINDOW, forever);
    const first = (await pages.next()).value as GraphPage;
    expect(first.records.map(({ line }) => JSON.parse(line.toString()).id)).toEqual(large);
    const second = (await pages.next()).value as GraphPage;
    expect(JSON.parse(String(second.records[0]?.line)).id).toBe('b');
    await pages.return(undefined);
  });

  it('carry the types of their sign-ins where the log type is one of sign-ins', async () => {
    const signIns = LOG_TYPES.get('servicePrincipalSignIns') as LogType;
    const record = { id: 'a', createdDateTime: '2026-11-20T05:30:00Z', signInEventTypes: ['servicePrincipal'] };
    const answer = { status: 200, headers: {}, body: Buffer.from(JSON.stringify({ value: [record] })) };
    const source = scriptedGraph({});
    source.graph.get = async () => answer;
    const signInPages = await read(source, forever, signIns);
    expect(signInPages.pages[0]?.records[0]?.list).toEqual(['servicePrincipal']);
    const auditPages = await read(source);
    expect(auditPages.pages[0]?.records[0]?.list).toBeUndefined();
  });

  it('are not asked for before they are wanted', async () => {
    const source = scriptedGraph({ [FIRST]: page(['a'], link('1')), [link('1')]: page(['b']) });
    const pages = readPages(source, AUDITS, WINDOW, forever);
    expect(source.asked).toEqual([]);
    await pages.next();
    expect(source.asked).toEqual([FIRST]);
    await pages.return(undefined);
    expect(source.asked).toEqual([FIRST]);
  });

  it('are 5,000 at most', async () => {
    const source = scriptedGraph({});
    source.graph.get = async (url) => page([], link(String(Number(/\d+$/.exec(url)?.[0]) + 1)));
    const { pages, failure } = await read(source);
    expect(pages.length).toBe(5000);
    expect(failure).toMatchObject({ kind: 'paging', message: expect.stringContaining('5000 pages') });
  });
});

describe('a link of a page', () => {
  it.each([
    { case: 'to the page itself', script: { [FIRST]: page(['a'], FIRST) }, before: [] },
    {
      case: 'to the page before',
      script: { [FIRST]: page(['a'], link('1')), [link('1')]: page(['b'], FIRST) },
      before: [['a']],
    },
    {
      case: 'that repeats',
      script: { [FIRST]: page(['a'], link('1')), [link('1')]: page(['b'], link('1')) },
      before: [['a']],
    },
  ])('$case is tried again and then fails the window', async ({ script, before }) => {
    const source = scriptedGraph(script);
    const { ids, failure } = await read(source);
    expect(ids).toEqual(before);
    expect(failure).toMatchObject({ kind: 'broken', message: 'a page links to a page that was read before' });
    expect(source.asked.length).toBe(before.length + 3);
  });

  it('that repeats once does no harm', async () => {
    const source = scriptedGraph({
      [FIRST]: page(['a'], link('1')),
      [link('1')]: [page(['b'], link('1')), page(['b'], link('2'))],
      [link('2')]: page(['c']),
    });
    expect(await read(source)).toMatchObject({ ids: [['a'], ['b'], ['c']], failure: undefined });
  });

  it.each(AWAY_FROM_GRAPH)(
    'that leads elsewhere is never asked for, and its page is not handed out: %s',
    async (foreign) => {
      const source = scriptedGraph({ [FIRST]: page(['a'], foreign) });
      const { ids, failure } = await read(source);
      expect(ids).toEqual([]);
      expect(failure).toMatchObject({ kind: 'broken', message: expect.stringContaining(`points outside ${ORIGIN}`) });
      expect(new Set(source.asked)).toEqual(new Set([FIRST]));
      expect(source.asked.length).toBe(3);
    },
  );

  it('that is empty fails the window, for it is no end', async () => {
    const body = Buffer.from('{"@odata.nextLink":"","value":[{"id":"a"}]}');
    const { ids, failure } = await read(scriptedGraph({ [FIRST]: { status: 200, headers: {}, body } }));
    expect(ids).toEqual([]);
    expect(failure).toBeInstanceOf(GraphFailure);
  });
});

const truncated: Step = { status: 200, headers: {}, body: Buffer.from('{"value":[{"id":"secret-row"},{"id"') };
const poisoned: Step = {
  status: 200,
  headers: {},
  body: Buffer.from('{"value":[{"id":"secret-row"},{"id":"x"{ "error": {"code":"BadRequest","message":"m"}'),
};
const reset = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });

/** What passes, and what is said when it does not. */
const PASSING: readonly { case: string; step: Step; kind: string }[] = [
  { case: 'a 429', step: refusal(429), kind: 'throttled' },
  { case: 'a 500', step: refusal(500), kind: 'transient' },
  { case: 'a 503', step: refusal(503), kind: 'transient' },
  { case: 'a 504', step: refusal(504), kind: 'slow' },
  { case: 'a 401', step: refusal(401), kind: 'token' },
  { case: 'an unsupported query', step: refusal(400, {}, 'Unsupported Query.'), kind: 'transient' },
  { case: 'a licence that is missing now and then', step: refusal(403, {}, 'not licensed'), kind: 'unlicensed' },
  { case: 'a truncated body', step: truncated, kind: 'broken' },
  { case: 'a poisoned page', step: poisoned, kind: 'broken' },
  { case: 'an answer cut off', step: new TransportError('cut', 'broke off'), kind: 'broken' },
  { case: 'a timeout', step: new TransportError('timeout', 'late'), kind: 'slow' },
  { case: 'a reset', step: reset, kind: 'transient' },
];

const FINAL: readonly { case: string; step: Step; kind: string }[] = [
  { case: 'a bad filter', step: refusal(400, {}, 'Invalid filter clause'), kind: 'refused' },
  { case: 'a lost skip token', step: refusal(400, {}, 'Invalid Skip Token'), kind: 'paging' },
  { case: 'a lower bound too old', step: refusal(400, {}, 'Minimum allowed time is x'), kind: 'tooOld' },
  { case: 'a permission that is missing', step: refusal(403), kind: 'forbidden' },
  { case: 'a log that is absent', step: refusal(404), kind: 'absent' },
];

describe('a page that fails', () => {
  it.each(PASSING)('in passing is asked for again: $case', async ({ step }) => {
    const source = scriptedGraph({
      [FIRST]: [step, page(['a'], link('1'))],
      [link('1')]: [step, step, page(['b'])],
    });
    expect(await read(source)).toMatchObject({ ids: [['a'], ['b']], failure: undefined });
    expect(source.asked).toEqual([FIRST, FIRST, link('1'), link('1'), link('1')]);
    expect(source.grants).toBe(5);
    expect(source.slept.length).toBe(3);
  });

  it.each(PASSING)('every time is given up after its tries: $case', async ({ step, kind }) => {
    const source = scriptedGraph({ [FIRST]: page(['a'], link('1')), [link('1')]: step });
    const { ids, failure } = await read(source);
    expect(ids).toEqual([['a']]);
    expect(failure).toBeInstanceOf(GraphFailure);
    expect(failure).toMatchObject({ kind });
    expect(String(failure)).not.toContain('secret-row');
    const tries = FEWER[kind] ?? TRIES;
    expect(source.asked).toEqual([FIRST, ...Array.from({ length: tries }, () => link('1'))]);
    expect(source.slept.length).toBe(tries - 1);
  });

  it.each(FINAL)('for good is not asked for again: $case', async ({ step, kind }) => {
    const source = scriptedGraph({ [FIRST]: step });
    expect(await read(source)).toMatchObject({ pages: [], failure: { kind } });
    expect(source.asked).toEqual([FIRST]);
    expect(source.slept).toEqual([]);
  });

  it('is told by its last failure', async () => {
    const { failure } = await read(scriptedGraph({ [FIRST]: [refusal(429), reset, refusal(503), refusal(404)] }));
    expect(failure).toMatchObject({ kind: 'absent' });
  });

  it('has a cause that names a credential that failed', async () => {
    const cause = Object.assign(new Error('no identity'), { name: 'CredentialUnavailableError' });
    const { failure } = await read(scriptedGraph({ [FIRST]: cause }));
    expect(failure).toMatchObject({ message: 'no answer from Graph (CredentialUnavailableError)', cause });
  });

  it('has its tries to itself', async () => {
    const fiveTimes = (last: Step): Step[] => [...Array.from({ length: TRIES - 1 }, () => refusal(503)), last];
    const source = scriptedGraph({ [FIRST]: fiveTimes(page(['a'], link('1'))), [link('1')]: fiveTimes(page(['b'])) });
    expect(await read(source)).toMatchObject({ ids: [['a'], ['b']], failure: undefined });
  });
});
