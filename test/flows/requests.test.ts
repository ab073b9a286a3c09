/** Sweeps on demand: what a requested re-read finds, and that what it says of itself is what the ledger says. */
import { describe, expect, it } from 'vitest';
import { applyLedger } from '../../shared/ledger.ts';
import { pull } from '../../shared/pull.ts';
import { addRequest, findRequest, nextRequest, type RequestCounts, showRequest } from '../../shared/requests.ts';
import { type FakeRequest, refusal } from '../support/fakeGraph.ts';
import { readsOf, row, rows, seconds, type World, worldOf } from '../support/flowHarness.ts';
import { failing, recording, type StoreCall } from '../support/storeHooks.ts';

const AUDITS = 'directoryAudits';
const SPAN = { from: '2026-11-19T02:00:00Z', to: '2026-11-19T06:00:00Z' };
const NOTHING: RequestCounts = { fetched: 0, new: 0, changed: 0, duplicate: 0, vanished: 0 };

const run = (world: World, deps = world.instance()) => pull(deps, 'reports', new AbortController().signal);

/** Three days have been read, and no sweep is due for hours. 24 rows lie in the span, ten minutes apart. */
async function readWorld(): Promise<World> {
  const { world, type } = worldOf(AUDITS, { sourceDays: 3, settings: { SWEEP_AGES: 'P2D' } });
  world.graph.add(AUDITS, ...rows(type, 24, SPAN.from, 600));
  await run(world);
  return world;
}

/** Graph shows a row late, and shows another one changed. */
function lateAndChanged(world: World) {
  const type = world.logType(AUDITS);
  const [before] = world.graph.visible(AUDITS, 1e9, 0);
  const late = row(type, 'late', '2026-11-19T03:33:33Z');
  const changed = { line: `${before?.line.slice(0, -1)},"more":1}`, compared: before?.compared };
  world.graph.remove(AUDITS, String(before?.line));
  world.graph.add(AUDITS, late, changed);
  return { late: late.line, changed: changed.line };
}

async function request(world: World, { from, to } = SPAN): Promise<string> {
  const window = { from: seconds(from), to: seconds(to) };
  return (await addRequest(world.instance(), world.logType(AUDITS), window)).id;
}

async function shown(world: World, id: string) {
  const found = await findRequest(world.instance(), id);
  if (!found) throw new Error('there is no such request');
  return showRequest(found);
}

/** The reads of the ledger that answer requests. */
const answers = (world: World) => readsOf(world.check(AUDITS).entries).filter(({ why }) => why === 'request');

function sum(reads: readonly RequestCounts[]): RequestCounts {
  const add = (name: keyof RequestCounts) => reads.reduce((total, read) => total + read[name], 0);
  return {
    fetched: add('fetched'),
    new: add('new'),
    changed: add('changed'),
    duplicate: add('duplicate'),
    vanished: add('vanished'),
  };
}

/** What Graph answers in the place of windows that cover a second. */
const covering = (second: string, answer: () => ReturnType<typeof refusal>) => (asked: FakeRequest) => {
  const filter = new URL(asked.url).searchParams.get('$filter') ?? '';
  const [from = '', to = ''] = [...filter.matchAll(/DateTime \w\w (\S+)/g)].map(([, bound = '']) => bound);
  return seconds(from) <= seconds(second) && seconds(second) <= seconds(to) ? answer() : undefined;
};

