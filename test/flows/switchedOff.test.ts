/** A log type that is switched off is not pulled; what it left is held, deleted, signed and checked like all else. */
import { describe, expect, it } from 'vitest';
import { fingerprint } from '../../shared/archive/ecdsa.ts';
import { auditLedgers } from '../../shared/audit.ts';
import { signLedgers } from '../../shared/checkpoint.ts';
import { expireLedgers } from '../../shared/expire.ts';
import { listHolds, placeHold, releaseHold } from '../../shared/holds.ts';
import { entriesOf, expiringInstance, judged, storedSegments } from '../support/expiring.ts';
import { createWorld, DAY, rows, type World } from '../support/flowHarness.ts';
import { newSigner, signingInstance, signingWith } from '../support/signingWorld.ts';

const AUDITS = 'directoryAudits';
const SIGNER = newSigner();
const NEVER = new AbortController().signal;
const HOLD = {
  id: '6b5d4c3a-93b1-4d57-8e20-0f8a6c2e2f10',
  case: 'c'.repeat(64),
  from: '2026-11-20T00:00:00Z',
  to: '2026-11-21T00:00:00Z',
};

/** Twenty rows of a log type that is switched off afterwards. */
async function switchedOff(): Promise<World> {
  const world = createWorld({
    logTypes: [AUDITS, 'riskDetections'],
    settings: { RETENTION_DAYS: '10', SIGNING_KEY: 'here.pem' },
  });
  world.graph.add(AUDITS, ...rows(world.logType(AUDITS), 20, '2026-11-20T02:00:00Z', 600));
  await world.collectAll(AUDITS);
  return world;
}

/** The same instance with the log type left out of `LOG_TYPES`. */
const off = <D extends { config: World['config'] }>(deps: D): D => ({
  ...deps,
  config: { ...deps.config, logTypes: deps.config.logTypes.filter(({ name }) => name !== AUDITS) },
});
const expire = (world: World) => expireLedgers(off(expiringInstance(world)), NEVER);
const sign = (world: World) => signLedgers(off(signingInstance(world, signingWith(SIGNER))), NEVER);

describe('a log type that is switched off', () => {
  it('is deleted after its retention, signed and proved', async () => {
    const world = await switchedOff();
    await sign(world);
    world.advance(10 * DAY);
    for (let run = 0; run < 2; run += 1) {
      await expire(world);
      expect(await sign(world)).toEqual({ signed: 1, failed: [] });
    }
    expect(storedSegments(world)).toEqual([]);
    expect(entriesOf(world, AUDITS).map(({ kind }) => kind)).toEqual(expect.arrayContaining(['delete', 'deleted']));
    expect(await judged(world, [fingerprint(SIGNER.spki)])).toMatchObject({ verdict: 'proved', errors: 0 });
  });

  it('can be held, is not deleted while it is, and is after the release', async () => {
    const world = await switchedOff();
    const before = storedSegments(world);
    const deps = off(world.instance());
    await placeHold(deps, world.logType(AUDITS), HOLD);
    expect((await listHolds(deps)).holds).toMatchObject([
      { id: HOLD.id, isReleased: false, ledgers: [{ logType: AUDITS }] },
    ]);
    const settle = async () => {
      for (let run = 0; run < 3; run += 1) {
        await expire(world);
        await sign(world);
      }
    };
    world.advance(10 * DAY);
    await settle();
    expect(storedSegments(world)).toEqual(before);
    await releaseHold(deps, world.logType(AUDITS), HOLD.id);
    await settle();
    expect(storedSegments(world)).toEqual([]);
  });

  it('is checked by the daily audit', async () => {
    const world = await switchedOff();
    const archive = world.stores.containers.get('archive-10d');
    for (const name of archive?.keys() ?? []) archive?.set(name, Buffer.from('something else'));
    let mismatches = 0;
    for (let day = 0; day < 30; day += 1) {
      mismatches = Math.max(mismatches, (await auditLedgers(off(world.instance()), NEVER)).mismatches);
      world.advance(DAY);
    }
    expect(mismatches).toBe(archive?.size);
  });
});
