/**
 * How one signing key follows another: a `key` entry carries the new public key and the old key's signature.
 *
 * Whoever trusts the old key then trusts the new one. Where nobody vouches (the first key; a key after one that was
 * lost) the new key is trusted only by its fingerprint, which the verifier is given from outside.
 */
import { originOf } from './checkpoint.ts';
import { fingerprint, isSignedBy } from './ecdsa.ts';
import type { KeyEntry } from './entryTypes.ts';
import type { Signer } from './note.ts';

/**
 * What the old key signs: three lines, which are the ledger's origin, `key`, and the fingerprint of the new key. They are
 * no checkpoint: its second line is a number.
 */
export function keyStatement(log: string, sha256: string): Buffer {
  return Buffer.from(`${originOf(log)}\nkey\n${sha256}\n`, 'utf8');
}

/** The body of the entry that announces a key in a ledger. Without `old`, nobody vouches for it. */
export async function announceKey(log: string, spki: Uint8Array, old?: Signer): Promise<KeyEntry['key']> {
  const sha256 = fingerprint(spki);
  const signature = old === undefined ? null : await old.sign(keyStatement(log, sha256));
  return {
    spki: Buffer.from(spki).toString('base64'),
    sha256,
    signedBy: old === undefined ? null : fingerprint(old.spki),
    signature: signature === null ? null : Buffer.from(signature).toString('base64'),
  };
}

/** Whether the holder of this public key (SPKI in DER) vouches for the key of the entry. */
export function vouchesFor(oldSpki: Uint8Array, { log, key }: KeyEntry): boolean {
  if (key.signature === null || key.signedBy !== fingerprint(oldSpki)) return false;
  return isSignedBy(oldSpki, keyStatement(log, key.sha256), Buffer.from(key.signature, 'base64'));
}
