/**
 * The peer-bug suite: how other collectors of these logs have lost or doubled records, by their own issue trackers and
 * code, one test each. The names say the failure and who had it; what is asserted is what lies stored afterwards.
 *
 * SP Splunk add-on, EL Elastic integrations, WZ Wazuh ms-graph, SK SEKOIA connector, GR Grove, MA Matano, TP Tailpipe,
 * MX Microsoft-Extractor-Suite, UG Untitled Goose, VF Vector and Fluent Bit, SF the Azure Sentinel function app.
 */
import { afterEach, describe, expect, it } from 'vitest';
import { exportRange } from '../shared/export.ts';
import type { GraphAnswer } from '../shared/graph/transport.ts';
import { inflated } from '../shared/serve/encode.ts';
import { pageBody, refusal } from './support/fakeGraph.ts';
import { createWorld, DAY, linesOf, readsOf, row, rows, seconds, type World, worldOf } from './support/flowHarness.ts';
import { gapsOf, HOUR, live, rereadsOf, runOnce } from './support/life.ts';
import { Crash, failing, interrupted, recording, type StoreCall, writeOf } from './support/storeHooks.ts';

const AUDITS = 'directoryAudits';
const SIGN_INS = 'managedIdentitySignIns';

/** Every line that Graph has, or had. */
const all = (world: World, name = AUDITS) => linesOf(world.graph.visible(name, Number.POSITIVE_INFINITY, 0));
const stored = (world: World, name = AUDITS) => world.check(name).lines.toSorted();
const headOf = (world: World, name = AUDITS) => world.check(name).head?.to;
const filters = (world: World) => world.graph.requests.map(({ url }) => new URL(url).searchParams.get('$filter') ?? '');
/** Sixty rows, one every five minutes up to noon, in pages of ten; 12:05 is as far as a run goes. */
function sixtyRows() {
  const { world, type } = worldOf(AUDITS);
  world.graph.add(AUDITS, ...rows(type, 60, '2026-11-20T07:00:00Z', 300));
  world.graph.pageSize = 10;
  return { world, type };
}

describe('what comes late or not at all', () => {
  it.each([
    ['ten minutes', 600],
    ['an hour', HOUR],
    ['a day', DAY],
    ['six days', 6 * DAY],
  ])(
    '1: an event that is shown %s after the checkpoint has passed it is not lost (SP, TP, WZ, MA)',
    async (_what, later) => {
      const { world, type } = worldOf(AUDITS, { sourceDays: 30 });
      await runOnce(world);
      const at = new Date(world.clock.now() - 1200 * 1000).toISOString();
      world.advance(later);
      const late = row(type, 'late', at);
      world.graph.add(AUDITS, late);
      await live(world, 3 * HOUR);
      // The sweep after the next age at the latest.
      await live(world, 20 * DAY, 12 * HOUR);
      expect(stored(world)).toEqual([late.line]);
      expect(rereadsOf(world.check(AUDITS).entries, at).filter(({ read }) => read.new > 0)).toHaveLength(1);
    },
  );

  it('2: empty windows advance, one after another, and the first event after them is stored (SP)', async () => {
    const { world, type } = worldOf(AUDITS, { sourceDays: 30 });
    await runOnce(world);
    const before = headOf(world) ?? 0;
    await live(world, 6 * HOUR);
    expect(headOf(world)).toBe(before + 6 * HOUR);
    world.graph.add(AUDITS, row(type, 'first', new Date(world.clock.now() - 300_000).toISOString()));
    await live(world, HOUR);
    expect(stored(world)).toEqual(all(world));
  });

  it('10: when the content of a listed page cannot be had, the cursor stays before it (EL)', async () => {
    const { world } = sixtyRows();
    await runOnce(world);
    world.advance(HOUR);
    const type = world.logType(AUDITS);
    world.graph.add(AUDITS, ...rows(type, 30, '2026-11-20T12:10:00Z', 60, 'more'));
    const head = headOf(world);
    world.graph.script = ({ page }) => (page === 2 ? refusal(500, 'InternalServerError') : undefined);
    await runOnce(world);
    expect(headOf(world)).toBe(head);
    expect(stored(world)).toHaveLength(60);
    world.graph.script = () => undefined;
    await runOnce(world);
    expect(stored(world)).toEqual(all(world));
  });

  it('25: a backfill that races expiry reads the oldest first, and says what it did not catch', async () => {
    const { world, type } = worldOf(AUDITS, { sourceDays: 7 });
    world.graph.add(AUDITS, ...rows(type, 7 * 24, '2026-11-13T13:30:00Z', HOUR));
    // Slow enough that a run takes only some windows.
    world.graph.script = () => void world.advance(200);
    await runOnce(world);
    const reads = readsOf(world.check(AUDITS).entries);
    expect(reads[0]?.from).toBe('2026-11-13T13:00:00Z');
    expect(reads.map(({ from }) => from)).toEqual(reads.map(({ from }) => from).toSorted());
    expect(new Set(reads.map(({ requestIds }) => requestIds[0])).size).toBeLessThan(5);
    const head = headOf(world) ?? 0;
    // Nobody runs it for five days: two of the days that were still to come are forgotten.
    world.advance(5 * DAY);
    world.graph.script = () => undefined;
    await runOnce(world);
    const gaps = gapsOf(world.check(AUDITS).entries);
    expect(gaps).toMatchObject([{ cause: 'not read before the source forgot it (it keeps 7 days)' }]);
    expect(seconds(gaps[0]?.from ?? '')).toBe(head);
    expect(headOf(world)).toBe(world.until());
  });
});

