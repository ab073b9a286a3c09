/** The tamper campaign: each seed is one mutation of one kind, and the verifier has to notice it without a crash. */
import { fingerprint } from '../../shared/archive/ecdsa.ts';
import { verify } from '../../shared/archive/verify.ts';
import type { VerifyReport } from '../../shared/archive/verifyTypes.ts';
import { seeded } from '../support/scheduler.ts';
import { filesOf, newSigner, tell } from '../support/signedArchive.ts';
import { newBundleBench } from './bundleBench.ts';
import { BUNDLE_KINDS, type Forged } from './bundles.ts';
import { expiredArchive, goOn } from './expired.ts';
import { type Bench, KINDS, type Mutated } from './mutations.ts';

export interface Tampering {
  readonly seed: number;
  readonly kind: string;
  /** What the verifier did wrong; `undefined` when it noticed. */
  readonly miss: string | undefined;
  readonly report: VerifyReport;
}

export type Campaign = Awaited<ReturnType<typeof newCampaign>>;

/** Keys and signatures are made anew; where the seed leads depends on neither. */
export async function newCampaign() {
  const [signer, other] = [newSigner(), newSigner()];
  const archive = await expiredArchive(await goOn(await tell(signer), signer), signer);
  const forged = await expiredArchive(await goOn(await tell(other), other), other);
  const bundles = await newBundleBench();
  const keys = [fingerprint(signer.spki)];
  const names = [...Object.keys(KINDS), ...Object.keys(BUNDLE_KINDS)];
  const bytesOf = (name: string) => archive.files.get(name) as Buffer;
  const kept = (name: string | undefined) => (name === undefined ? [] : [{ name: 'kept', bytes: bytesOf(name) }]);
  return {
    kinds: names,
    /** The archive as it is, seen by whoever knows the key and kept the checkpoint at `n`. */
    clean: (n: number) =>
      verify(filesOf(archive.files), { keys, kept: kept(archive.checkpoints[n % archive.checkpoints.length]) }),
    /** Both bundles as they are. */
    cleanBundles: () =>
      Promise.all([bundles.segments, bundles.records].map((each) => verify(filesOf(each), bundles.known))),
    async run(seed: number): Promise<Tampering> {
      const kind = names[seed % names.length] as string;
      const forge = BUNDLE_KINDS[kind];
      if (forge) {
        const made = await forge(bundles, seeded(seed));
        const known = made.onlyKey ? { keys: bundles.known.keys ?? [] } : bundles.known;
        const judged = await verify(filesOf(made.files), known);
        return { seed, kind, miss: missOfForged(judged, made), report: judged };
      }
      const bench: Bench = { archive, signer, forged, other, random: seeded(seed) };
      const mutated = await (KINDS[kind] as (typeof KINDS)[string])(bench);
      const report = await verify(filesOf(mutated.files), { keys, kept: kept(mutated.kept) });
      return { seed, kind, miss: missOf(report, mutated), report };
    },
  };
}

function missOfForged({ verdict, findings, ledgers }: VerifyReport, { codes, says }: Forged): string | undefined {
  const found = findings.map(({ code }) => code);
  if (found.includes('verifier-failed')) return 'the verifier crashed';
  if (codes)
    return verdict === 'broken' && codes.some((code) => found.includes(code)) ? undefined : `${verdict}: ${found}`;
  if (verdict !== 'proved' || findings.length > 0) return `what is left is true, and was found ${verdict}: ${found}`;
  return ledgers.every((ledger) => says?.(ledger)) ? undefined : 'the report does not say what is left';
}

function missOf({ verdict, findings }: VerifyReport, { named, isWarning }: Mutated): string | undefined {
  if (findings.some(({ code }) => code === 'verifier-failed')) return 'the verifier crashed';
  if (isWarning ? findings.length === 0 : verdict !== 'broken') return `the verdict is ${verdict}`;
  if (named !== undefined && !findings.some(({ file }) => file === named)) return `no finding names ${named}`;
  return undefined;
}
