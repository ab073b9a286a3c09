/** The access log: from rows to records, exactly once whatever goes wrong. */
import { describe, expect, it } from 'vitest';
import { UNFINISHED } from '../../shared/access/record.ts';
import { addCounts, closeRow, openRow } from '../../shared/access/rows.ts';
import { collectAccess } from '../../shared/collectAccess.ts';
import { readCoverage } from '../../shared/coverage.ts';
import type { Deps } from '../../shared/deps.ts';
import { ACCESS_LOG_TYPE } from '../../shared/logTypes.ts';
import { pullAccess } from '../../shared/pullAccess.ts';
import { readStatus } from '../../shared/status.ts';
import { accessLog, accessRecords, accessWorld, request, result, waiting } from '../support/accessWorld.ts';
import { readsOf, seconds, type World } from '../support/flowHarness.ts';
import { FAULTS, type Fault, failing, interrupted, recording, type StoreCall, writeOf } from '../support/storeHooks.ts';

const NAME = ACCESS_LOG_TYPE.name;

async function finished(deps: Deps, time: string, id?: string): Promise<string> {
  const asked = request(time, id === undefined ? {} : { id });
  await openRow(deps, asked);
  await closeRow(deps, asked, result());
  return asked.id;
}

async function collectAll(world: World): Promise<void> {
  while ((await collectAccess(world.instance())).more);
}

const outcomes = (world: World) =>
  Object.fromEntries([...accessRecords(world)].map(([id, { outcome, kind }]) => [id, outcome ?? kind]));

describe('collecting the access log', () => {
  it('archives what has ended, removes its rows, and ends before the oldest request that has not', async () => {
    const world = accessWorld();
    const deps = world.instance();
    const first = await finished(deps, '2026-11-20T12:02:03.004Z');
    const running = request('2026-11-20T12:10:30.500Z');
    await openRow(deps, running);
    await finished(deps, '2026-11-20T12:11:00.000Z');
    expect(await collectAccess(deps)).toMatchObject({ records: 1, more: false });
    const log = accessLog(world);
    expect(outcomes(world)).toEqual({ [first]: 'complete' });
    expect(log.head).toEqual({ from: seconds('2026-11-20T12:00:00Z'), to: seconds('2026-11-20T12:10:30Z') });
    expect(log.entries.map(({ kind }) => kind)).toEqual(['config', 'read']);
    expect(waiting(world)).toHaveLength(2);
  });

  it('says of a request that has not ended within 15 minutes that it has not, and later how it ended', async () => {
    const world = accessWorld();
    const deps = world.instance();
    const slow = request('2026-11-20T12:06:00.000Z');
    await openRow(deps, slow);
    await collectAccess(deps);
    expect(outcomes(world)).toEqual({});
    world.advance(60);
    await collectAccess(deps);
    expect(outcomes(world)).toEqual({ [slow.id]: 'unfinished' });
    expect(waiting(world)).toEqual([]);

    await closeRow(deps, slow, result({ outcome: 'clientLeft' }));
    world.advance(60);
    await collectAccess(deps);
    expect(outcomes(world)).toEqual({ [slow.id]: 'clientLeft' });
    const reads = readsOf(accessLog(world).entries);
    expect(reads.map(({ why, new: added, changed }) => [why, added, changed])).toEqual([
      ['head', 0, 0],
      ['head', 1, 0],
      ['sweep', 0, 1],
    ]);
    expect(waiting(world)).toEqual([]);
  });

  it('archives a row that comes after the head has passed', async () => {
    const world = accessWorld();
    const deps = world.instance();
    await collectAccess(deps);
    const late = [await finished(deps, '2026-11-20T12:05:00.000Z'), await finished(deps, '2026-11-18T23:59:59.999Z')];
    await collectAccess(deps);
    expect(Object.keys(outcomes(world)).sort()).toEqual(late.sort());
    expect(readsOf(accessLog(world).entries).map(({ why, from, to }) => [why, from, to])).toEqual([
      ['head', '2026-11-20T12:00:00Z', '2026-11-20T12:19:00Z'],
      ['sweep', '2026-11-18T23:00:00Z', '2026-11-19T00:00:00Z'],
      ['sweep', '2026-11-20T12:00:00Z', '2026-11-20T12:19:00Z'],
    ]);
  });

  it('commits an empty span once an hour, and nothing in between', async () => {
    const world = accessWorld();
    for (let minute = 0; minute < 150; minute += 5) {
      await collectAccess(world.instance());
      world.advance(300);
    }
    const reads = readsOf(accessLog(world).entries);
    expect(reads.map(({ to }) => to.slice(11, 16))).toEqual(['12:19', '13:19', '14:19']);
  });

  it('catches up after an outage day by day', async () => {
    const world = accessWorld();
    await collectAccess(world.instance());
    world.advance(4 * 86_400);
    await finished(world.instance(), '2026-11-22T08:00:00.000Z');
    await collectAll(world);
    const { head, entries } = accessLog(world);
    expect(head?.to).toBe(seconds('2026-11-24T12:19:00Z'));
    expect(readsOf(entries)).toHaveLength(5);
    expect(waiting(world)).toEqual([]);
  });

  it('takes thousands of rows in several goes, none of them twice', async () => {
    const world = accessWorld();
    const ids: string[] = [];
    for (let n = 0; n < 5600; n += 1) {
      const time = new Date(Date.parse('2026-11-20T11:59:00Z') + n * 100).toISOString();
      ids.push(await finished(world.instance(), time));
    }
    const first = await collectAccess(world.instance());
    expect(first.more).toBe(true);
    await collectAll(world);
    expect(Object.keys(outcomes(world)).sort()).toEqual(ids.sort());
    expect(waiting(world)).toEqual([]);
  });

  it('adds up what several instances counted in a minute to one record', async () => {
    const world = accessWorld();
    const minute = Date.parse('2026-11-20T12:14:00Z');
    const [a, b] = [world.instance(), world.instance()];
    await Promise.all([
      addCounts(a, minute, 'one', { withoutToken: 7, notRecorded: 1 }, minute),
      addCounts(b, minute, 'two', { withoutToken: 5, notRecorded: 0 }, minute),
    ]);
    // An answer was lost, so it is sent again.
    await addCounts(a, minute, 'one', { withoutToken: 7, notRecorded: 1 }, minute);
    await collectAccess(world.instance());
    expect([...accessRecords(world).values()]).toEqual([
      { id: expect.any(String), time: '2026-11-20T12:14:00.000Z', kind: 'count', withoutToken: 12, notRecorded: 1 },
    ]);
  });
});

