/** The archive checking itself: what it finds, what it says of it in the ledger, and what it mends. */
import { describe, expect, it } from 'vitest';
import { decodeEntry, type VerifyEntry } from '../../shared/archive/entry.ts';
import { auditLedgers, isDue } from '../../shared/audit.ts';
import { signLedgers } from '../../shared/checkpoint.ts';
import { readStatus } from '../../shared/status.ts';
import { DAY, rows, TENANT_ID, type World, worldOf } from '../support/flowHarness.ts';
import { ledgerOf, nameOf } from '../support/handmadeLedger.ts';
import { blobsOf, newSigner, signingInstance, signingWith, storedEntries } from '../support/signingWorld.ts';
import { failing, recording, type StoreCall } from '../support/storeHooks.ts';

const AUDITS = 'directoryAudits';
const SIGNING = signingWith(newSigner());
const NEVER = new AbortController().signal;
const PARTITION = `${TENANT_ID}|${AUDITS}`;

const audit = (world: World, deps = world.instance()) => auditLedgers(deps, NEVER);
const entriesOf = (world: World) => storedEntries(world, AUDITS).map((bytes) => decodeEntry(bytes));
const lastVerify = (world: World) => (entriesOf(world).at(-1) as VerifyEntry).verify;
const alarmsOf = async (world: World) => (await readStatus(world.instance(), 1000)).flatMap(({ alarms }) => alarms);
const integrity = async (world: World) => (await alarmsOf(world)).find(({ name }) => name === 'integrity');
const segmentsIn = (world: World) => world.stores.containers.get('archive-2555d') as Map<string, Buffer>;
/** The day on which a segment is hashed, counted from the day of `world`. */
const daysUntil = (world: World, name: string) => {
  const today = Math.floor(world.clock.now() / 1000 / DAY);
  return Array.from({ length: 30 }, (_unused, n) => n).find((n) => isDue(`archive-2555d/${name}`, today + n)) ?? 0;
};

/** A signed archive of a day, of 24 segments. */
async function signedDay(): Promise<World> {
  const { world, type } = worldOf(AUDITS);
  world.graph.add(AUDITS, ...rows(type, 200, '2026-11-19T13:00:00Z', 410));
  await world.collectAll(AUDITS);
  await signLedgers(signingInstance(world, SIGNING), NEVER);
  return world;
}