describe('the edges of windows', () => {
  it.each([AUDITS, 'provisioning'])(
    '3: events exactly on the bound of two windows of %s are stored once (SP)',
    async (name) => {
      const { world, type } = worldOf(name, { sourceDays: 3 });
      const edges = [
        '00:00:00Z',
        '00:00:00.0000001Z',
        '23:59:59.9999999Z',
        '12:05:00Z',
        '12:04:59.9999999Z',
        '13:00:00Z',
      ];
      const days = ['2026-11-18', '2026-11-19', '2026-11-20'];
      world.graph.add(
        name,
        ...days.flatMap((day) => edges.map((time) => row(type, `${day} ${time}`, `${day}T${time}`))),
      );
      await runOnce(world);
      await live(world, 2 * HOUR);
      const due = world.graph
        .visible(name, Number.POSITIVE_INFINITY, 0)
        .filter(({ compared = '' }) => seconds(compared) < world.until());
      expect(stored(world, name)).toEqual(linesOf(due));
      expect(due.length).toBeGreaterThan(14);
    },
  );

  it('3: an event that Graph compares more finely than it prints is not lost between two windows', async () => {
    const { world, type } = worldOf(AUDITS);
    world.graph.add(
      AUDITS,
      row(type, 'on the bound', '2026-11-20T12:04:59Z', '2026-11-20T12:04:59.9999999Z'),
      row(type, 'behind it', '2026-11-20T12:05:00Z', '2026-11-20T12:05:00.9Z'),
    );
    await runOnce(world);
    await live(world, HOUR);
    expect(stored(world)).toEqual(all(world));
  });

  const zone = process.env.TZ;
  afterEach(() => {
    process.env.TZ = zone;
    if (zone === undefined) delete process.env.TZ;
  });
  it.each(['America/New_York', 'Europe/Berlin', 'Pacific/Apia', 'Asia/Kathmandu'])(
    '7: afternoons, and the hour that daylight saving time has twice, are asked for in UTC whatever the machine says: %s (SF)',
    async (timeZone) => {
      process.env.TZ = timeZone;
      const { world, type } = worldOf(AUDITS, { sourceDays: 10, now: '2026-11-02T18:20:00Z' });
      world.graph.add(AUDITS, ...rows(type, 9 * 48, '2026-10-24T18:30:00Z', HOUR / 2));
      await runOnce(world);
      const bound =
        /^activityDateTime ge \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ and activityDateTime le \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
      expect(filters(world).filter((filter) => !bound.test(filter))).toEqual([]);
      expect(filters(world)[0]).toContain('T18:59:59Z');
      const due = world.graph
        .visible(AUDITS, Number.POSITIVE_INFINITY, 0)
        .filter(({ compared = '' }) => compared < '2026-11-02T18:05');
      expect(stored(world)).toEqual(linesOf(due));
      expect(world.check(AUDITS).head).toEqual({
        from: seconds('2026-10-23T19:00:00Z'),
        to: seconds('2026-11-02T18:05:00Z'),
      });
    },
  );
});

