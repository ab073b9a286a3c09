/** Signing what a ledger says: what is stored afterwards, whoever crashes or races, and what is never signed. */
import { hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { decodeEntry, type KeyEntry } from '../../shared/archive/entry.ts';
import { vouchesFor } from '../../shared/archive/keyEntry.ts';
import { auditLedgers } from '../../shared/audit.ts';
import { signLedgers } from '../../shared/checkpoint.ts';
import { applyLedger, LedgerTorn } from '../../shared/ledger.ts';
import { latestCheckpoint } from '../../shared/proof/heads.ts';
import type { Signing } from '../../shared/proof/signing.ts';
import { readStatus } from '../../shared/status.ts';
import { rows, TENANT_ID, type World, worldOf } from '../support/flowHarness.ts';
import { fillLedger, ledgerOf, nameOf } from '../support/handmadeLedger.ts';
import { createScheduler, seeded } from '../support/scheduler.ts';
import {
  blobsOf,
  newSigner,
  signingInstance,
  signingWith,
  storedCheckpoints,
  storedEntries,
} from '../support/signingWorld.ts';
import { type Around, failing, recording, type StoreCall } from '../support/storeHooks.ts';

const AUDITS = 'directoryAudits';
const SIGNER = newSigner();
const SIGNING = signingWith(SIGNER);
const NEVER = new AbortController().signal;
const HOUR = 3600;

const sign = (world: World, signing: Signing = SIGNING, around?: Around) =>
  signLedgers(signingInstance(world, signing, around), NEVER);
const sizesOf = (world: World, signers = [SIGNER]) => [...storedCheckpoints(world, AUDITS, signers).keys()];
const kindsOf = (world: World) => storedEntries(world, AUDITS).map((bytes) => decodeEntry(bytes).kind);
const alarmsOf = async (world: World) =>
  (await readStatus(world.instance(), 1000))
    .flatMap(({ alarms }) => alarms)
    .map(({ name, level, text }) => ({ name, level, text }));
const checkpointName = (size: number) => `${TENANT_ID}/${AUDITS}/checkpoints/${String(size).padStart(12, '0')}`;

/** A world whose ledger has one entry. */
async function readOnce(): Promise<World> {
  const { world, type } = worldOf(AUDITS);
  world.graph.add(AUDITS, ...rows(type, 20, '2026-11-20T02:00:00Z', 300));
  await world.collectAll(AUDITS);
  return world;
}

describe('a run that signs', () => {
  it('announces its key, then puts all entries under one checkpoint', async () => {
    const world = await readOnce();
    expect(await sign(world)).toEqual({ signed: 1, failed: [] });
    expect(kindsOf(world)).toEqual(['read', 'key']);
    expect(sizesOf(world)).toEqual([2]);
    const { key } = decodeEntry(storedEntries(world, AUDITS)[1] ?? Buffer.alloc(0)) as KeyEntry;
    expect(key).toMatchObject({ sha256: hash('sha256', SIGNER.spki), signedBy: null, signature: null });
    world.check(AUDITS);
  });

  it('signs nothing twice, and nothing of a ledger without entries', async () => {
    const world = await readOnce();
    await sign(world);
    const before = blobsOf(world, 'ledger');
    expect(await sign(world)).toEqual({ signed: 1, failed: [] });
    expect(blobsOf(world, 'ledger')).toEqual(before);
    const { world: empty } = worldOf(AUDITS);
    expect(await sign(empty)).toEqual({ signed: 0, failed: [] });
    expect(blobsOf(empty, 'ledger')).toEqual({});
  });

  it('lets a ledger that was silent for an hour say that it is alive, and no other', async () => {
    const world = await readOnce();
    await sign(world);
    world.advance(1800);
    await sign(world);
    expect(kindsOf(world)).toEqual(['read', 'key']);
    world.advance(1800);
    await sign(world);
    expect(kindsOf(world)).toEqual(['read', 'key', 'verify']);
    const verify = { segments: 0, mismatches: 0, mismatched: [], index: null };
    expect(decodeEntry(storedEntries(world, AUDITS)[2] ?? Buffer.alloc(0))).toMatchObject({ verify });
    expect(sizesOf(world)).toEqual([2, 3]);
    world.check(AUDITS);
  });

  it('grows the tree from what was signed last, over tiles of 256, reading only what is new', async () => {
    const { world } = worldOf(AUDITS);
    for (const count of [255, 257, 300, 513, 1100]) {
      const before = storedEntries(world, AUDITS).length;
      fillLedger(world, count);
      const calls: StoreCall[] = [];
      await sign(world, SIGNING, recording(calls));
      const size = storedEntries(world, AUDITS).length;
      expect(Math.max(...sizesOf(world))).toBe(size);
      const reads = calls.filter(({ op, target }) => op === 'get' && target.endsWith('.json'));
      // Once to apply those that are new, and once to hash them with the last one that was signed.
      expect(reads.length).toBe(2 * (size - before) + (before > 0 ? 1 : 0));
    }
    const [ledger, before] = [blobsOf(world, 'ledger'), blobsOf(world, 'work')];
    world.stores.containers.set('work', new Map());
    world.stores.partitions.clear();
    await sign(world);
    expect(blobsOf(world, 'ledger')).toEqual(ledger);
    for (const [name, bytes] of Object.entries(blobsOf(world, 'work')))
      expect([name, bytes]).toEqual([name, before[name]]);
    expect(Object.keys(blobsOf(world, 'work')).length).toBeGreaterThan(5);
  });

  it('makes tiles and notes anew that were lost, byte for byte, and leaves every checkpoint as it was', async () => {
    const world = await readOnce();
    for (let n = 0; n < 4; n += 1) {
      await sign(world);
      world.advance(HOUR);
    }
    await sign(world);
    const [ledger, work] = [blobsOf(world, 'ledger'), blobsOf(world, 'work')];
    world.stores.containers.set('work', new Map());
    world.stores.partitions.clear();
    await sign(world);
    expect(blobsOf(world, 'ledger')).toEqual(ledger);
    const newest = Object.keys(work).filter((name) => name.endsWith(`.p/${storedEntries(world, AUDITS).length}`));
    expect(blobsOf(world, 'work')).toEqual(Object.fromEntries(newest.map((name) => [name, work[name]])));
    expect(newest.length).toBe(1);
  });

  it('writes all tiles under other names where a stored one is wrong', async () => {
    const world = await readOnce();
    await sign(world);
    for (const [name, bytes] of world.stores.containers.get('work') ?? []) {
      world.stores.containers.get('work')?.set(name, Buffer.from(bytes).fill(7));
    }
    world.advance(HOUR);
    expect(await sign(world)).toEqual({ signed: 1, failed: [] });
    expect(sizesOf(world)).toEqual([2, 3]);
    world.advance(HOUR);
    await sign(world);
    expect(sizesOf(world)).toEqual([2, 3, 4]);
  });
});

describe('a run that crashes', () => {
  it('at any call leaves what the next run completes', async () => {
    const calls: StoreCall[] = [];
    const first = await readOnce();
    first.advance(HOUR);
    await sign(first, SIGNING, recording(calls));
    expect(kindsOf(first)).toEqual(['read', 'verify', 'key']);
    for (const fault of ['crash before', 'crash after', 'error after', 'twice'] as const) {
      for (const at of calls.keys()) {
        const world = await readOnce();
        world.advance(HOUR);
        await sign(world, SIGNING, failing(at, fault)).catch(() => {});
        expect(await sign(world)).toEqual({ signed: 1, failed: [] });
        expect(kindsOf(world), `${fault} ${at}`).toEqual(['read', 'verify', 'key']);
        expect(sizesOf(world).at(-1)).toBe(3);
        world.check(AUDITS);
      }
    }
  });
});

describe('two instances', () => {
  it('that sign at once leave one checkpoint for each size, whatever the order of their calls', async () => {
    for (let seed = 1; seed <= 40; seed += 1) {
      const world = await readOnce();
      world.advance(HOUR);
      const scheduler = createScheduler(seeded(seed));
      const around: Around = async (_call, run) => {
        await scheduler.turn();
        return run();
      };
      await scheduler.run(
        [1, 2].map(() => async () => {
          expect(await sign(world, SIGNING, around)).toEqual({ signed: 1, failed: [] });
        }),
      );
      expect(await sign(world)).toEqual({ signed: 1, failed: [] });
      const kinds = kindsOf(world);
      expect(kinds.filter((kind) => kind === 'key')).toEqual(['key']);
      expect(sizesOf(world).at(-1)).toBe(kinds.length);
      world.check(AUDITS);
    }
  });
});

describe('a ledger that was rewritten', () => {
  /** The table too forgets: else it would tell by itself. */
  async function rewritten(change: (world: World) => void): Promise<World> {
    const { world } = worldOf(AUDITS);
    fillLedger(world, 5);
    await sign(world);
    change(world);
    world.stores.partitions.clear();
    return world;
  }

  it.each([
    ['with its tiles', false],
    ['without its tiles', true],
  ])('%s is not signed, and an alarm rises', async (_what, lost) => {
    const world = await rewritten((before) => {
      const blobs = ledgerOf(before);
      const checkpoint = blobs.get(checkpointName(6)) as Buffer;
      blobs.clear();
      fillLedger(before, 3);
      appendForged(before);
      fillLedger(before, 9);
      blobs.set(checkpointName(6), checkpoint);
      if (lost) before.stores.containers.set('work', new Map());
    });
    const before = blobsOf(world, 'ledger');
    expect(await sign(world)).toEqual({ signed: 0, failed: [AUDITS] });
    expect(Object.keys(blobsOf(world, 'ledger')).filter((name) => name.includes('checkpoints'))).toEqual([
      checkpointName(6),
    ]);
    expect(Object.keys(before).length).toBeLessThanOrEqual(Object.keys(blobsOf(world, 'ledger')).length);
    const alarms = await alarmsOf(world);
    expect(alarms).toContainEqual({
      name: 'integrity',
      level: 'critical',
      text: expect.stringMatching(/does not begin with the 6 entries/),
    });
  });

  it('to be shorter than what was signed is torn at the first step of whoever comes, with and without the table', async () => {
    for (const lost of [true, false]) {
      const world = await readOnce();
      await sign(world);
      world.advance(HOUR);
      await sign(world);
      ledgerOf(world).delete(nameOf(2));
      if (lost) world.stores.partitions.clear();
      else world.stores.partitions.get(`${TENANT_ID}|${AUDITS}`)?.delete('watermark');
      await expect(applyLedger(world.instance(), AUDITS)).rejects.toThrow(
        /2 entries, though a checkpoint was signed over 3/,
      );
      await expect(world.collect(AUDITS)).rejects.toThrow(LedgerTorn);
      expect(await sign(world)).toEqual({ signed: 0, failed: [AUDITS] });
      expect(await alarmsOf(world)).toContainEqual(expect.objectContaining({ name: 'torn', level: 'critical' }));
    }
  });

  it('is torn though the table kept up with it, when a checkpoint covers more than there is', async () => {
    const world = await readOnce();
    await applyLedger(world.instance(), AUDITS);
    ledgerOf(world).set(checkpointName(7), Buffer.from('whatever'));
    await expect(world.collect(AUDITS)).rejects.toThrow(/1 entries, though a checkpoint was signed over 7/);
    // Nor do the timers that sign and audit say anything in it, though it has been silent for an hour.
    world.advance(HOUR);
    expect(await sign(world)).toEqual({ signed: 0, failed: [AUDITS] });
    expect(await auditLedgers(world.instance(), NEVER)).toMatchObject({ failed: [AUDITS] });
    expect(kindsOf(world)).toEqual(['read']);
  });
});

describe('a key', () => {
  const next = newSigner();

  it('follows another by an entry that the other signs, and what was signed before still holds', async () => {
    const world = await readOnce();
    await sign(world);
    await sign(world, signingWith(next, SIGNER));
    expect(kindsOf(world)).toEqual(['read', 'key', 'key']);
    const entry = decodeEntry(storedEntries(world, AUDITS)[2] ?? Buffer.alloc(0)) as KeyEntry;
    expect(entry.key.sha256).toBe(hash('sha256', next.spki));
    expect(vouchesFor(SIGNER.spki, entry)).toBe(true);
    const heads = storedCheckpoints(world, AUDITS, [SIGNER, next]);
    expect([...heads].map(([size, { signedBy }]) => [size, signedBy[0]?.equals(next.spki)])).toEqual([
      [2, false],
      [3, true],
    ]);
    expect(await latestCheckpoint(world.instance(), AUDITS, 2)).toMatchObject({ size: 2 });
  });

  it('that nobody vouches for signs nothing, unless the one before is said to be lost', async () => {
    const world = await readOnce();
    await sign(world);
    const before = blobsOf(world, 'ledger');
    for (const previous of [undefined, newSigner(), next]) {
      expect(await sign(world, signingWith(next, previous))).toEqual({ signed: 0, failed: [AUDITS] });
      expect(blobsOf(world, 'ledger')).toEqual(before);
    }
    expect(world.logs.at(-1)?.message).toMatch(/set SIGNING_KEY_PREVIOUS to the former/);
    expect(await sign(world, signingWith(next, 'lost'))).toEqual({ signed: 1, failed: [] });
    const entry = decodeEntry(storedEntries(world, AUDITS)[2] ?? Buffer.alloc(0)) as KeyEntry;
    expect(entry.key).toMatchObject({ sha256: hash('sha256', next.spki), signedBy: null });
    expect(sizesOf(world, [SIGNER, next])).toEqual([2, 3]);
  });
});

describe('a vault that cannot be reached', () => {
  const away = signingWith(new Error('the vault did not answer'));

  it('lets checkpoints wait and ingestion go on, and raises an alarm after two hours', async () => {
    const world = await readOnce();
    await sign(world);
    world.advance(HOUR);
    expect(await sign(world, away)).toEqual({ signed: 0, failed: [AUDITS] });
    expect((await alarmsOf(world)).map(({ name }) => name)).not.toContain('checkpoint');
    world.advance(HOUR);
    await world.collectAll(AUDITS);
    expect(kindsOf(world)).toContain('verify');
    expect(kindsOf(world).at(-1)).toBe('read');
    const text = expect.stringMatching(
      /No checkpoint since 2026-11-20T12:20:00Z: the vault did not answer\. .*Crypto User/,
    );
    expect(await alarmsOf(world)).toContainEqual({ name: 'checkpoint', level: 'warning', text });
    expect(sizesOf(world)).toEqual([2]);
    await sign(world);
    expect((await alarmsOf(world)).map(({ name }) => name)).not.toContain('checkpoint');
    expect(sizesOf(world).at(-1)).toBe(kindsOf(world).length);
  });
});

describe('the newest checkpoint', () => {
  it('is the newest over no more entries than are asked for, also where the notes are lost', async () => {
    const world = await readOnce();
    expect(await latestCheckpoint(world.instance(), AUDITS, 9)).toBeUndefined();
    for (let n = 0; n < 3; n += 1) {
      await sign(world);
      world.advance(HOUR);
    }
    for (const lost of [false, true]) {
      if (lost) world.stores.partitions.get(`${TENANT_ID}|${AUDITS}`)?.delete('proof');
      const sizes = await Promise.all(
        [1, 2, 3, 4, 9].map((entries) => latestCheckpoint(world.instance(), AUDITS, entries)),
      );
      expect(sizes.map((head) => head?.size)).toEqual([undefined, 2, 3, 4, 4]);
    }
    const root = storedCheckpoints(world, AUDITS, [SIGNER]).get(4)?.root.toString('base64');
    expect(await latestCheckpoint(world.instance(), AUDITS, 9)).toEqual({ size: 4, root });
  });
});

/** Appends an entry that continues the chain and says something else than the one that was there. */
function appendForged(world: World): void {
  const blobs = ledgerOf(world);
  const before = blobs.get(nameOf(2)) as Buffer;
  const entry = { ...JSON.parse(String(before)), seq: 3, prev: hash('sha256', before), app: '6.6.6' };
  blobs.set(nameOf(3), Buffer.from(`${JSON.stringify(entry)}\n`));
}
