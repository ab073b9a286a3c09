/** Deletion with proof: what is deleted and when, what the ledger says of it, and what everybody else makes of it. */
import { describe, expect, it } from 'vitest';
import { fingerprint } from '../../shared/archive/ecdsa.ts';
import type { DeletedEntry, DeleteEntry, ReadEntry } from '../../shared/archive/entry.ts';
import { encodeEntry } from '../../shared/archive/entry.ts';
import { auditLedgers } from '../../shared/audit.ts';
import { exportRange } from '../../shared/export.ts';
import { placeHold, releaseHold } from '../../shared/holds.ts';
import { readStatus } from '../../shared/status.ts';
import { entriesOf, expire, expiringInstance, judged, sign, storedSegments } from '../support/expiring.ts';
import { DAY, rows, seconds, type World, type WorldOptions, worldOf } from '../support/flowHarness.ts';
import { newSigner, signingWith } from '../support/signingWorld.ts';
import { type Around, FAULTS, failing, recording, type StoreCall } from '../support/storeHooks.ts';

const AUDITS = 'directoryAudits';
const SIGNER = newSigner();
const SIGNING = signingWith(SIGNER);
const KEY = fingerprint(SIGNER.spki);
const NEVER = new AbortController().signal;

/** A signed archive of a day with 24 segments, kept for ten days. */
async function signedDay(options: WorldOptions = {}): Promise<World> {
  const { world, type } = worldOf(AUDITS, { settings: { RETENTION_DAYS: '10' }, ...options });
  world.graph.add(AUDITS, ...rows(type, 200, '2026-11-19T13:00:00Z', 410));
  await world.collectAll(AUDITS);
  await sign(world, SIGNING);
  return world;
}

const kindsOf = (world: World) => entriesOf(world, AUDITS).map(({ kind }) => kind);
const namedBy = (world: World) =>
  entriesOf(world, AUDITS)
    .filter((entry): entry is ReadEntry => entry.kind === 'read')
    .flatMap(({ segments }) => segments);
const ofKind = <Kind extends 'delete' | 'deleted'>(world: World, kind: Kind) =>
  entriesOf(world, AUDITS).filter((entry) => entry.kind === kind) as (Kind extends 'delete'
    ? DeleteEntry
    : DeletedEntry)[];

describe('what is past its retention', () => {
  it('is deleted in two runs with a signature in between, and the ledger says what it was', async () => {
    const world = await signedDay();
    const named = namedBy(world);
    world.advance(10 * DAY - 1);
    expect(await expire(world)).toEqual({ deleted: 0, refused: 0, failed: [] });
    expect(storedSegments(world)).toHaveLength(24);

    world.advance(1);
    expect(await expire(world)).toEqual({ deleted: 0, refused: 0, failed: [] });
    // Nothing is gone that nobody has signed.
    expect(storedSegments(world)).toHaveLength(24);
    expect(await expire(world)).toEqual({ deleted: 0, refused: 0, failed: [] });

    await sign(world, SIGNING);
    expect(await expire(world)).toEqual({ deleted: 24, refused: 0, failed: [] });
    expect(storedSegments(world)).toEqual([]);
    const expected = named.map(({ name, sha256, records, retainUntil }) => ({ name, sha256, records, retainUntil }));
    expect(ofKind(world, 'delete').map((entry) => entry.delete.segments)).toEqual([expected]);
    expect(ofKind(world, 'deleted').map((entry) => entry.deleted.segments)).toEqual([expected]);
    const before = kindsOf(world);
    expect(await expire(world)).toEqual({ deleted: 0, refused: 0, failed: [] });
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
});