describe('pages', () => {
  it('4: a window of many pages keeps every one of them, the first too (UG)', async () => {
    const { world } = sixtyRows();
    await runOnce(world);
    expect(readsOf(world.check(AUDITS).entries)).toMatchObject([{ pages: 6, new: 60 }]);
    expect(stored(world)).toEqual(all(world));
  });

  it('5: when all retries are used up the window stays open; nothing of it is stored, nothing is said to be done (UG, MX)', async () => {
    const { world } = sixtyRows();
    world.graph.script = ({ page }) => (page === 4 ? refusal(503, 'ServiceUnavailable') : undefined);
    await runOnce(world);
    // Narrower windows were tried, and read where they are silent.
    expect(world.check(AUDITS)).toMatchObject({ lines: [], unreferenced: [] });
    expect(headOf(world)).toBe(seconds('2026-11-20T07:00:00Z'));
    world.graph.script = () => undefined;
    await runOnce(world);
    expect(stored(world)).toEqual(all(world));
  });

  it('9: more than 500 events of one second, and a thousand seconds in one page, are each stored once, read twice or not (SK, GR)', async () => {
    const { world, type } = worldOf(AUDITS);
    const burst = Array.from({ length: 1700 }, (_unused, n) => row(type, `burst-${n}`, '2026-11-20T10:00:00Z'));
    world.graph.add(AUDITS, ...burst, ...rows(type, 1000, '2026-11-20T10:00:01Z', 1, 'dense'));
    await runOnce(world);
    expect(stored(world)).toEqual(all(world));
    await live(world, 8 * HOUR, HOUR);
    expect(rereadsOf(world.check(AUDITS).entries, '2026-11-20T10:00:00Z')).toMatchObject([
      { read: { new: 0, changed: 0, duplicate: 2700 } },
    ]);
    expect(stored(world)).toEqual(all(world));
  });

  const TRUNCATED: readonly (readonly [what: string, cut: (body: Buffer) => Buffer])[] = [
    ['in the midst of a record', (body) => body.subarray(0, -30)],
    ['between two records', (body) => body.subarray(0, body.lastIndexOf(',\r\n'))],
    ['before its first byte', (body) => body.subarray(0, 0)],
    ['before the last bracket', (body) => body.subarray(0, -1)],
  ];
  it.each(TRUNCATED)(
    '11: a 200 whose body ends %s is no page: it is asked for again, and never a shorter window',
    async (_what, cut) => {
      const { world, type } = sixtyRows();
      let cuts = 0;
      world.graph.script = ({ page }) => {
        if (page !== 3 || cuts++ > 0) return undefined;
        return { ...refusal(200, ''), body: cut(pageBody(rows(type, 10, '2026-11-20T10:20:00Z', 300))) };
      };
      await runOnce(world);
      expect(cuts).toBeGreaterThan(1);
      expect(stored(world)).toEqual(all(world));
      expect(readsOf(world.check(AUDITS).entries)).toMatchObject([{ pages: 6, new: 60 }]);
    },
  );

  it('12: a nextLink that repeats ends the read, not in a loop and not as a shorter window', async () => {
    const { world } = sixtyRows();
    world.graph.script = ({ page, url }) => (page === 3 ? { ...refusal(200, ''), body: pageBody([], url) } : undefined);
    await runOnce(world);
    expect(world.graph.requests.length).toBeLessThan(200);
    // Windows so narrow that they do not come to that page are whole.
    expect(readsOf(world.check(AUDITS).entries).every(({ pages }) => pages < 3)).toBe(true);
    expect(gapsOf(world.check(AUDITS).entries)).toEqual([]);
    expect(stored(world)).toEqual(all(world));
  });

  it('12: a nextLink that expires starts its window again, not the walk (WZ)', async () => {
    const { world, type } = worldOf(AUDITS, { sourceDays: 3 });
    world.graph.add(AUDITS, ...rows(type, 70, '2026-11-17T14:00:00Z', HOUR));
    world.graph.pageSize = 10;
    let expired = 0;
    world.graph.script = ({ url, page }) => {
      if (page !== 2 || !url.includes('2026-11-19') || expired++ > 0) return undefined;
      return refusal(400, 'UnknownError', 'Invalid Skip Token, skip token is null');
    };
    await runOnce(world);
    expect(expired).toBeGreaterThan(0);
    expect(filters(world).filter((filter) => filter.includes('ge 2026-11-17T12:59:59Z')).length).toBeLessThanOrEqual(3);
    expect(stored(world)).toEqual(all(world));
  });

  it('12: an empty page that has a nextLink is not the end', async () => {
    const { world } = sixtyRows();
    let empties = 0;
    world.graph.script = ({ page, url }) => {
      if (page !== 3 || url.includes('again') || empties++ > 0) return undefined;
      return { ...refusal(200, ''), body: pageBody([], `${url}&again=1`) };
    };
    await runOnce(world);
    expect(empties).toBeGreaterThan(0);
    expect(stored(world)).toEqual(all(world));
    expect(readsOf(world.check(AUDITS).entries)).toMatchObject([{ pages: 7, new: 60 }]);
  });
});

