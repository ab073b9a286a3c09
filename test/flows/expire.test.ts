/** Deletion with proof: what is deleted and when, and what the ledger says of it. */
import { describe, expect, it } from 'vitest';
import { fingerprint } from '../../shared/archive/ecdsa.ts';
import type { DeletedEntry, DeleteEntry, ReadEntry } from '../../shared/archive/entry.ts';
import { collectWindow } from '../../shared/collect.ts';
import type { Deps } from '../../shared/deps.ts';
import { placeHold, releaseHold } from '../../shared/holds.ts';
import { applyLedger } from '../../shared/ledger.ts';
import { readStatus } from '../../shared/status.ts';
import type { Removal } from '../../shared/storage/port.ts';
import { entriesOf, expire, expiringInstance, judged, sign, storedSegments } from '../support/expiring.ts';
import { DAY, rows, seconds, type World, worldOf } from '../support/flowHarness.ts';
import { newSigner, signingWith } from '../support/signingWorld.ts';
import { type Around, FAULTS, failing, interrupted, recording, type StoreCall } from '../support/storeHooks.ts';

const AUDITS = 'directoryAudits';
const SIGNER = newSigner();
const SIGNING = signingWith(SIGNER);
const KEY = fingerprint(SIGNER.spki);
/** On a machine with other things to do. */
const PATIENCE = { timeout: 300_000 };
const NOTHING = { deleted: 0, refused: 0, failed: [] };
const HOLD = {
  id: '6b5d4c3a-93b1-4d57-8e20-0f8a6c2e2f10',
  case: 'c'.repeat(64),
  from: '2026-11-20T02:30:00Z',
  to: '2026-11-20T04:00:01Z',
};
/** Hours that the hold touches. */
const HELD = /date=2026-11-20\/hour=0[234]\//;

/** A signed archive of 23 hours with a segment each, kept for ten days. */
async function signedDay(): Promise<World> {
  const { world, type } = worldOf(AUDITS, {
    settings: { RETENTION_DAYS: '10', SIGNING_KEY: 'here.pem', EXPIRE_ENABLED: 'true' },
  });
  world.graph.add(AUDITS, ...rows(type, 200, '2026-11-19T13:00:00Z', 410));
  await world.collectAll(AUDITS);
  await sign(world, SIGNING);
  return world;
}

const of = <Kind extends 'delete' | 'deleted' | 'read'>(world: World, kind: Kind) =>
  entriesOf(world, AUDITS).filter((entry) => entry.kind === kind) as {
    delete: DeleteEntry;
    deleted: DeletedEntry;
    read: ReadEntry;
  }[Kind][];
const kindsOf = (world: World) => entriesOf(world, AUDITS).map(({ kind }) => kind);
const named = (world: World) => of(world, 'read').flatMap(({ segments }) => segments);
const meant = (world: World) => of(world, 'delete').flatMap((entry) => entry.delete.segments.map(({ name }) => name));
const confirmed = (world: World) =>
  of(world, 'deleted').flatMap((entry) => entry.deleted.segments.map(({ name }) => name));
const alarm = async (world: World) =>
  (await readStatus(world.instance(), 1000))[0]?.alarms.find(({ name }) => name === 'expire');

/** Runs the timers that delete and sign until nothing more is done. */
async function settle(world: World): Promise<void> {
  for (let before = -1; before !== kindsOf(world).length; ) {
    before = kindsOf(world).length;
    await expire(world);
    await sign(world, SIGNING);
  }
}

