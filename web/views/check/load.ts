/** Fetches the proofs of a record and the keys, and has every version checked. */
import type { ToldProof } from '../../../shared/archive/verifyRecord.ts';
import { askJson } from '../../api/client.ts';
import { loadKeys } from '../../api/integrity.ts';
import { apiUrl } from '../../api/url.ts';
import { fromBase64 } from '../../crypto/bytes.ts';
import { gunzip } from '../../crypto/gunzip.ts';
import { verifyRecords } from '../../verifier/record.ts';
import { type Asked, type RecordProof, type Step, stepsOf } from './proof.ts';

/** Most bytes of an entry (docs/FORMAT.md). */
const MOST_ENTRY_BYTES = 60_000;

export interface Checked {
  readonly versions: readonly { readonly segment: string; readonly steps: readonly Step[] }[];
  /** Versions that no checkpoint covers yet. */
  readonly unsigned: number;
}

interface Wanted extends Asked {
  readonly tenantId: string;
  readonly from: string;
  readonly to: string;
}

/** @throws ApiError; Error where the verifier cannot be started. */
export async function checkAll({ from, to, tenantId, ...asked }: Wanted, signal: AbortSignal): Promise<Checked> {
  const { log, id } = asked;
  const url = apiUrl(`integrity/proofs/record/${log}/${encodeURIComponent(id)}`, { from, to });
  const [found, ledgers] = await Promise.all([
    askJson<{ proofs: readonly RecordProof[]; unsigned: number }>(url, { signal }),
    loadKeys(signal),
  ]);
  const keys = ledgers.find(({ logType }) => logType === log)?.keys.map(({ spki }) => fromBase64(spki)) ?? [];
  const told = await Promise.all(found.proofs.map(unpacked));
  const facts = await verifyRecords(told, { ledger: `${tenantId}/${log}`, id, keys }, signal);
  const versions = found.proofs.flatMap((proof, n) => {
    const held = facts[n];
    return held ? [{ segment: proof.segment, steps: stepsOf(proof, held, asked) }] : [];
  });
  return { versions, unsigned: found.unsigned };
}

/** An entry that cannot be unpacked is none, which the verifier finds. */
async function unpacked({ entryGzip, ...proof }: RecordProof): Promise<ToldProof> {
  const entry = await new Promise<Uint8Array>((resolve) =>
    resolve(gunzip(fromBase64(entryGzip), MOST_ENTRY_BYTES)),
  ).catch(() => new Uint8Array());
  return { ...proof, entry };
}