describe('a Graph that asks to wait', () => {
  const waits: readonly (readonly [what: string, header: (now: number) => string | undefined, least: number])[] = [
    ['no Retry-After', () => undefined, 2500],
    ['Retry-After in seconds', () => '7', 7000],
    ['a fractional Retry-After', () => '2.128', 2128],
    ['a Retry-After that is a date', (now) => new Date(now + 11_000).toUTCString(), 10_000],
    ['a Retry-After that is nonsense', () => 'soon', 2500],
  ];
  it.each(waits)('13: 429 with %s is waited for, and costs nothing but the wait', async (_what, header, least) => {
    const { world } = sixtyRows();
    const before = world.clock.elapsed();
    let refused = 0;
    world.graph.script = ({ page }): GraphAnswer | undefined => {
      if (page !== 2 || refused++ > 0) return undefined;
      const after = header(world.clock.now());
      return { ...refusal(429, 'TooManyRequests'), headers: after === undefined ? {} : { 'retry-after': after } };
    };
    await runOnce(world);
    expect(stored(world)).toEqual(all(world));
    expect(readsOf(world.check(AUDITS).entries)).toMatchObject([{ pages: 6, new: 60 }]);
    expect(world.graph.requests).toHaveLength(7);
    expect(world.clock.elapsed() - before).toBeGreaterThanOrEqual(least);
    expect(world.clock.elapsed() - before).toBeLessThan(60_000);
  });

  it('14: a token that expires between two pages is renewed; the window goes on where it was (WZ)', async () => {
    const { world } = sixtyRows();
    let refused = 0;
    world.graph.script = ({ page }) =>
      page === 4 && refused++ === 0 ? refusal(401, 'InvalidAuthenticationToken') : undefined;
    await runOnce(world);
    expect(world.graph.requests.map(({ page }) => page)).toEqual([1, 2, 3, 4, 4, 5, 6]);
    expect(stored(world)).toEqual(all(world));
  });
});