describe('a requested sweep', () => {
  it('finds a late row and a changed one, and says so', async () => {
    const world = await readWorld();
    const { late, changed } = lateAndChanged(world);
    const before = world.check(AUDITS).lines;
    const id = await request(world);
    expect(await shown(world, id)).toMatchObject({ state: 'waiting', reached: SPAN.from, counts: NOTHING });
    expect(await run(world)).toMatchObject({ sweeps: 1, failed: [] });
    expect(world.check(AUDITS).lines.toSorted()).toEqual([...before, late, changed].sort());
    const counts = { fetched: 25, new: 1, changed: 1, duplicate: 23, vanished: 1 };
    expect(await shown(world, id)).toMatchObject({ state: 'done', reached: SPAN.to, counts });
    expect(answers(world)).toMatchObject([{ ...SPAN, ...counts }]);
  });

  it('that finds nothing is said in the ledger too, and is not done again', async () => {
    const world = await readWorld();
    const id = await request(world);
    await run(world);
    await run(world);
    expect(answers(world)).toMatchObject([{ ...SPAN, new: 0, changed: 0, vanished: 0 }]);
    expect(await shown(world, id)).toMatchObject({ state: 'done', counts: sum(answers(world)) });
  });

  it('of more than two days is read window by window, and its progress is seen', async () => {
    const world = await readWorld();
    const id = await request(world, { from: '2026-11-17T14:00:00Z', to: '2026-11-20T12:05:00Z' });
    // The second window fails until the run gives up.
    world.graph.script = covering('2026-11-20T05:00:00Z', () => refusal(503, 'ServiceUnavailable'));
    await run(world);
    expect(await shown(world, id)).toMatchObject({
      state: 'running',
      reached: '2026-11-19T14:00:00Z',
      counts: sum(answers(world)),
      lastError: expect.stringContaining('503'),
    });
    world.graph.script = () => undefined;
    await run(world);
    const done = await shown(world, id);
    expect(done).toMatchObject({ state: 'done', reached: '2026-11-20T12:05:00Z', counts: sum(answers(world)) });
    expect(done).not.toHaveProperty('lastError');
    expect(answers(world).map(({ from, to }) => [from, to])).toEqual([
      ['2026-11-17T14:00:00Z', '2026-11-19T14:00:00Z'],
      ['2026-11-19T14:00:00Z', '2026-11-20T12:05:00Z'],
    ]);
  });

  it('counts nothing twice and loses nothing, wherever the run that works it off dies', async () => {
    const calls: StoreCall[] = [];
    const whole = await readWorld();
    lateAndChanged(whole);
    await request(whole);
    await run(whole, whole.instance(recording(calls)));
    expect(calls.length).toBeGreaterThan(20);
    for (let at = 0; at < calls.length; at += 1) {
      const world = await readWorld();
      lateAndChanged(world);
      const id = await request(world);
      await run(world, world.instance(failing(at, 'crash after')));
      await run(world);
      expect(answers(world), `dying after call ${at}`).toHaveLength(1);
      expect(await shown(world, id)).toMatchObject({ state: 'done', counts: { fetched: 25, new: 1, changed: 1 } });
    }
  });

  it('that two instances work off at once is done, and counts what one chain of entries says', async () => {
    const world = await readWorld();
    lateAndChanged(world);
    const id = await request(world);
    await Promise.all([run(world), run(world)]);
    const { lines } = world.check(AUDITS);
    expect(new Set(lines).size).toBe(lines.length);
    expect(await shown(world, id)).toMatchObject({ state: 'done', counts: sum(answers(world).slice(0, 1)) });
  });
});

describe('two requests', () => {
  it('for the same span are answered by one read', async () => {
    const world = await readWorld();
    lateAndChanged(world);
    const ids = [await request(world), await request(world)];
    await run(world);
    expect(answers(world)).toHaveLength(1);
    for (const id of ids) {
      expect(await shown(world, id)).toMatchObject({ state: 'done', reached: SPAN.to, counts: sum(answers(world)) });
    }
  });

  it('one within the other count each what lies in its own span', async () => {
    const world = await readWorld();
    lateAndChanged(world);
    const wide = await request(world);
    world.advance(1);
    const narrow = await request(world, { ...SPAN, to: '2026-11-19T03:00:00Z' });
    await run(world);
    const [first, second] = answers(world);
    expect(await shown(world, wide)).toMatchObject({ state: 'done', counts: { fetched: 25, new: 1, changed: 1 } });
    expect(first).toMatchObject({ to: SPAN.to });
    expect(await shown(world, narrow)).toMatchObject({ state: 'done', counts: sum(second ? [second] : []) });
    expect(second).toMatchObject({ to: '2026-11-19T03:00:00Z', new: 0, changed: 0 });
  });
});

