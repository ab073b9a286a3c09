import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { checkpointText, openCheckpoint } from '../../shared/archive/checkpoint.ts';
import { decodeEntry, encodeEntry, entryHash, GENESIS_PREV, type KeyEntry } from '../../shared/archive/entry.ts';
import { vouchesFor } from '../../shared/archive/keyEntry.ts';
import { leafHash, rootOf } from '../../shared/archive/merkle.ts';
import { checkpointName, entryName } from '../../shared/archive/names.ts';
import { noteOf } from '../../shared/archive/note.ts';
import { noteKey } from '../../shared/archive/noteKey.ts';
import { TENANT_ID } from '../golden/input.ts';
import { GOLDEN_CHECKPOINTS, goldenKeyEntries, KEYS_LOG_TYPE, NEW_SPKI, OLD_SPKI } from '../golden/keys.ts';

const LOG = `${TENANT_ID}/${KEYS_LOG_TYPE}`;
const stored = (name: string) => readFileSync(new URL(`../golden/ledger/${name}`, import.meta.url));
const entries = goldenKeyEntries().map((_, seq) => stored(entryName(TENANT_ID, KEYS_LOG_TYPE, seq)));

describe('the golden ledger of keys', () => {
  it('is made to the byte from the same input, and read to it', () => {
    let prev = GENESIS_PREV;
    for (const [seq, make] of goldenKeyEntries().entries()) {
      const bytes = entries[seq] ?? Buffer.alloc(0);
      expect(encodeEntry(make(prev)).toString('utf8')).toBe(bytes.toString('utf8'));
      expect(decodeEntry(bytes)).toEqual(make(prev));
      prev = entryHash(bytes);
    }
  });

  it('has a new key that the old one vouches for, and a first one that none does', () => {
    const [first, , , second] = entries.map((bytes) => decodeEntry(bytes)) as [KeyEntry, never, never, KeyEntry];
    expect(vouchesFor(OLD_SPKI, second)).toBe(true);
    expect(vouchesFor(NEW_SPKI, second)).toBe(false);
    expect(vouchesFor(OLD_SPKI, first)).toBe(false);
  });
});

describe.each(GOLDEN_CHECKPOINTS)(
  'the golden checkpoint of size $checkpoint.size',
  ({ checkpoint, signedBy, signatures }) => {
    const bytes = stored(checkpointName(TENANT_ID, KEYS_LOG_TYPE, checkpoint.size));

    it('opens to what it was made from, under the root over the entries', () => {
      expect(openCheckpoint(bytes, LOG, [OLD_SPKI, NEW_SPKI])).toEqual({ ...checkpoint, signedBy });
      expect(rootOf(Buffer.concat(entries.slice(0, checkpoint.size).map(leafHash)))).toEqual(checkpoint.root);
    });

    it('is written to the byte from the same text, keys and signatures', () => {
      const lines = signatures.map((encoded, at) => ({
        key: noteKey(`entra-log-archive/${LOG}`, signedBy[at] ?? Buffer.alloc(0)),
        signature: Buffer.from(encoded, 'base64').subarray(4),
      }));
      expect(noteOf(checkpointText(checkpoint), lines).toString('utf8')).toBe(bytes.toString('utf8'));
    });
  },
);