describe('cursors', () => {
  it('6: a crash at any write leaves no checkpoint without its records (SF)', async () => {
    const calls: StoreCall[] = [];
    const undisturbed = sixtyRows().world;
    await runOnce(undisturbed, undisturbed.instance(recording(calls)));
    const writes = [...calls.keys()].filter((n) => calls[n] && writeOf(calls[n]) !== undefined);
    expect(writes.length).toBeGreaterThan(5);
    for (const at of writes) {
      const { world } = sixtyRows();
      await runOnce(world, world.instance(failing(at, 'crash before'))).catch((error: unknown) => {
        if (!(error instanceof Crash)) throw error;
      });
      const { lines, head } = world.check(AUDITS);
      // All or nothing: where the head has moved, what lies before it is there.
      expect(lines.toSorted()).toEqual(head ? all(world) : []);
      await runOnce(world);
      expect(stored(world), `died at ${calls[at]?.target}`).toEqual(all(world));
    }
  });

  it('8: log types never share a cursor: one that is ahead drags no other past what it has not read (SK)', async () => {
    const world = createWorld({ logTypes: [AUDITS, SIGN_INS], sourceDays: 30 });
    await runOnce(world);
    const behind = headOf(world, SIGN_INS) ?? 0;
    world.graph.script = ({ logType }) => (logType.name === SIGN_INS ? refusal(503, 'ServiceUnavailable') : undefined);
    const add = (name: string, count: number) =>
      world.graph.add(name, ...rows(world.logType(name), count, '2026-11-20T12:10:00Z', 300, name));
    add(AUDITS, 40);
    add(SIGN_INS, 40);
    await live(world, 5 * HOUR);
    expect({ audits: headOf(world, AUDITS), signIns: headOf(world, SIGN_INS) }).toEqual({
      audits: world.until(),
      signIns: behind,
    });
    expect(stored(world, SIGN_INS)).toEqual([]);
    world.graph.script = () => undefined;
    await runOnce(world);
    for (const name of [AUDITS, SIGN_INS]) expect(stored(world, name)).toEqual(all(world, name));
  });

  it.each([
    ['ahead by ten minutes', 600],
    ['ahead by a day', DAY],
    ['behind by ten minutes', -600],
    ['behind by an hour', -HOUR],
  ])('20: with our clock %s of Graph nothing unsettled is called read, and nothing is lost', async (_what, skew) => {
    const { world, type } = worldOf(AUDITS, { sourceDays: 3 });
    world.graph.dateOffset = -skew;
    const graphNow = () => world.clock.now() / 1000 - skew;
    world.graph.add(AUDITS, ...rows(type, 60, new Date((graphNow() - 5 * HOUR) * 1000).toISOString(), 300));
    for (let n = 0; n < 6; n += 1) {
      await runOnce(world);
      expect(headOf(world) ?? 0).toBeLessThanOrEqual(graphNow() - 900);
      world.graph.add(AUDITS, row(type, `live-${n}`, new Date((graphNow() - 60) * 1000).toISOString()));
      world.advance(900);
    }
    await live(world, 2 * HOUR);
    expect(stored(world)).toEqual(all(world));
  });

  it.each([403, 404, 400])('21: %i on one log type does not stop the others (MX, SP)', async (status) => {
    const world = createWorld({ sourceDays: 1 });
    const others = world.config.logTypes.map(({ name }) => name).filter((name) => name !== AUDITS);
    for (const { name } of world.config.logTypes)
      world.graph.add(name, ...rows(world.logType(name), 5, '2026-11-20T10:00:00Z', 60, name));
    world.graph.script = ({ logType }) =>
      logType.name === AUDITS ? refusal(status, 'Authorization_RequestDenied') : undefined;
    await runOnce(world);
    for (const name of others) {
      expect(stored(world, name)).toEqual(all(world, name));
      expect(headOf(world, name)).toBe(world.until());
    }
    expect(world.check(AUDITS).lines).toEqual([]);
    expect(headOf(world)).toBeUndefined();
  });
});

