/** What the fields of the kinds `key` and `verify` must agree on. Both throw FieldError. */
import { fingerprint } from './ecdsa.ts';
import { type KeyEntry, MAX_SEGMENTS_PER_ENTRY, type VerifyEntry } from './entryTypes.ts';
import { demand } from './fields.ts';
import { parseArchiveContainer, parseSegmentName, splitName } from './names.ts';

/** The digest is that of the key, and another key vouches for it, with a signature, or none does. */
export function demandVouched(key: KeyEntry['key']): void {
  demand(fingerprint(Buffer.from(key.spki, 'base64')) === key.sha256, 'key.sha256', 'is not that of the key');
  demand(key.signedBy !== key.sha256, 'key.signedBy', 'is the key itself');
  const isVouched = key.signedBy !== null;
  demand(isVouched === (key.signature !== null), 'key.signature', 'stands without signedBy, or is missing beside it');
}

/** Every mismatch is counted and, up to the limit, named once: a segment that this ledger had before. */
export function demandMismatched({ log, seq, verify }: VerifyEntry): void {
  const { segments, mismatches, mismatched } = verify;
  demand(mismatches <= segments, 'verify.mismatches', 'are more than the segments checked');
  const named = Math.min(mismatches, MAX_SEGMENTS_PER_ENTRY);
  const isOnce = mismatched.length === named && new Set(mismatched).size === named;
  demand(isOnce, 'verify.mismatched', 'does not name each mismatch once');
  for (const [index, full] of mismatched.entries()) {
    const path = `verify.mismatched[${index}]`;
    const [container, name] = splitName(full);
    const id = parseSegmentName(name);
    demand(id !== undefined && parseArchiveContainer(container) !== undefined, path, 'is not the name of a segment');
    demand(`${id.tenantId}/${id.logType}` === log, path, 'belongs to another ledger');
    demand(id.seq < seq, path, 'is numbered after all that this entry can have checked');
  }
}