/** Everything that can wait: ended, open, too old, late, changed since it was archived, left by a crash, and a count. */
async function prepare(world: World): Promise<Record<string, string>> {
  const deps = world.instance();
  const slow = request('2026-11-20T11:40:00.000Z');
  const archived = request('2026-11-20T11:41:00.000Z');
  await openRow(deps, slow);
  await openRow(deps, archived);
  await closeRow(deps, archived, result());
  await collectAccess(deps);
  await closeRow(deps, slow, result({ outcome: 'failed' }));
  await closeRow(deps, archived, result());
  const ended = [await finished(deps, '2026-11-20T12:19:30.000Z'), await finished(deps, '2026-11-20T12:25:00.000Z')];
  const late = await finished(deps, '2026-11-20T10:00:00.000Z');
  const stuck = request('2026-11-20T12:20:00.000Z');
  await openRow(deps, stuck);
  const minute = Date.parse('2026-11-20T12:21:00Z');
  await addCounts(deps, minute, 'batch', { withoutToken: 3, notRecorded: 0 }, minute);
  world.advance(1500);
  await openRow(deps, request('2026-11-20T12:44:00.000Z'));
  return {
    [slow.id]: 'failed',
    [archived.id]: 'complete',
    ...Object.fromEntries([...ended, late].map((id) => [id, 'complete'])),
    [stuck.id]: 'unfinished',
  };
}

async function goThrough(at: number, fault: Fault): Promise<void> {
  const world = accessWorld();
  const expected = await prepare(world);
  const late: (() => Promise<unknown>)[] = [];
  await collectAccess(world.instance(failing(at, fault, late))).catch(() => undefined);
  // Whole as it stands, and what the archive does not have still waits.
  const found = accessRecords(world);
  for (const id of Object.keys(expected)) {
    if (!found.has(id)) expect(waiting(world).join(' ')).toContain(id);
  }
  await collectAll(world);
  for (const send of late) await send();
  await collectAll(world);
  const { count, ...rest } = Object.fromEntries(
    Object.entries(outcomes(world)).map(([id, what]) => (what === 'count' ? ['count', id] : [id, what])),
  );
  expect(count).toBeDefined();
  expect(rest).toEqual(expected);
  expect(waiting(world)).toHaveLength(1);
}