describe('a request for what cannot be read again', () => {
  it('ends though a second of it is unreadable, and all around it is read', async () => {
    const world = await readWorld();
    const { late } = lateAndChanged(world);
    const id = await request(world);
    const torn = { status: 200, headers: {}, body: Buffer.from('{"value":[{"id":"x"') };
    world.graph.script = covering('2026-11-19T04:44:44Z', () => torn);
    for (let n = 0; n < 5; n += 1) await run(world);
    const { lines, entries } = world.check(AUDITS);
    expect(lines).toContain(late);
    expect(await shown(world, id)).toMatchObject({ state: 'done', reached: SPAN.to, counts: sum(answers(world)) });
    const gaps = entries.filter((entry) => entry.kind === 'gap').map(({ gap }) => gap);
    const spans = [...answers(world), ...gaps].map(({ from, to }) => ({ from, to }));
    spans.sort((a, b) => a.from.localeCompare(b.from));
    // Reads and gaps follow one another from the span's beginning to its end, and the gaps are seconds.
    expect([spans[0]?.from, ...spans.map(({ to }) => to)]).toEqual([...spans.map(({ from }) => from), SPAN.to]);
    expect(gaps.some(({ from }) => from === '2026-11-19T04:44:44Z')).toBe(true);
    expect(gaps.every(({ from, to }) => seconds(to) - seconds(from) === 1)).toBe(true);
  });

  it('ends where the source forgot its beginning while it waited, and nothing counts as vanished', async () => {
    const world = await readWorld();
    const id = await request(world);
    // Three days after 03:20 of the 19th: Graph shows nothing from before that any more.
    const forgotten = world.graph.visible(AUDITS, 1e9, 0).filter(({ compared = '' }) => compared < '2026-11-19T03:20');
    for (const { line } of forgotten) world.graph.remove(AUDITS, line);
    world.advance(2 * 86_400 - 9 * 3600);
    await run(world);
    const { entries } = world.check(AUDITS);
    expect(await shown(world, id)).toMatchObject({ state: 'done', counts: sum(answers(world)) });
    const [gap] = entries.filter((entry) => entry.kind === 'gap').map((entry) => entry.gap);
    expect(gap).toMatchObject({
      from: SPAN.from,
      to: '2026-11-19T04:00:00Z',
      cause: expect.stringContaining('forgot'),
    });
    expect(answers(world)).toMatchObject([{ from: '2026-11-19T04:00:00Z', to: SPAN.to, fetched: 12, vanished: 0 }]);
  });

  it('ends where Graph refuses to be asked for its beginning', async () => {
    const world = await readWorld();
    const id = await request(world, { from: '2026-11-19T00:00:00Z', to: '2026-11-19T06:00:00Z' });
    const refused = () =>
      refusal(400, 'BadRequest', 'Minimum allowed time for activityDateTime is 11/19/2026 2:00:00 AM');
    world.graph.script = covering('2026-11-19T01:30:00Z', refused);
    await run(world);
    const { entries } = world.check(AUDITS);
    expect(await shown(world, id)).toMatchObject({ state: 'done', counts: sum(answers(world)) });
    const gaps = entries.filter((entry) => entry.kind === 'gap').map(({ gap }) => gap);
    expect(gaps).toMatchObject([{ from: '2026-11-19T00:00:00Z', to: '2026-11-19T03:00:00Z' }]);
    expect(answers(world)).toMatchObject([{ from: '2026-11-19T03:00:00Z', to: '2026-11-19T06:00:00Z' }]);
  });
});

describe('a requested sweep that is done', () => {
  it('can be asked about for 90 days, and is forgotten then; one that is not done is not', async () => {
    const world = await readWorld();
    const id = await request(world);
    await run(world);
    expect(await shown(world, id)).toMatchObject({ state: 'done' });
    world.advance(89 * 86_400);
    await run(world);
    expect(await shown(world, id)).toMatchObject({ state: 'done' });
    world.advance(86_401);
    world.graph.script = () => new Error('Graph is away');
    const open = await request(world, { from: '2027-02-16T00:00:00Z', to: '2027-02-16T02:00:00Z' });
    await nextRequest(world.instance(), world.logType(AUDITS), await applyLedger(world.instance(), AUDITS));
    expect(await findRequest(world.instance(), id)).toBeUndefined();
    expect(await shown(world, open)).toMatchObject({ state: 'waiting' });
    world.advance(200 * 86_400);
    await nextRequest(world.instance(), world.logType(AUDITS), await applyLedger(world.instance(), AUDITS));
    expect(await shown(world, open)).toMatchObject({ state: 'waiting' });
  });
});
