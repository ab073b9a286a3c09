/** Fetches the proofs of a record and the keys, and checks every version. */
import { askJson } from '../../api/client.ts';
import { loadKeys } from '../../api/integrity.ts';
import { apiUrl } from '../../api/url.ts';
import { type Asked, checkProof, type RecordProof, type Step } from './proof.ts';

export interface Checked {
  readonly versions: readonly { readonly segment: string; readonly steps: readonly Step[] }[];
  /** Versions that no checkpoint covers yet. */
  readonly unsigned: number;
}

type Wanted = Asked & { readonly from: string; readonly to: string };

/** @throws ApiError */
export async function checkAll({ from, to, ...asked }: Wanted, signal: AbortSignal): Promise<Checked> {
  const url = apiUrl(`integrity/proofs/record/${asked.log}/${encodeURIComponent(asked.id)}`, { from, to });
  const [found, ledgers] = await Promise.all([
    askJson<{ proofs: readonly RecordProof[]; unsigned: number }>(url, { signal }),
    loadKeys(signal),
  ]);
  const keys = ledgers.find(({ logType }) => logType === asked.log);
  const versions = await Promise.all(
    found.proofs.map(async (proof) => ({ segment: proof.segment, steps: await checkProof(proof, keys, asked) })),
  );
  return { versions, unsigned: found.unsigned };
}