describe('what is stored', () => {
  it('15: a field that changes its type is stored as it came, and drops nothing (EL)', async () => {
    const { world, type } = worldOf(AUDITS);
    const shapes = [
      '"x"',
      '{"a":[1,{"b":null}]}',
      '[]',
      '12',
      '0.0',
      '9007199254740993',
      '1e400',
      'null',
      'true',
      '"\\u0000"',
    ];
    const list = shapes.map((shape, n) =>
      row(type, `shape-${n}`, `2026-11-20T10:00:0${n}Z`, undefined, `,"location":${shape}`),
    );
    world.graph.add(AUDITS, ...list);
    await runOnce(world);
    expect(stored(world)).toEqual(linesOf(list));
    const range = { from: '2026-11-20T10:00:00.0000000Z', to: '2026-11-20T11:00:00.0000000Z' };
    const { pieces } = await exportRange(world.instance(), type, { range: range, versions: 'all' });
    const body = inflated(pieces);
    const text = Buffer.concat(await Array.fromAsync(body)).toString('utf8');
    expect(text).toBe(list.map(({ line }) => `${line}\n`).join(''));
  });

  it('16: the same id with changed content is a second version beside the first, not a duplicate', async () => {
    const { world, type } = worldOf(AUDITS, { sourceDays: 30 });
    await runOnce(world);
    const [before, after] = ['none', 'high'].map((risk) =>
      row(type, 'one', '2026-11-20T12:30:00Z', undefined, `,"risk":"${risk}"`),
    );
    world.graph.add(AUDITS, ...(before ? [before] : []));
    await live(world, HOUR);
    world.graph.remove(AUDITS, before?.line ?? '');
    world.graph.add(AUDITS, ...(after ? [after] : []));
    await live(world, 4 * HOUR);
    expect(stored(world)).toEqual(linesOf([before, after].filter((each) => each !== undefined)));
    const found = rereadsOf(world.check(AUDITS).entries, '2026-11-20T12:30:00Z');
    expect(found.map(({ read }) => read.hours['2026-11-20T12'])).toEqual([{ new: 0, changed: 1, vanished: 1 }]);
  });

  it('17: two instances at once, one of which comes in between at any write, store every row once', async () => {
    const calls: StoreCall[] = [];
    const undisturbed = sixtyRows().world;
    await runOnce(undisturbed, undisturbed.instance(recording(calls)));
    for (const at of [...calls.keys()].filter((n) => calls[n] && writeOf(calls[n]) !== undefined)) {
      const { world } = sixtyRows();
      await runOnce(world, world.instance(interrupted(at, () => runOnce(world))));
      const { head, applied, entries } = world.check(AUDITS);
      expect(stored(world), `at ${calls[at]?.target}`).toEqual(all(world));
      expect({ to: head?.to, applied }).toEqual({ to: world.until(), applied: entries.length });
    }
  });

  it('18: an upload whose answer was lost is not made twice (VF)', async () => {
    const calls: StoreCall[] = [];
    const undisturbed = sixtyRows().world;
    await runOnce(undisturbed, undisturbed.instance(recording(calls)));
    const once = [...(undisturbed.stores.containers.get('archive-2555d')?.keys() ?? [])];
    const writes = [...calls.keys()].filter((n) =>
      ['segment', 'entry'].includes((calls[n] && writeOf(calls[n])) ?? ''),
    );
    for (const at of writes) {
      for (const fault of ['error after', 'twice', 'late'] as const) {
        const { world } = sixtyRows();
        const late: (() => Promise<unknown>)[] = [];
        await runOnce(world, world.instance(failing(at, fault, late)));
        for (const arrive of late) await arrive();
        await runOnce(world);
        expect(stored(world), `${fault} at ${calls[at]?.target}`).toEqual(all(world));
        // The names say the bytes and the attempt; a store that had them keeps them.
        const names = new Set(
          [...(world.stores.containers.get('archive-2555d')?.keys() ?? [])].map((name) => name.slice(-25)),
        );
        expect(names).toEqual(new Set(once.map((name) => name.slice(-25))));
      }
    }
  });

  it('19: a record of more than a megabyte is stored byte for byte, and holds up none beside it', async () => {
    const { world, type } = sixtyRows();
    const filler = Array.from(
      { length: 40_000 },
      (_unused, n) => `{"policy":"${n}","result":"notApplied \\u2013 \\"${n}\\""}`,
    ).join(',');
    const huge = row(type, 'huge', '2026-11-20T10:02:00.1234567Z', undefined, `,"policies":[${filler}]`);
    expect(huge.line.length).toBeGreaterThan(2_000_000);
    world.graph.add(AUDITS, huge);
    await runOnce(world);
    expect(stored(world)).toEqual(all(world));
    expect(stored(world)).toContain(huge.line);
  });
});