describe('what is past its retention', () => {
  it('is deleted in two runs with a signature in between, and the ledger says what it was', async () => {
    const world = await signedDay();
    const all = storedSegments(world);
    world.advance(10 * DAY - 1);
    expect(await expire(world)).toEqual(NOTHING);
    expect([storedSegments(world), meant(world)]).toEqual([all, []]);

    world.advance(1);
    expect(await expire(world)).toEqual(NOTHING);
    expect(await expire(world)).toEqual(NOTHING);
    // Nothing is gone that nobody has signed.
    expect([storedSegments(world), meant(world).sort()]).toEqual([all, all]);

    await sign(world, SIGNING);
    expect(await expire(world)).toEqual({ deleted: 23, refused: 0, failed: [] });
    expect(storedSegments(world)).toEqual([]);
    const expected = named(world).map(({ name, sha256, records, retainUntil }) => {
      return { name, sha256, records, retainUntil };
    });
    expect(of(world, 'delete').map((entry) => entry.delete.segments)).toEqual([expected]);
    expect(of(world, 'deleted').map((entry) => entry.deleted.segments)).toEqual([expected]);
    const before = kindsOf(world);
    expect(await expire(world)).toEqual(NOTHING);
    expect(kindsOf(world)).toEqual(before);
  });

  it('is deleted in one run where nothing is ever signed', async () => {
    const { world, type } = worldOf(AUDITS, { settings: { RETENTION_DAYS: '10' } });
    world.graph.add(AUDITS, ...rows(type, 20, '2026-11-20T10:00:00Z', 60));
    await world.collectAll(AUDITS);
    world.advance(10 * DAY);
    expect(await expire(world)).toMatchObject({ deleted: 1 });
    expect(storedSegments(world)).toEqual([]);
  });

  it('is an absence that a verifier accepts, at every step; and no other is', async () => {
    const world = await signedDay();
    world.advance(10 * DAY);
    for (const act of [expire, (each: World) => sign(each, SIGNING), expire, (each: World) => sign(each, SIGNING)]) {
      await act(world);
      expect(await judged(world, [KEY])).toMatchObject({ verdict: 'proved', errors: 0 });
    }
    const report = await judged(world, [KEY]);
    expect([report.findings, report.ledgers[0]?.segments]).toEqual([
      [],
      expect.objectContaining({ named: 23, checked: 0, deleted: 23 }),
    ]);
    expect(report.ledgers[0]?.coverage?.spans.map(({ state }) => state)).toContain('deleted');
  });

  it('does not cover up what went missing before its time', async () => {
    const world = await signedDay();
    const [lost = ''] = storedSegments(world);
    world.stores.containers.get('archive-10d')?.delete(lost.slice('archive-10d/'.length));
    world.advance(10 * DAY);
    await settle(world);
    expect(storedSegments(world)).toEqual([]);
    expect(meant(world)).not.toContain(lost);
    const { verdict, findings } = await judged(world, [KEY]);
    expect([verdict, findings.map(({ code, file }) => [code, file])]).toEqual(['broken', [['segment-missing', lost]]]);
  });

  it('is what no clock alone says: that of the table has to agree', async () => {
    const world = await signedDay();
    const ahead = expiringInstance(world);
    const fast = { ...ahead, clock: { ...ahead.clock, now: () => world.clock.now() + 20 * DAY * 1000 } };
    await expire(world, fast);
    expect(meant(world)).toEqual([]);
  });

  it('includes blobs that no entry names, as old as their container keeps them', async () => {
    const world = await signedDay();
    const [first = ''] = storedSegments(world);
    const orphan = first.replace(/\/0{12}-/, '/000000000001-').slice('archive-10d/'.length);
    world.advance(5 * DAY);
    await world.stores.blobs.putIfAbsent('archive-10d', orphan, Buffer.from('what a crash left'));
    world.advance(5 * DAY);
    await settle(world);
    expect(storedSegments(world)).toEqual([`archive-10d/${orphan}`]);
    expect((await judged(world, [KEY])).findings.map(({ code }) => code)).toEqual(['segment-unreferenced']);
    world.advance(5 * DAY);
    await settle(world);
    expect(storedSegments(world)).toEqual([]);
    expect(of(world, 'delete').at(-1)?.delete.segments).toEqual([
      expect.objectContaining({ name: `archive-10d/${orphan}`, records: null, orphan: true }),
    ]);
    expect(await judged(world, [KEY])).toMatchObject({ verdict: 'proved', findings: [] });
  });

  it('that comes back is deleted again, and a verifier says that it is there', async () => {
    const world = await signedDay();
    const [name = ''] = storedSegments(world);
    const blob = name.slice('archive-10d/'.length);
    const bytes = world.stores.containers.get('archive-10d')?.get(blob) ?? Buffer.alloc(0);
    world.advance(10 * DAY);
    await settle(world);
    world.stores.containers.get('archive-10d')?.set(blob, bytes);
    const { verdict, findings } = await judged(world, [KEY]);
    expect([verdict, findings.map(({ code, file }) => [code, file])]).toEqual([
      'proved',
      [['segment-not-deleted', name]],
    ]);
    const before = kindsOf(world);
    await expire(world);
    expect([storedSegments(world), kindsOf(world)]).toEqual([[], before]);
  });

  it('takes along what was made of it: indexes of blocks and sketches', async () => {
    const world = await signedDay();
    const work = world.stores.containers.get('work');
    const [name = ''] = storedSegments(world);
    const tenant = world.config.tenantId;
    const [block, day, other] = [
      `blocks/${name.slice('archive-10d/'.length)}.json`,
      `sketches/${tenant}/${AUDITS}/actors/2026-11-19/abc-1`,
      `sketches/${tenant}/${AUDITS}/actors/2026-12-19/abc-1`,
    ];
    for (const each of [block, day, other]) work?.set(each, Buffer.from('x'));
    world.advance(10 * DAY);
    await settle(world);
    expect([...(work?.keys() ?? [])].filter((each) => !each.startsWith('tiles/'))).toEqual([other]);
    expect(confirmed(world)).toHaveLength(23);
  });

  it('is proved to be gone even where what was made of it cannot be taken along', async () => {
    const world = await readyToDelete();
    const cause = 'HTTP 403 AuthorizationPermissionMismatch';
    const refusing = { ...world.stores.deleter, delete: async (): Promise<Removal> => ({ outcome: 'refused', cause }) };
    expect(await expire(world, { ...expiringInstance(world), workDeleter: refusing })).toMatchObject({ deleted: 23 });
    expect([storedSegments(world), confirmed(world)]).toEqual([[], meant(world)]);
    expect(await alarm(world)).toMatchObject({
      text: expect.stringMatching(/work\/blocks\/.*AuthorizationPermission/),
    });
    await sign(world, SIGNING);
    expect(await judged(world, [KEY])).toMatchObject({ verdict: 'proved', findings: [] });
  });
});

