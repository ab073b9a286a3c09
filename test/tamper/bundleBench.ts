/** Evidence of a small ledger, as the service hands it out: what the bundle kinds of the tamper campaign begin with. */
import { fingerprint } from '../../shared/archive/ecdsa.ts';
import type { Signer } from '../../shared/archive/note.ts';
import { formatSeconds } from '../../shared/archive/time.ts';
import type { VerifyOptions } from '../../shared/archive/verifyTypes.ts';
import { openEvidence } from '../../shared/evidence.ts';
import { placeHold } from '../../shared/holds.ts';
import { pull } from '../../shared/pull.ts';
import { rangeOf } from '../support/coverageLedger.ts';
import { rows, seconds, worldOf } from '../support/flowHarness.ts';
import { type Files, newSigner } from '../support/signedArchive.ts';
import { announce, signNewest } from '../support/signing.ts';
import { unzip } from '../support/unzip.ts';

const HOUR = 3600;
const FROM = seconds('2026-11-21T00:00:00Z');
/** The range of both bundles. */
export const RANGE = { from: FROM, to: FROM + 20 * HOUR };
export const IDS: readonly string[] = ['row-53', 'row-55', 'row-60'];
const HOLD = { id: '6b5d4c3a-93b1-4d57-8e20-0f8a6c2e2f10', case: 'c'.repeat(64) };

export interface BundleBench {
  /** Of a range whose first entry is not the ledger's, with a setting, a key and a hold before it. */
  readonly segments: Files;
  /** Names of its segments. */
  readonly segmentNames: readonly string[];
  /** Of three single records of the range. */
  readonly records: Files;
  /** Of the same range, as it was one checkpoint earlier. */
  readonly older: Files;
  /** What an auditor knows: the key, and the newest checkpoint. */
  readonly known: VerifyOptions;
  /** Somebody else's key. */
  readonly other: Signer;
}

export async function newBundleBench(): Promise<BundleBench> {
  const signer = newSigner();
  const { world, type } = worldOf('directoryAudits', { sourceDays: 7 });
  world.graph.add(type.name, ...rows(type, 100, '2026-11-18T00:00:00Z', 5000));
  const bundle = async (ids?: readonly string[]) => {
    const asked = { logType: type, range: rangeOf(RANGE.from, RANGE.to), ids, verifier: Buffer.from('x') };
    return unzip(Buffer.concat(await Array.fromAsync((await openEvidence(world.instance(), asked)).body)));
  };
  let older: Files = new Map();
  let bytes: Buffer = Buffer.alloc(0);
  for (let n = 0; n < 8; n += 1) {
    if (n === 7) older = await bundle();
    await pull(world.instance(), type.budget, new AbortController().signal);
    if (n === 0) {
      await announce(world, type.name, signer);
      const span = { from: formatSeconds(FROM), to: formatSeconds(FROM + HOUR) };
      await placeHold(world.instance(), type, { ...HOLD, ...span });
    }
    bytes = await signNewest(world, type.name, signer);
    world.advance(5 * HOUR);
  }
  const known = { keys: [fingerprint(signer.spki)], kept: [{ name: 'kept', bytes }] };
  const segments = await bundle();
  const segmentNames = [...segments.keys()].filter((name) => name.endsWith('.gz'));
  return { segments, segmentNames, records: await bundle(IDS), older, known, other: newSigner() };
}

/** Evidence of one record, in as few bytes as it comes in, of which the first entries are hashes. */
export async function newSmallBundle(): Promise<{ readonly files: Files; readonly known: VerifyOptions }> {
  const signer = newSigner();
  const { world, type } = worldOf('directoryAudits', { sourceDays: 2 });
  world.graph.add(type.name, ...rows(type, 1, '2026-11-20T02:30:00Z', 3600));
  await pull(world.instance(), type.budget, new AbortController().signal);
  await announce(world, type.name, signer);
  await signNewest(world, type.name, signer);
  const range = rangeOf(seconds('2026-11-20T02:00:00Z'), seconds('2026-11-20T04:00:00Z'));
  const asked = { logType: type, range, verifier: Buffer.from('x') };
  const files = unzip(Buffer.concat(await Array.fromAsync((await openEvidence(world.instance(), asked)).body)));
  return { files, known: { keys: [fingerprint(signer.spki)] } };
}
