/** The table as the reflection of the ledger: rebuilt at any time, never ahead, and torn when the ledger contradicts itself. */
import { hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { applyLedger, LedgerBehind, LedgerTorn } from '../../shared/ledger.ts';
import { linesOf, rows, TENANT_ID, type World, worldOf } from '../support/flowHarness.ts';
import { appendSpan, fillLedger, ledgerOf, nameOf, START } from '../support/handmadeLedger.ts';
import { interrupted, recording, type StoreCall, writeOf } from '../support/storeHooks.ts';

const AUDITS = 'directoryAudits';
const PARTITION = `${TENANT_ID}|${AUDITS}`;

/** A world that has read three windows, each with rows of several hours. */
async function threeWindows(): Promise<World> {
  const { world, type } = worldOf(AUDITS);
  world.graph.add(AUDITS, ...rows(type, 40, '2026-11-20T09:00:00Z', 300));
  for (let n = 0; n < 3; n += 1) {
    await world.collectAll(AUDITS);
    world.advance(900);
  }
  expect(world.check(AUDITS)).toMatchObject({ applied: 3, entries: { length: 3 } });
  return world;
}

/** The values of a log type's rows by key. */
const rowsOf = (world: World) =>
  Object.fromEntries([...(world.stores.partitions.get(PARTITION) ?? [])].map(([key, { values }]) => [key, values]));

describe('a table', () => {
  it('that was deleted is rebuilt row for row', async () => {
    const world = await threeWindows();
    const before = rowsOf(world);
    expect(Object.keys(before).length).toBeGreaterThan(4);
    world.stores.partitions.clear();
    const ledger = await applyLedger(world.instance(), AUDITS);
    expect(rowsOf(world)).toEqual(before);
    expect(ledger.seq).toBe(2);
    world.check(AUDITS);
  });

  it.each(['watermark', 'one row of the index and the watermark', 'the index'])(
    'without %s is not believed further than it goes',
    async (lost) => {
      const world = await threeWindows();
      const before = rowsOf(world);
      const partition = world.stores.partitions.get(PARTITION);
      const [first = ''] = [...(partition?.keys() ?? [])].filter((key) => key.startsWith('segment|'));
      if (lost !== 'the index') partition?.delete('watermark');
      if (lost.startsWith('one')) partition?.delete(first);
      if (lost === 'the index') {
        // What the operator is told to do with a table that is wrong: delete it whole.
        world.stores.partitions.clear();
      }
      await applyLedger(world.instance(), AUDITS);
      expect(rowsOf(world)).toEqual(before);
      world.check(AUDITS);
    },
  );

  it('of an earlier release, which kept less, is made anew row for row', async () => {
    const world = await threeWindows();
    const before = rowsOf(world);
    const partition = world.stores.partitions.get(PARTITION);
    // As 0.1.0 left it: no version, no coverage, and segments without what had changed.
    for (const [key, row] of [...(partition ?? [])]) {
      const { index: _index, changed: _changed, ...values } = row.values;
      if (key.startsWith('day|')) partition?.delete(key);
      else partition?.set(key, { ...row, values });
    }
    expect(rowsOf(world)).not.toEqual(before);
    await applyLedger(world.instance(), AUDITS);
    expect(rowsOf(world)).toEqual(before);
    world.check(AUDITS);
  });

  it('that is deleted while it is being rebuilt is rebuilt all the same', async () => {
    const world = await threeWindows();
    const before = rowsOf(world);
    const calls: StoreCall[] = [];
    world.stores.partitions.clear();
    await applyLedger(world.instance(recording(calls)), AUDITS);
    for (const at of calls.keys()) {
      world.stores.partitions.clear();
      const deps = world.instance(interrupted(at, async () => world.stores.partitions.clear()));
      expect((await applyLedger(deps, AUDITS)).seq, `deleted before call ${at}`).toBe(2);
      if (at < calls.length - 1) expect(rowsOf(world)).toEqual(before);
    }
  });

  it('is caught up only so far by a reader: one that is too far behind is told so, and nothing is written', async () => {
    const { world } = worldOf(AUDITS);
    fillLedger(world, 4);
    const error = await applyLedger(world.instance(), AUDITS, 3).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(LedgerBehind);
    expect(error).toMatchObject({ message: 'the index of directoryAudits is 4 entries behind its ledger' });
    expect(rowsOf(world)).toEqual({});
    expect((await applyLedger(world.instance(), AUDITS, 4)).seq).toBe(3);
    expect((await applyLedger(world.instance(), AUDITS, 0)).seq).toBe(3);
  });
});

describe('a ledger', () => {
  it.each([999, 1000, 1001, 2100])('of %i entries is applied whole, across blocks of 1,000 names', async (count) => {
    const { world } = worldOf(AUDITS);
    fillLedger(world, count);
    expect(await applyLedger(world.instance(), AUDITS)).toMatchObject({
      seq: count - 1,
      hash: hash('sha256', ledgerOf(world).get(nameOf(count - 1)) ?? ''),
      head: { from: START, to: START + count },
      last: { rows: 0, seconds: 1 },
    });
    world.check(AUDITS);
  });

  it('is continued across a block of 1,000 names', async () => {
    const { world, type } = worldOf(AUDITS);
    fillLedger(world, 999);
    const list = rows(type, 30, '2026-11-20T11:00:00Z', 60);
    world.graph.add(AUDITS, ...list);
    await world.collectAll(AUDITS, undefined, { aimedRows: 10, failures: 2 });
    const { entries, lines } = world.check(AUDITS);
    expect(entries.length).toBeGreaterThan(1001);
    expect(lines.toSorted()).toEqual(linesOf(list));
  });

  it('that grows across a block of 1,000 names while it is being listed is not taken for torn', async () => {
    const { world } = worldOf(AUDITS);
    fillLedger(world, 999);
    await applyLedger(world.instance(), AUDITS);
    let lists = 0;
    const deps = world.instance((call, run) => {
      if (call.op === 'list' && ++lists === 2) fillLedger(world, 1001);
      return run();
    });
    expect((await applyLedger(deps, AUDITS)).seq).toBe(1000);
    world.check(AUDITS);
  });

  type Span = readonly [number, number, ('read' | 'gap')?];
  const heads: readonly (readonly [what: string, spans: readonly Span[], head: Span, lastSeconds: number])[] = [
    [
      'by a read that joins it',
      [
        [0, 100],
        [100, 150],
      ],
      [0, 150],
      50,
    ],
    [
      'by a read that overlaps it',
      [
        [0, 100],
        [40, 150],
      ],
      [0, 150],
      110,
    ],
    [
      'not by a read within it',
      [
        [0, 100],
        [40, 60],
      ],
      [0, 100],
      100,
    ],
    [
      'not by a read before it',
      [
        [50, 100],
        [0, 20],
      ],
      [50, 100],
      50,
    ],
    [
      'not by a read beyond a hole',
      [
        [0, 100],
        [101, 150],
      ],
      [0, 100],
      100,
    ],
    [
      'by a gap that joins it, which says nothing of density',
      [
        [0, 100],
        [100, 150, 'gap'],
      ],
      [0, 150],
      100,
    ],
    [
      'over what was read beyond a hole once it is read',
      [
        [0, 100],
        [120, 150],
        [100, 200],
      ],
      [0, 200],
      100,
    ],
  ];
  it.each(heads)('moves its head %s', async (_what, spans, [from, to], lastSeconds) => {
    const { world } = worldOf(AUDITS);
    for (const [first, end, kind] of spans) appendSpan(world, [START + first, START + end], kind);
    expect(await applyLedger(world.instance(), AUDITS)).toMatchObject({
      seq: spans.length - 1,
      head: { from: START + from, to: START + to },
      last: { rows: 0, seconds: lastSeconds },
    });
  });

  it('applies a kind it does not know by number and hash, and nothing else of it', async () => {
    const { world, type } = worldOf(AUDITS);
    world.graph.add(AUDITS, ...rows(type, 5, '2026-11-20T10:00:00Z', 60));
    await world.collectAll(AUDITS);
    const before = await applyLedger(world.instance(), AUDITS);
    const known = ledgerOf(world).get(nameOf(0)) ?? Buffer.alloc(0);
    const head = { v: 1, log: `${TENANT_ID}/${AUDITS}`, seq: 1, prev: hash('sha256', known) };
    const unknown = {
      ...head,
      kind: 'seal',
      time: '2026-11-20T12:20:01Z',
      app: '9.0.0',
      segments: [{ name: 'x' }],
      seal: {},
    };
    const bytes = Buffer.from(`${JSON.stringify(unknown)}\n`);
    ledgerOf(world).set(nameOf(1), bytes);
    expect(await applyLedger(world.instance(), AUDITS)).toEqual({
      ...before,
      seq: 1,
      hash: hash('sha256', bytes),
      time: '2026-11-20T12:20:01Z',
    });
    world.advance(900);
    await world.collectAll(AUDITS);
    expect(world.check(AUDITS).entries.map(({ kind }) => kind)).toEqual(['read', 'seal', 'read']);
  });
});

describe('a ledger that contradicts itself', () => {
  /** Each damages a ledger of 5 entries of which the table knows 2. */
  const damages: readonly (readonly [what: string, damage: (blobs: Map<string, Buffer>) => void, message: RegExp])[] = [
    ['a hole', (blobs) => blobs.delete(nameOf(3)), /entry 3 .* is missing/],
    ['a hole right after what is known', (blobs) => blobs.delete(nameOf(2)), /entry 2 .* is missing/],
    [
      'the newest known entry lost',
      (blobs) => {
        for (const seq of [1, 2, 3, 4]) blobs.delete(nameOf(seq));
      },
      /entry 1 .* is missing/,
    ],
    [
      'a foreign prev',
      (blobs) =>
        blobs.set(
          nameOf(3),
          edited(blobs, 3, (entry) => ({ ...entry, prev: 'a'.repeat(64) })),
        ),
      /does not continue/,
    ],
    [
      'an entry before it that was rewritten',
      (blobs) =>
        blobs.set(
          nameOf(2),
          edited(blobs, 2, (entry) => ({ ...entry, app: '6.6.6' })),
        ),
      /entry 3 .* does not continue/,
    ],
    [
      'another number inside',
      (blobs) =>
        blobs.set(
          nameOf(3),
          edited(blobs, 3, (entry) => ({ ...entry, seq: 4 })),
        ),
      /another name/,
    ],
    [
      'another log inside',
      (blobs) =>
        blobs.set(
          nameOf(3),
          edited(blobs, 3, (entry) => ({ ...entry, log: `${TENANT_ID}/riskyUsers` })),
        ),
      /another name/,
    ],
    [
      'another tenant inside',
      (blobs) =>
        blobs.set(
          nameOf(3),
          edited(blobs, 3, (entry) => ({ ...entry, log: `${'0'.repeat(8)}${TENANT_ID.slice(8)}/${AUDITS}` })),
        ),
      /another name/,
    ],
    [
      'bytes that are cut',
      (blobs) => blobs.set(nameOf(3), (blobs.get(nameOf(3)) ?? Buffer.alloc(0)).subarray(0, -9)),
      /damaged/,
    ],
    ['no bytes', (blobs) => blobs.set(nameOf(3), Buffer.alloc(0)), /damaged/],
    [
      'a version it does not know',
      (blobs) =>
        blobs.set(
          nameOf(3),
          edited(blobs, 3, (entry) => ({ ...entry, v: 2 })),
        ),
      /damaged/,
    ],
  ];

  it.each(damages)('by %s is torn, and nothing is written to it', async (_what, damage, message) => {
    const { world } = worldOf(AUDITS);
    fillLedger(world, 2);
    await applyLedger(world.instance(), AUDITS);
    fillLedger(world, 5);
    damage(ledgerOf(world));
    const names = [...ledgerOf(world).keys()];

    for (let n = 0; n < 2; n += 1) {
      const calls: StoreCall[] = [];
      const error = await world.collect(AUDITS, world.instance(recording(calls))).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(LedgerTorn);
      expect((error as LedgerTorn).message).toMatch(message);
      expect(calls.map(writeOf).filter((write) => write === 'entry' || write === 'segment')).toEqual([]);
    }
    expect([...ledgerOf(world).keys()]).toEqual(names);
    expect(world.graph.requests).toEqual([]);
    expect(Number(rowsOf(world).watermark?.seq)).toBeLessThan(4);
  });

  it('leaves other log types alone', async () => {
    const { world } = worldOf(AUDITS);
    fillLedger(world, 3);
    ledgerOf(world).delete(nameOf(1));
    await expect(applyLedger(world.instance(), AUDITS)).rejects.toThrow(LedgerTorn);
    expect((await applyLedger(world.instance(), 'riskyUsers')).seq).toBe(-1);
  });
});

function edited(blobs: Map<string, Buffer>, seq: number, edit: (entry: object) => object): Buffer {
  const entry = JSON.parse(String(blobs.get(nameOf(seq)))) as object;
  return Buffer.from(`${JSON.stringify(edit(entry))}\n`);
}
