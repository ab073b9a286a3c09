/** The flow out: which records, in which order, pinned to which entry, and that a broken archive never ends an answer well. */
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hourOf, parseInstant } from '../../shared/archive/time.ts';
import type { Deps } from '../../shared/deps.ts';
import { type Export, type ExportQuery, exportRange, listSegments } from '../../shared/export.ts';
import { LedgerBehind, MOST_ENTRIES_BEHIND } from '../../shared/ledger.ts';
import type { LogType } from '../../shared/logTypes.ts';
import { gzipped, inflated } from '../../shared/serve/encode.ts';
import { commitRows, modelOf, storedLines } from '../support/commits.ts';
import { row, rows, TENANT_ID, type World, worldOf } from '../support/flowHarness.ts';
import { type Around, recording, type StoreCall } from '../support/storeHooks.ts';

const AUDITS = 'directoryAudits';
const ALL = { from: '1970-01-01T00:00:00.0000000Z', to: '2100-01-01T00:00:00.0000000Z' };

const EVERYTHING = { range: ALL, versions: 'all' } as const;

async function bodyOf(deps: Deps, type: LogType, query: ExportQuery): Promise<AsyncIterable<Buffer>> {
  return inflated((await exportRange(deps, type, query)).pieces);
}

async function linesIn(body: AsyncIterable<Buffer>): Promise<string[]> {
  const text = Buffer.concat(await Array.fromAsync(body)).toString('utf8');
  expect(text === '' || text.endsWith('\n')).toBe(true);
  return text.split('\n').slice(0, -1);
}

async function exported(world: World, from: string, to: string, deps: Deps = world.instance()): Promise<string[]> {
  const query = { range: { from, to }, versions: 'all' } as const;
  const lines = await linesIn(await bodyOf(deps, world.logType(AUDITS), query));
  const zipped = gzipped((await exportRange(deps, world.logType(AUDITS), query)).pieces);
  // As one gzip member it must say the very same.
  expect(gunzipSync(Buffer.concat(await Array.fromAsync(zipped))).toString('utf8')).toBe(
    lines.map((line) => `${line}\n`).join(''),
  );
  return lines;
}

/** What an export must give, from the stored bytes alone. */
function expected(world: World, from: string, to: string): string[] {
  const type = world.logType(AUDITS);
  return modelOf(storedLines(world, type), type, { from, to }, 'all').map(({ line }) => line);
}

/** Three hours, the middle one with two late segments that interleave with the first. */
async function lateWorld(): Promise<World> {
  const { world, type } = worldOf(AUDITS);
  await commitRows(world, type, rows(type, 90, '2026-11-20T08:00:00Z', 120, 'first'));
  await commitRows(world, type, rows(type, 7, '2026-11-20T09:10:00Z', 200, 'late'));
  await commitRows(world, type, rows(type, 5, '2026-11-20T09:05:00Z', 500, 'later'));
  return world;
}

