/** Worlds in which time comes to what is past its retention: the timers of deletion and of signatures, and what is left. */
import type { Entry } from '../../shared/archive/entry.ts';
import { decodeEntry } from '../../shared/archive/entry.ts';
import { verify } from '../../shared/archive/verify.ts';
import type { VerifyReport } from '../../shared/archive/verifyTypes.ts';
import { signLedgers } from '../../shared/checkpoint.ts';
import { type ExpirySummary, expireLedgers } from '../../shared/expire.ts';
import type { ExpireDeps } from '../../shared/expiry/deps.ts';
import type { Signing } from '../../shared/proof/signing.ts';
import type { World } from './flowHarness.ts';
import { signingInstance, storedEntries } from './signingWorld.ts';
import { type Around, hookedDeleters, plainly } from './storeHooks.ts';

const NEVER = new AbortController().signal;

/** One instance of the app that may delete, with the rights that infra/modules/archiveRoles.bicep gives. */
export function expiringInstance(world: World, around: Around = plainly): ExpireDeps {
  return { ...world.instance(around), ...hookedDeleters(world.stores.deleter, around) };
}

/** One run of the timer that deletes. */
export function expire(world: World, deps: ExpireDeps = expiringInstance(world)): Promise<ExpirySummary> {
  return expireLedgers(deps, NEVER);
}

/** One run of the timer that signs. */
export async function sign(world: World, signing: Signing): Promise<void> {
  const { failed } = await signLedgers(signingInstance(world, signing), NEVER);
  if (failed.length > 0) throw new Error(`not signed: ${failed.join()}`);
}

/** The entries of a ledger. */
export function entriesOf(world: World, logType: string): Entry[] {
  return storedEntries(world, logType).map((bytes) => decodeEntry(bytes));
}

/** Full names of all stored segments, sorted. */
export function storedSegments(world: World): string[] {
  const containers = [...world.stores.containers].filter(([name]) => name.startsWith('archive-'));
  return containers.flatMap(([container, blobs]) => [...blobs.keys()].map((name) => `${container}/${name}`)).sort();
}

/** What a verifier says of a copy of the archive. @param keys fingerprints that it was given. */
export function judged(world: World, keys: readonly string[] = []): Promise<VerifyReport> {
  const copy = new Map<string, Buffer>();
  for (const [container, blobs] of world.stores.containers) {
    if (container === 'work') continue;
    for (const [name, bytes] of blobs) copy.set(`${container}/${name}`, bytes);
  }
  return verify({ list: () => copy.keys(), read: (name) => copy.get(name) }, { keys });
}
