/**
 * The public keys that a folder shows, and which of them are trusted.
 *
 * Keys are found before anything is authenticated: in key files and in `key` entries. That a key is found makes it a
 * candidate and no more. It is trusted when its fingerprint was given from outside, when it signed a checkpoint that was
 * kept outside, or when a trusted key vouches for it.
 */
import { fingerprint } from './ecdsa.ts';
import type { KeyEntry } from './entryTypes.ts';
import { vouchesFor } from './keyEntry.ts';
import { readPublicKeyFile } from './publicKeyFile.ts';
import type { Inspection } from './verifyInspection.ts';

/** The name of a key's file in an evidence bundle. */
export function keyFileName(sha256: string): string {
  return `keys/${sha256}.pem`;
}

export const KEY_FILE = /^keys\/([0-9a-f]{64})\.pem$/;
const MOST_BYTES = 1000;

/** The keys in the files of a folder. */
export async function keysInFiles(inspection: Inspection, names: readonly string[]): Promise<Buffer[]> {
  const found: Buffer[] = [];
  for (const name of names) {
    const expected = KEY_FILE.exec(name)?.[1];
    const bytes = expected === undefined ? undefined : await inspection.read(name, MOST_BYTES);
    if (!bytes) continue;
    const spki = readPublicKeyFile(bytes);
    if (spki && fingerprint(spki) === expected) found.push(spki);
    else inspection.error('key-file', name, 'is not the P-256 public key of its name, as openssl writes it');
  }
  return found;
}

/** Fingerprints of the trusted keys: those given, and those that they vouch for, one after the other. */
export function trustedKeys(
  given: Iterable<string>,
  keys: readonly Buffer[],
  announced: readonly KeyEntry[],
): ReadonlySet<string> {
  const trusted = new Set(given);
  const waiting = new Set(announced);
  for (let before = -1; before !== trusted.size; ) {
    before = trusted.size;
    const vouchers = keys.filter((spki) => trusted.has(fingerprint(spki)));
    for (const entry of waiting) {
      if (!vouchers.some((spki) => vouchesFor(spki, entry))) continue;
      trusted.add(entry.key.sha256);
      waiting.delete(entry);
    }
  }
  return trusted;
}