describe('an export', () => {
  it('of nothing is empty', async () => {
    const { world } = worldOf(AUDITS);
    expect(await exported(world, ALL.from, ALL.to)).toEqual([]);
  });

  it('gives every record once, by hour, time and entry, late segments merged in', async () => {
    const world = await lateWorld();
    const lines = await exported(world, ALL.from, ALL.to);
    expect(lines).toHaveLength(102);
    expect(lines).toEqual(expected(world, ALL.from, ALL.to));
  });

  it('counts from inclusive and to exclusive, to the 100 ns', async () => {
    const { world, type } = worldOf(AUDITS);
    const times = [
      '09:59:59.9999999',
      '10:00:00',
      '10:00:00.0000001',
      '10:59:59.9999998',
      '10:59:59.9999999',
      '11:00:00',
    ];
    await commitRows(
      world,
      type,
      times.map((time) => row(type, time, `2026-11-20T${time}Z`)),
    );
    const instants = times.map((time) => parseInstant(`2026-11-20T${time}Z`) ?? '');
    for (const [first, from] of instants.entries()) {
      for (const [end, to] of instants.entries()) {
        if (from >= to) continue;
        const ids = (await exported(world, from, to)).map((line) => (JSON.parse(line) as { id: string }).id);
        expect(ids).toEqual(times.slice(first, end));
      }
    }
  });

  it('equals the stored records in the range, for any segments and any range', async () => {
    const tick = fc.integer({ min: 0, max: 40 });
    const group = fc.array(tick, { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(fc.array(group, { minLength: 1, maxLength: 5 }), tick, tick, async (groups, a, b) => {
        const { world, type } = worldOf(AUDITS);
        for (const [g, ticks] of groups.entries()) {
          await commitRows(
            world,
            type,
            ticks.map((at, n) => row(type, `${g}-${n}`, timeAt(at))),
          );
        }
        const [from, to] = [timeAt(Math.min(a, b)), timeAt(Math.max(a, b) + 1)];
        expect(await exported(world, from, to)).toEqual(expected(world, from, to));
      }),
      { numRuns: 60 },
    );
  });

  it('gives undated records with the hour of 1970 and nowhere else', async () => {
    const { world, type } = worldOf(AUDITS);
    const undated = { ...row(type, 'undated', null), compared: undefined };
    const dated = row(type, 'dated', '2026-11-20T10:00:00Z');
    await commitRows(world, type, [dated, undated]);
    expect(await exported(world, ALL.from, ALL.to)).toEqual([undated.line, dated.line]);
    expect(await exported(world, '1970-01-01T00:00:00.0000001Z', ALL.to)).toEqual([dated.line]);
  });

  it('first takes in what the table does not know yet, but not without a limit', async () => {
    const world = await lateWorld();
    world.stores.partitions.clear();
    expect(await exported(world, ALL.from, ALL.to)).toHaveLength(102);
    expect(MOST_ENTRIES_BEHIND).toBe(500);
    world.stores.partitions.clear();
    const ledger = world.stores.containers.get('ledger');
    for (let seq = 3; seq <= 500; seq += 1)
      ledger?.set(`${TENANT_ID}/${AUDITS}/${String(seq).padStart(12, '0')}.json`, Buffer.from(''));
    await expect(exportRange(world.instance(), world.logType(AUDITS), EVERYTHING)).rejects.toThrow(LedgerBehind);
  });
});

/** Forty 100 ns steps around a whole hour, many of them the same second. */
function timeAt(step: number): string {
  const second = ['09:59:58', '09:59:59', '10:00:00', '10:00:01'][Math.floor(step / 11)] ?? '10:00:02';
  return `2026-11-20T${second}.${String((step % 11) * 999_999).padStart(7, '0')}Z`;
}

describe('the pin of an export', () => {
  it.each(['before the first byte', 'after the first byte'])('makes a commit %s invisible', async (when) => {
    const world = await lateWorld();
    const type = world.logType(AUDITS);
    const before = expected(world, ALL.from, ALL.to);
    const { pieces, pin } = await exportRange(world.instance(), type, EVERYTHING);
    const body = inflated(pieces);
    const chunks: Buffer[] = [];
    const commit = () => commitRows(world, type, rows(type, 30, '2026-11-20T08:00:01Z', 400, 'newest'));
    if (when === 'before the first byte') await commit();
    for await (const chunk of body) {
      if (chunks.length === 0 && when === 'after the first byte') await commit();
      chunks.push(chunk);
    }
    expect(Buffer.concat(chunks).toString('utf8').split('\n').slice(0, -1)).toEqual(before);
    expect(pin.seq).toBe(2);
    expect(await exported(world, ALL.from, ALL.to)).toHaveLength(before.length + 30);
  });

  it('holds for the list of segments too', async () => {
    const world = await lateWorld();
    const listed = await listSegments(world.instance(), world.logType(AUDITS), {
      from: '2026-11-20T09:00:00.0000000Z',
      to: '2026-11-20T10:00:00.0000000Z',
    });
    expect(listed).toMatchObject({ logType: AUDITS, entries: 3 });
    expect(listed.segments.map(({ seq }) => seq)).toEqual([0, 1, 2]);
    expect(new Set(listed.segments.map(({ minTime }) => hourOf(minTime)))).toEqual(new Set(['2026-11-20T09']));
  });
});

describe('an archive that is damaged', () => {
  const damages: readonly (readonly [what: string, damage: (bytes: Buffer) => Buffer | undefined])[] = [
    ['is missing', () => undefined],
    ['has a flipped bit', (bytes) => Buffer.from(bytes.map((byte, n) => (n === 40 ? byte ^ 1 : byte)))],
    ['is cut', (bytes) => bytes.subarray(0, -1)],
    ['is empty', () => Buffer.alloc(0)],
    ['has grown', (bytes) => Buffer.concat([bytes, Buffer.from([0])])],
  ];
  /** One hour that is passed on whole, one that is merged, one of which a part is asked for. */
  const hours = ['08', '09', '10'];
  const cases = damages.flatMap(([what, damage]) => hours.map((hour) => [hour, what, damage] as const));

  it.each(cases)('where a segment of hour %s %s: the answer never ends well', async (hour, _what, damage) => {
    const world = await lateWorld();
    const blobs = world.stores.containers.get('archive-2555d');
    const name = [...(blobs?.keys() ?? [])].find((each) => each.includes(`/hour=${hour}/`)) ?? '';
    const damaged = damage(blobs?.get(name) ?? Buffer.alloc(0));
    if (damaged) blobs?.set(name, damaged);
    else blobs?.delete(name);

    const given: Buffer[] = [];
    const range = { ...ALL, to: '2026-11-20T10:30:00.0000000Z' };
    const body = await bodyOf(world.instance(), world.logType(AUDITS), { range, versions: 'all' });
    const end = await (async () => {
      for await (const chunk of body) given.push(chunk);
      return 'ended well';
    })().catch((error: unknown) => (error as Error).name);
    expect(['DamagedSegment', 'SegmentMissing']).toContain(end);
    // What was given until then is right, and nothing of the damaged segment is in it.
    const text = Buffer.concat(given).toString('utf8');
    expect(
      text
        .split('\n')
        .slice(0, -1)
        .every((line) => JSON.parse(line).activityDateTime < `2026-11-20T${hour}`),
    ).toBe(true);
  });
});

describe('the means of an export', () => {
  const DAY_OF_HOURS = 12;

  async function wideWorld(): Promise<World> {
    const { world, type } = worldOf(AUDITS);
    await commitRows(world, type, rows(type, DAY_OF_HOURS * 60, '2026-11-20T00:00:00Z', 60));
    return world;
  }

  it('are no more segments ahead than four, however long the range', async () => {
    const world = await wideWorld();
    let [open, most] = [0, 0];
    const around: Around = async (call, run) => {
      if (!isSegment(call)) return run();
      open += 1;
      most = Math.max(most, open);
      await new Promise((resolve) => setImmediate(resolve));
      open -= 1;
      return run();
    };
    expect(await exported(world, ALL.from, ALL.to, world.instance(around))).toHaveLength(DAY_OF_HOURS * 60);
    expect(most).toBe(4);
  });

  it('are few segments more when the reader leaves early', async () => {
    const world = await wideWorld();
    const calls: StoreCall[] = [];
    const body = await bodyOf(world.instance(recording(calls)), world.logType(AUDITS), EVERYTHING);
    for await (const chunk of body) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }
    expect(calls.filter(isSegment).length).toBeLessThanOrEqual(4);
  });

  it('are nothing at all until the first byte is asked for', async () => {
    const world = await wideWorld();
    const calls: StoreCall[] = [];
    const unread: Export = await exportRange(world.instance(recording(calls)), world.logType(AUDITS), EVERYTHING);
    expect(unread.pin.seq).toBe(0);
    expect(calls.filter(isSegment)).toEqual([]);
  });
});

const isSegment = ({ op, target }: StoreCall) => op === 'get' && target.startsWith('archive-');
