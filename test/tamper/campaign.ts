/** The tamper campaign: each seed is one mutation of one kind, and the verifier has to notice it without a crash. */
import { fingerprint } from '../../shared/archive/ecdsa.ts';
import { verify } from '../../shared/archive/verify.ts';
import type { VerifyReport } from '../../shared/archive/verifyTypes.ts';
import { seeded } from '../support/scheduler.ts';
import { filesOf, newSigner, tell } from '../support/signedArchive.ts';
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
  const keys = [fingerprint(signer.spki)];
  const names = Object.keys(KINDS);
  const bytesOf = (name: string) => archive.files.get(name) as Buffer;
  const kept = (name: string | undefined) => (name === undefined ? [] : [{ name: 'kept', bytes: bytesOf(name) }]);
  return {
    kinds: names,
    /** The archive as it is, seen by whoever knows the key and kept the checkpoint at `n`. */
    clean: (n: number) =>
      verify(filesOf(archive.files), { keys, kept: kept(archive.checkpoints[n % archive.checkpoints.length]) }),
    async run(seed: number): Promise<Tampering> {
      const kind = names[seed % names.length] as string;
      const bench: Bench = { archive, signer, forged, other, random: seeded(seed) };
      const mutated = await (KINDS[kind] as (typeof KINDS)[string])(bench);
      const report = await verify(filesOf(mutated.files), { keys, kept: kept(mutated.kept) });
      return { seed, kind, miss: missOf(report, mutated), report };
    },
  };
}

function missOf({ verdict, findings }: VerifyReport, { named, isWarning }: Mutated): string | undefined {
  if (findings.some(({ code }) => code === 'verifier-failed')) return 'the verifier crashed';
  if (isWarning ? findings.length === 0 : verdict !== 'broken') return `the verdict is ${verdict}`;
  if (named !== undefined && !findings.some(({ file }) => file === named)) return `no finding names ${named}`;
  return undefined;
}