/** A day whose deletion is meant and signed, and what runs the timer that carries it out. */
async function readyToDelete(): Promise<World> {
  const world = await signedDay();
  world.advance(10 * DAY);
  await expire(world);
  await sign(world, SIGNING);
  return world;
}

/** How many calls carrying out a deletion takes. */
async function callsOfRun(): Promise<number> {
  const seen: StoreCall[] = [];
  const world = await readyToDelete();
  await expire(world, expiringInstance(world, recording(seen)));
  return seen.length;
}

describe('a writer', () => {
  it('whose segments are deleted as orphans right before its entry stores them anew, under another number', async () => {
    const { world, type } = worldOf(AUDITS, { sourceDays: 7, settings: { RETENTION_DAYS: '1' } });
    world.graph.add(AUDITS, ...rows(type, 20, '2026-11-20T09:30:00Z', 300));
    const isEntry = ({ op, target }: StoreCall) => op === 'put' && target.startsWith('ledger/');
    // The store takes its segments and not its entry: they lie there, and come to be as old as their container keeps.
    const refusing: Around = async (call, run) => {
      if (isEntry(call)) throw new Error('the store did not answer');
      return run();
    };
    const span = { from: seconds('2026-11-20T09:00:00Z'), to: seconds('2026-11-20T12:00:00Z') };
    const silent = { from: span.from - 3600, to: span.from };
    const read = async (deps: Deps, window = span) => {
      const options = { aimedRows: 50_000, settleSeconds: 900, signal: new AbortController().signal };
      await collectWindow(deps, type, await applyLedger(deps, AUDITS), window, 'head', options);
    };
    await read(world.instance(), silent);
    await expect(read(world.instance(refusing))).rejects.toThrow('did not answer');
    const orphans = storedSegments(world);
    world.advance(DAY);
    let summary: unknown;
    const meanwhile: Around = async (call, run) => {
      if (isEntry(call)) summary ??= await expire(world);
      return run();
    };
    await read(world.instance(meanwhile));
    // They are the very blobs that the writer found in place of its own.
    expect(summary).toMatchObject({ deleted: orphans.length });
    expect(meant(world)).toEqual(orphans);
    const { entries, unreferenced } = world.check(AUDITS);
    expect(entries.map(({ kind }) => kind)).toEqual(['read', 'delete', 'deleted', 'read']);
    expect([unreferenced, named(world).filter(({ name }) => orphans.includes(name))]).toEqual([[], []]);
  });
});

describe('a crash', () => {
  it.each(FAULTS.filter((fault) => fault !== 'late'))(
    'or an error, %s any call, leaves what the next runs bring to the same end',
    PATIENCE,
    async (fault) => {
      const calls = await callsOfRun();
      expect(calls).toBeGreaterThan(80);
      for (let at = 0; at < calls; at += 1) {
        const world = await readyToDelete();
        const all = meant(world).sort();
        await expire(world, expiringInstance(world, failing(at, fault)));
        expect((await judged(world, [KEY])).errors).toBe(0);
        await settle(world);
        expect([storedSegments(world), meant(world).sort(), confirmed(world).sort()]).toEqual([[], all, all]);
        expect(await judged(world, [KEY])).toMatchObject({ verdict: 'proved', findings: [] });
        expect(await alarm(world)).toBeUndefined();
      }
    },
  );
});

