/** The coverage rows of the table: what the ledger folds to, however often and from wherever they are made. */
import { describe, expect, it } from 'vitest';
import { foldFailure, foldRead, type Piece } from '../../shared/archive/pieces.ts';
import { knownGaps, piecesBetween, wideReads } from '../../shared/coverageIndex.ts';
import { applyLedger } from '../../shared/ledger.ts';
import { pull } from '../../shared/pull.ts';
import { type EntryBody, ledgerBodies } from '../support/coverageLedger.ts';
import { refusal } from '../support/fakeGraph.ts';
import { DAY, row, rows, seconds, type World, worldOf } from '../support/flowHarness.ts';
import { poisoned } from '../support/poison.ts';

const HOUR = 3600;
const START = seconds('2026-11-13T00:00:00Z');
const END = START + 14 * DAY;
/** No read that asks for this gets a whole page. */
const POISON = '2026-11-20T15:00:07.5Z';
const UNREADABLE = seconds('2026-11-20T15:00:07Z');

/** A few days of pulls: late rows, a second that cannot be read, and a day without a licence. */
async function busyWorld(name: string) {
  const { world, type } = worldOf(name, { sourceDays: 7 });
  const run = () => pull(world.instance(), type.budget, new AbortController().signal);
  world.graph.add(type.name, ...rows(type, 60, '2026-11-15T00:00:00Z', 4000));
  // A state type is read without a lower bound: there the bad second would be in all of it.
  const script = type.state ? () => undefined : poisoned([POISON]);
  for (let n = 0; n < 12; n += 1) {
    if (n < 8) world.graph.script = script;
    if (n === 8) world.graph.script = () => refusal(403, 'Authorization_RequestDenied', 'no permission');
    if (n === 11) world.graph.script = () => undefined;
    await run();
    world.advance(5 * HOUR);
    world.graph.add(type.name, row(type, `late-${n}`, new Date(world.clock.now() - 30 * HOUR * 1000).toISOString()));
  }
  world.graph.script = () => undefined;
  await run();
  return { world, type };
}

function rowsOf(world: World, name: string) {
  const partition = world.stores.partitions.get(`${world.config.tenantId}|${name}`) ?? new Map();
  const kept = [...partition].filter(([key]) => /^(day|wide|gap|watermark|segment)/.test(key));
  return Object.fromEntries(kept.map(([key, { values }]) => [key, values]));
}

/** Of more than three UTC days: kept as a read, not as pieces. */
const isWide = ({ from, to }: { from: string; to: string }) =>
  Math.ceil(seconds(to) / DAY) - Math.floor(seconds(from) / DAY) > 3;

const spanOf = ({ from, to }: { from: string; to: string }) => ({ from: seconds(from), to: seconds(to) });

/** The pieces that a ledger folds to, straight from its entries. */
function folded(bodies: readonly EntryBody[]): Piece[] {
  return bodies.reduce<Piece[]>((pieces, body, seq) => {
    const at = seconds(body.time);
    if (body.kind === 'gap') return foldFailure(pieces, at, seconds(body.gap.from), seconds(body.gap.to));
    if (body.kind !== 'read' || isWide(body.read)) return pieces;
    return foldRead(pieces, { seq, at, ...spanOf(body.read), hours: body.read.hours }, START, END);
  }, []);
}

describe.each(['directoryAudits', 'riskyUsers'])('the coverage rows of %s', (name) => {
  it('say what its entries say', async () => {
    const { world, type } = await busyWorld(name);
    const deps = world.instance();
    const bodies = ledgerBodies(world, type);
    expect(await piecesBetween(deps, name, 0, END)).toEqual(folded(bodies));
    const gaps = bodies.flatMap((body, seq) =>
      body.kind === 'gap' ? [{ seq, at: seconds(body.time), ...spanOf(body.gap), cause: body.gap.cause }] : [],
    );
    expect(gaps.map(({ cause }) => cause)).toContainEqual(expect.stringMatching(/^forbidden/));
    if (!type.state) expect(gaps).toContainEqual(expect.objectContaining({ from: UNREADABLE, to: UNREADABLE + 1 }));
    expect(await knownGaps(deps, name)).toMatchObject(gaps);
    const wide = bodies.flatMap((body, seq) =>
      body.kind === 'read' && isWide(body.read)
        ? [{ seq, at: seconds(body.time), ...spanOf(body.read), hours: body.read.hours }]
        : [],
    );
    expect(wide.length > 0).toBe(type.state);
    expect(await wideReads(deps, name)).toEqual(wide);
  });

  it('are the same when they are made anew, from nothing or from the loss of the watermark alone', async () => {
    const { world } = await busyWorld(name);
    const before = rowsOf(world, name);
    const partition = `${world.config.tenantId}|${name}`;
    expect(Object.keys(before).length).toBeGreaterThan(10);
    world.stores.partitions.get(partition)?.delete('watermark');
    await applyLedger(world.instance(), name);
    expect(rowsOf(world, name)).toEqual(before);
    world.stores.partitions.delete(partition);
    await applyLedger(world.instance(), name);
    expect(rowsOf(world, name)).toEqual(before);
  });

  it('are the same after a crash between any entry and its rows', async () => {
    const { world } = await busyWorld(name);
    const whole = rowsOf(world, name);
    const partition = `${world.config.tenantId}|${name}`;
    const ledger = world.stores.containers.get('ledger') ?? new Map<string, Buffer>();
    const entries = [...ledger].filter(([key]) => key.includes(`/${name}/`)).sort(([a], [b]) => (a < b ? -1 : 1));
    for (const [key] of entries) ledger.delete(key);
    world.stores.partitions.delete(partition);
    for (const [n, [key, bytes]] of entries.entries()) {
      ledger.set(key, bytes);
      // The watermark is lost now and then, and what it does not know is there already.
      if (n % 7 === 3) world.stores.partitions.get(partition)?.delete('watermark');
      await applyLedger(world.instance(), name);
    }
    expect(rowsOf(world, name)).toEqual(whole);
  });
});