describe('a crash of the collection', () => {
  it.each(FAULTS)('%s at any call of the store loses no record and doubles none', async (fault) => {
    const world = accessWorld();
    await prepare(world);
    const calls: StoreCall[] = [];
    await collectAccess(world.instance(recording(calls)));
    expect(calls.length).toBeGreaterThan(20);
    for (const at of calls.keys()) await goThrough(at, fault);
  });

  it('of two instances at once, at any call of the store, doubles no record', async () => {
    const world = accessWorld();
    await prepare(world);
    const calls: StoreCall[] = [];
    await collectAccess(world.instance(recording(calls)));
    for (const at of calls.keys()) {
      const racing = accessWorld();
      const expected = await prepare(racing);
      const other = async () => void (await collectAccess(racing.instance()));
      await collectAccess(racing.instance(interrupted(at, other)));
      await collectAll(racing);
      expect(outcomes(racing)).toMatchObject(expected);
      expect(Object.keys(outcomes(racing))).toHaveLength(Object.keys(expected).length + 1);
      expect(waiting(racing)).toHaveLength(1);
    }
  });

  it.each([
    ['', false],
    [', and another instance collects that first', true],
  ])('a request that ends while its row is collected%s keeps its end', async (_what, others) => {
    const slow = request('2026-11-20T12:00:00.000Z');
    const calls: StoreCall[] = [];
    const copy = accessWorld();
    await openRow(copy.instance(), slow);
    await collectAccess(copy.instance(recording(calls)));
    for (const at of calls.keys()) {
      const racing = accessWorld();
      await openRow(racing.instance(), slow);
      const ends = async () => {
        await closeRow(racing.instance(), slow, result());
        if (others) await collectAll(racing);
      };
      await collectAccess(racing.instance(interrupted(at, ends)));
      await collectAll(racing);
      expect([at, outcomes(racing)]).toEqual([at, { [slow.id]: 'complete' }]);
      expect(waiting(racing)).toEqual([]);
    }
  });
});

describe('the log type archiveAccess', () => {
  it('writes nothing when nothing is due', async () => {
    const world = accessWorld();
    await collectAccess(world.instance());
    const calls: StoreCall[] = [];
    await collectAccess(world.instance(recording(calls)));
    expect(calls.map(writeOf).filter((write) => write !== undefined)).toEqual([]);
  });

  it('is settled as soon as it is collected, and pending after that', async () => {
    const world = accessWorld();
    const deps = world.instance();
    await finished(deps, '2026-11-20T12:02:03.004Z');
    await pullAccess(deps, new AbortController().signal);
    await finished(deps, '2026-11-20T12:01:00.000Z');
    await pullAccess(deps, new AbortController().signal);
    const range = { from: '2026-11-20T12:00:00.0000000Z', to: '2026-11-20T12:20:00.0000000Z' };
    const { spans, schedule, nextSweep, claims, gaps } = await readCoverage(deps, ACCESS_LOG_TYPE, range);
    expect(spans.map(({ state, from, to }) => [state, from.slice(11, 16), to.slice(11, 16)])).toEqual([
      ['settled', '12:00', '12:19'],
      ['pending', '12:19', '12:20'],
    ]);
    expect({ schedule, nextSweep, gaps }).toEqual({
      schedule: { sweepAges: [], sourceRetentionDays: null },
      nextSweep: null,
      gaps: [],
    });
    expect(claims).toContain('every request with a valid token');
  });

  it('warns when its timer does not run, and not because nobody reads', async () => {
    const world = accessWorld();
    const deps = world.instance();
    for (let hour = 0; hour < 24 * 9; hour += 1) {
      if (hour < 24 * 8) await finished(deps, new Date(world.clock.now()).toISOString());
      await collectAll(world);
      world.advance(3600);
    }
    const alarms = async () =>
      (await readStatus(deps, 1000)).find(({ logType }) => logType === NAME)?.alarms.map(({ name }) => name);
    expect(await alarms()).not.toContain('silence');
    world.advance(4 * 3600);
    expect(await alarms()).toContain('gap');
  });

  it('notes a failure as other log types do', async () => {
    const world = accessWorld();
    const deps = world.instance();
    await finished(deps, '2026-11-20T12:02:03.004Z');
    world.stores.containers.delete('archive-2555d');
    expect(await pullAccess(deps, new AbortController().signal)).toEqual({ records: 0, failed: [NAME] });
    expect((await readStatus(deps, 1000)).find(({ logType }) => logType === NAME)?.state).toBe('misconfigured');
    expect(waiting(world)).toHaveLength(1);
  });

  it('knows an unfinished request by nothing but its question', () => {
    expect(Object.values(UNFINISHED).filter((value) => value !== null)).toEqual(['unfinished']);
  });
});