describe('a legal hold', () => {
  it('keeps the hours that it touches, whole, until it is released', async () => {
    const world = await signedDay();
    const all = storedSegments(world);
    await placeHold(world.instance(), world.logType(AUDITS), HOLD);
    world.advance(12 * DAY);
    await settle(world);
    expect(storedSegments(world)).toEqual(all.filter((name) => HELD.test(name)));
    expect(await judged(world, [KEY])).toMatchObject({ verdict: 'proved', findings: [] });
    await releaseHold(world.instance(), world.logType(AUDITS), HOLD.id);
    await settle(world);
    expect(storedSegments(world)).toEqual([]);
    expect(await judged(world, [KEY])).toMatchObject({ verdict: 'proved', findings: [] });
  });

  it('keeps blobs that no entry names too', async () => {
    const world = await signedDay();
    const held = storedSegments(world).find((name) => HELD.test(name)) ?? '';
    const orphan = held.replace(/\/0{12}-/, '/000000000001-');
    await world.stores.blobs.putIfAbsent('archive-10d', orphan.slice('archive-10d/'.length), Buffer.from('left'));
    const other = orphan.replace(/hour=\d\d/, 'hour=09');
    await world.stores.blobs.putIfAbsent('archive-10d', other.slice('archive-10d/'.length), Buffer.from('left'));
    await placeHold(world.instance(), world.logType(AUDITS), HOLD);
    world.advance(12 * DAY);
    await settle(world);
    expect(storedSegments(world).every((name) => HELD.test(name))).toBe(true);
    expect([storedSegments(world).includes(orphan), meant(world).includes(other)]).toEqual([true, true]);
    await releaseHold(world.instance(), world.logType(AUDITS), HOLD.id);
    await settle(world);
    expect([storedSegments(world), meant(world).includes(orphan)]).toEqual([[], true]);
  });

  it(
    'placed at any step of a deletion came first, and nothing is deleted, or came after it, and says what it lost',
    PATIENCE,
    async () => {
      let calls = Number.POSITIVE_INFINITY;
      const orders = new Set<string>();
      for (let at = 0; at < calls; at += 1) {
        const world = await signedDay();
        const all = storedSegments(world);
        world.advance(10 * DAY);
        let placed: Awaited<ReturnType<typeof placeHold>> | undefined;
        // What is still there of what is held, and what the ledger says is gone, in the moment it is placed.
        let [there, gone]: [string[], string[]] = [[], []];
        const hold = async () => {
          [there, gone] = [storedSegments(world), confirmed(world)].map((names) =>
            names.filter((name) => HELD.test(name)),
          ) as [string[], string[]];
          placed = await placeHold(world.instance(), world.logType(AUDITS), HOLD);
        };
        const seen: StoreCall[] = [];
        const around = interrupted(at, hold);
        const counting: Around = (call, run) => recording(seen)(call, () => around(call, run));
        // Meant, signed and carried out with one and the same instance of the app.
        for (let round = 0; round < 2; round += 1) {
          await expire(world, expiringInstance(world, counting));
          await sign(world, SIGNING);
        }
        calls = Math.min(calls, seen.length);
        if (!placed) await hold();
        await settle(world);
        const held = all.filter((name) => HELD.test(name));
        const { seq } = placed?.hold ?? { seq: Number.NaN };
        const [deletion] = of(world, 'delete').filter((entry) =>
          entry.delete.segments.some(({ name }) => HELD.test(name)),
        );
        if (!deletion) {
          orders.add('hold first');
          expect(storedSegments(world)).toEqual(held);
          expect(placed).toMatchObject({ beingDeleted: [], deleted: 0 });
        } else {
          orders.add('deletion first');
          expect(deletion.seq).toBeLessThan(seq);
          expect(storedSegments(world)).toEqual([]);
          // Gone is what an entry confirms; of the rest some blobs may be gone already.
          const unconfirmed = held.filter((name) => !gone.includes(name));
          expect([placed?.beingDeleted.toSorted(), placed?.deleted]).toEqual([unconfirmed, gone.length]);
          expect(there.filter((name) => !placed?.beingDeleted.includes(name))).toEqual([]);
          if (there.length > 0) orders.add('told of blobs that are still there');
          if (unconfirmed.length > there.length) orders.add('told of blobs that are just gone');
        }
        expect(await judged(world, [KEY])).toMatchObject({ verdict: 'proved', findings: [] });
      }
      expect([...orders].sort()).toEqual([
        'deletion first',
        'hold first',
        'told of blobs that are just gone',
        'told of blobs that are still there',
      ]);
    },
  );
});