describe('an audit', () => {
  it('hashes every segment once within thirty days, and says each day that all is well', async () => {
    const world = await signedDay();
    const hashed: string[] = [];
    for (let day = 0; day < 30; day += 1) {
      const calls: StoreCall[] = [];
      const summary = await audit(world, world.instance(recording(calls)));
      const read = calls
        .filter(({ op, target }) => op === 'get' && target.startsWith('archive-'))
        .map(({ target }) => target);
      hashed.push(...read);
      expect(summary).toEqual({ segments: read.length, mismatches: 0, failed: [] });
      expect(lastVerify(world)).toEqual({ segments: read.length, mismatches: 0, mismatched: [], index: 'same' });
      world.advance(DAY);
    }
    expect(hashed.toSorted()).toEqual([...segmentsIn(world).keys()].map((name) => `archive-2555d/${name}`).toSorted());
    expect(await integrity(world)).toBeUndefined();
    const [status] = await readStatus(world.instance(), 1000);
    // The day has gone by since.
    const time = `${new Date(world.clock.now() - DAY * 1000).toISOString().slice(0, 19)}Z`;
    expect(status?.integrity.lastAudit).toEqual({ time, segments: expect.any(Number), mismatches: 0, index: 'same' });
    expect(status?.integrity.lastAudit?.segments).toBe(lastVerify(world).segments);
    expect(status?.integrity.checkpointAgeSeconds).toBe(30 * DAY);
    world.check(AUDITS);
  });

  it.each(['altered', 'missing'])(
    'names a segment that is %s, and raises an alarm until it is restored',
    async (how) => {
      const world = await signedDay();
      const [name = '', bytes = Buffer.alloc(0)] = [...segmentsIn(world)][7] ?? [];
      if (how === 'missing') segmentsIn(world).delete(name);
      else segmentsIn(world).set(name, Buffer.concat([bytes.subarray(0, -1), Buffer.of((bytes.at(-1) ?? 0) ^ 1)]));
      world.advance(daysUntil(world, name) * DAY);
      const full = `archive-2555d/${name}`;
      expect(await audit(world)).toMatchObject({ mismatches: 1, failed: [] });
      expect(lastVerify(world)).toMatchObject({ mismatches: 1, mismatched: [full], index: 'same' });
      expect(world.logs).toContainEqual(
        expect.objectContaining({ level: 'error', message: expect.stringContaining(full) }),
      );
      // It is not its turn on the next day; and a heartbeat in between says nothing of it.
      for (let day = 0; day < 2; day += 1) {
        world.advance(DAY);
        await signLedgers(signingInstance(world, SIGNING), NEVER);
        expect(await integrity(world)).toMatchObject({ level: 'critical', text: expect.stringContaining(full) });
        expect(await audit(world)).toMatchObject({ mismatches: 1 });
      }
      segmentsIn(world).set(name, bytes);
      world.advance(DAY);
      expect(await audit(world)).toMatchObject({ mismatches: 0 });
      expect(await integrity(world)).toBeUndefined();
    },
  );

  it.each([
    ['a row lost', (rowsOf: Map<string, unknown>, first: string) => rowsOf.delete(first)],
    [
      'a row that no entry speaks of',
      (rowsOf: Map<string, unknown>, first: string) => rowsOf.set(`${first}9`, rowsOf.get(first)),
    ],
    [
      'a row altered',
      (rowsOf: Map<string, unknown>, first: string) => {
        const row = rowsOf.get(first) as { values: Record<string, unknown> };
        rowsOf.set(first, { ...row, values: { ...row.values, records: Number(row.values.records) + 1 } });
      },
    ],
  ])('finds %s of the index', async (_what, change) => {
    const world = await signedDay();
    const partition = world.stores.partitions.get(PARTITION) as Map<string, never>;
    const first = [...partition.keys()].find((key) => key.startsWith('segment|')) ?? '';
    change(partition as Map<string, unknown>, first);
    await audit(world);
    expect(lastVerify(world)).toMatchObject({ index: 'differs' });
    expect(await integrity(world)).toMatchObject({ level: 'critical', text: expect.stringMatching(/^The index/) });
    world.stores.partitions.clear();
    await audit(world);
    expect(lastVerify(world)).toMatchObject({ index: 'same' });
    expect(await integrity(world)).toBeUndefined();
  });

  it('finds an entry in the middle that was rewritten after it was signed, and says nothing in that ledger', async () => {
    const world = await signedDay();
    world.advance(900);
    await world.collectAll(AUDITS);
    await signLedgers(signingInstance(world, SIGNING), NEVER);
    const bytes = ledgerOf(world).get(nameOf(0)) ?? Buffer.alloc(0);
    ledgerOf(world).set(nameOf(0), Buffer.from(bytes.toString().replace('"why":"head"', '"why":"sweep"')));
    const before = blobsOf(world, 'ledger');
    expect(await audit(world)).toEqual({ segments: 0, mismatches: 0, failed: [AUDITS] });
    expect(blobsOf(world, 'ledger')).toEqual(before);
    expect(await integrity(world)).toMatchObject({
      level: 'critical',
      text: expect.stringMatching(/does not continue entry 0/),
    });
    ledgerOf(world).set(nameOf(0), bytes);
    await audit(world);
    expect(await integrity(world)).toBeUndefined();
  });

  it('stores tiles again that were lost', async () => {
    const world = await signedDay();
    const before = blobsOf(world, 'work');
    world.stores.containers.get('work')?.clear();
    await audit(world);
    expect(blobsOf(world, 'work')).toEqual(before);
  });

  it('that crashes at any call leaves an archive that the next one finds well', async () => {
    const calls: StoreCall[] = [];
    await audit(await signedDay(), (await signedDay()).instance(recording(calls)));
    for (let at = 0; at < calls.length; at += 5) {
      const world = await signedDay();
      await audit(world, world.instance(failing(at, 'crash after'))).catch(() => {});
      expect(await audit(world), `crash ${at}`).toMatchObject({ mismatches: 0, failed: [] });
      expect(lastVerify(world).index).toBe('same');
      world.check(AUDITS);
    }
  });
});