describe("a container's own legal hold", () => {
  it('keeps what is due in it from being meant, and so from being hidden, until it is cleared', async () => {
    const { world, type } = worldOf(AUDITS, { sourceDays: 7, settings: { RETENTION_DAYS: '10' } });
    world.graph.add(AUDITS, ...rows(type, 20, '2026-11-19T13:00:00Z', 410));
    await world.collectAll(AUDITS);
    const old = storedSegments(world);
    expect(old.every((name) => name.startsWith('archive-10d/'))).toBe(true);
    world.stores.held.add('archive-10d');
    world.advance(11 * DAY);
    expect(await expire(world)).toEqual(NOTHING);
    expect([meant(world), storedSegments(world), await alarm(world)]).toEqual([[], old, undefined]);
    world.stores.held.clear();
    expect(await expire(world)).toEqual({ deleted: old.length, refused: 0, failed: [] });
    expect(storedSegments(world)).toEqual([]);
  });
});

describe('a store that refuses to delete', () => {
  const refusing: Removal = { outcome: 'refused', cause: 'HTTP 409 BlobImmutableDueToPolicy' };

  it('is asked again at each run; the ledger says what is meant, an alarm what is wrong, and nothing more is meant', async () => {
    const world = await signedDay();
    world.advance(DAY);
    world.graph.add(AUDITS, ...rows(world.logType(AUDITS), 20, '2026-11-20T13:00:00Z', 410, 'next'));
    await world.collectAll(AUDITS);
    const all = storedSegments(world);
    const first = all.slice(0, 23);
    world.advance(9 * DAY);
    await expire(world);
    await sign(world, SIGNING);
    expect(meant(world).sort()).toEqual(first);
    // The others are due too before the store has changed its mind.
    world.advance(2 * DAY);
    const deps = expiringInstance(world);
    const stubborn = { ...deps, deleter: { ...deps.deleter, delete: async () => refusing } };
    for (let run = 0; run < 2; run += 1) {
      expect(await expire(world, stubborn)).toEqual({ deleted: 0, refused: 23, failed: [] });
      expect(await alarm(world)).toMatchObject({ level: 'warning', text: expect.stringContaining(refusing.cause) });
    }
    expect([storedSegments(world), confirmed(world), meant(world).sort()]).toEqual([all, [], first]);
    expect(await judged(world, [KEY])).toMatchObject({ verdict: 'proved', errors: 0 });

    expect(await expire(world)).toMatchObject({ deleted: 23, refused: 0 });
    expect([storedSegments(world), meant(world).sort(), await alarm(world)]).toEqual([all.slice(23), all, undefined]);
    await sign(world, SIGNING);
    await settle(world);
    expect(storedSegments(world)).toEqual([]);
  });

  it('some of it only, leaves the rest to be confirmed and these to be tried again', async () => {
    const world = await signedDay();
    const kept = storedSegments(world).slice(3, 5);
    world.advance(10 * DAY);
    await expire(world);
    await sign(world, SIGNING);
    const deps = expiringInstance(world);
    const keeps = async (container: string, name: string) =>
      kept.includes(`${container}/${name}`) ? refusing : deps.deleter.delete(container, name);
    expect(await expire(world, { ...deps, deleter: { ...deps.deleter, delete: keeps } })).toMatchObject({
      deleted: 21,
      refused: 2,
    });
    expect([storedSegments(world), confirmed(world).length]).toEqual([kept, 21]);
    await settle(world);
    expect([storedSegments(world), confirmed(world).length]).toEqual([[], 23]);
    expect(await judged(world, [KEY])).toMatchObject({ verdict: 'proved', findings: [] });
  });

  it('or that only says that it did, is not believed', async () => {
    const world = await signedDay();
    world.advance(10 * DAY);
    await expire(world);
    await sign(world, SIGNING);
    const deps = expiringInstance(world);
    const lying = {
      ...deps,
      deleter: { ...deps.deleter, delete: async (): Promise<Removal> => ({ outcome: 'deleted' }) },
    };
    expect(await expire(world, lying)).toMatchObject({ deleted: 0, refused: 23 });
    expect(confirmed(world)).toEqual([]);
  });
});
