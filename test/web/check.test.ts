/** What the page checks on its own is what the archive's code makes, and nothing else. */
import { generateKeyPairSync } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { signCheckpoint } from '../../shared/archive/checkpoint.ts';
import { fingerprint } from '../../shared/archive/ecdsa.ts';
import { localSigner } from '../../shared/archive/localSigner.ts';
import { leafHash } from '../../shared/archive/merkle.ts';
import { EMPTY_EDGE, growTiles } from '../../shared/archive/tileGrowth.ts';
import { formatTlogProof } from '../../shared/archive/tlogProof.ts';
import { inclusionProof, treeRoot } from '../../shared/archive/tree.ts';
import { overlaid } from '../../shared/proof/tiles.ts';
import { toHex } from '../../web/crypto/bytes.ts';
import { leafHash as leafHere, rootFrom } from '../../web/crypto/inclusion.ts';
import { checkProof, readFingerprint, verdictOf } from '../../web/views/check/proof.ts';

const LOG = 'directoryAudits';
const FULL = `11111111-2222-4333-8444-555555555555/${LOG}`;
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const signer = localSigner(privateKey.export({ format: 'pem', type: 'pkcs8' }) as string);
const sha256 = fingerprint(signer.spki);

function treeOf(leaves: readonly string[]) {
  const hashes = Buffer.concat(leaves.map((leaf) => leafHash(Buffer.from(leaf))));
  const read = overlaid(growTiles(EMPTY_EDGE, hashes).tiles, () => Buffer.alloc(0));
  const size = leaves.length;
  return { root: treeRoot(size, read), proofOf: (index: number) => inclusionProof(index, size, read) };
}

const RECORDS = [0, 1, 2, 3, 4].map((n) => `{"id":"r${n}"}`);

const zipped = (text: string) => gzipSync(text).toString('base64');

/** A record, its entry and its checkpoint, as the archive answers them. */
async function answered() {
  const lines = treeOf(RECORDS);
  const segment = { name: 'a/segment', records: RECORDS.length, recordsRoot: lines.root.toString('hex') };
  const entries = ['{"seq":0}', '{"seq":1}', JSON.stringify({ seq: 2, segments: [segment] })];
  const ledger = treeOf(entries);
  const checkpoint = await signCheckpoint({ log: FULL, size: 3, root: ledger.root }, [signer]);
  const proof = {
    record: RECORDS[4] ?? '',
    segment: segment.name,
    index: 4,
    records: segment.records,
    path: lines.proofOf(4).map((hash) => hash.toString('base64')),
    entryGzip: zipped(entries[2] ?? ''),
    proof: formatTlogProof({ index: 2, hashes: ledger.proofOf(2), checkpoint }),
  };
  const spki = Buffer.from(signer.spki).toString('base64');
  return { proof, keys: { logType: LOG, origin: '', keys: [{ spki, sha256, time: '' }] } };
}

const ASKED = { log: LOG, id: 'r4', fingerprint: sha256 };

describe('a proof of inclusion', () => {
  it('leads to the root of the archive from every leaf of every small tree', () => {
    for (let size = 1; size <= 20; size += 1) {
      const leaves = Array.from({ length: size }, (_, n) => `leaf ${n}`);
      const { root, proofOf } = treeOf(leaves);
      for (const [index, leaf] of leaves.entries()) {
        const found = rootFrom(proofOf(index), leafHere(Buffer.from(leaf)), index, size);
        expect(found && toHex(found)).toBe(root.toString('hex'));
        expect(rootFrom([...proofOf(index), root], leafHere(Buffer.from(leaf)), index, size)).toBeUndefined();
      }
    }
  });
});

describe('the check of a record', () => {
  it('is proved with the fingerprint that was typed, self-consistent without one, broken with another', async () => {
    const { proof, keys } = await answered();
    const verdict = async (typed: string) => verdictOf(await checkProof(proof, keys, { ...ASKED, fingerprint: typed }));
    expect(await verdict(sha256)).toBe('proved');
    expect(await verdict('')).toBe('self-consistent');
    expect(await verdict('0'.repeat(64))).toBe('broken');
  });

  it.each([
    ['record', (text: string) => text.replace('}', ' }'), 1],
    ['entryGzip', (text: string) => zipped(gunzipSync(Buffer.from(text, 'base64')).toString().replace(':2', ':3')), 2],
    ['entryGzip', () => zipped('x'.repeat(60_001)), 1],
    ['entryGzip', (text: string) => text.slice(0, -8), 1],
    ['proof', (text: string) => text.replace('\n3\n', '\n4\n'), 3],
    ['proof', () => 'nothing of the kind', 3],
  ] as const)('fails where the %s was altered', async (part, alter, at) => {
    const { proof, keys } = await answered();
    const steps = await checkProof({ ...proof, [part]: alter(proof[part]) }, keys, ASKED);
    expect(steps[at]?.state).toBe('fails');
    expect(verdictOf(steps)).toBe('broken');
  });

  it('fails for another id, another log type, and a ledger whose key is not told', async () => {
    const { proof, keys } = await answered();
    for (const steps of [
      await checkProof(proof, keys, { ...ASKED, id: 'r3' }),
      await checkProof(proof, keys, { ...ASKED, log: 'provisioning' }),
      await checkProof(proof, undefined, ASKED),
    ]) {
      expect(verdictOf(steps)).toBe('broken');
    }
  });
});

describe('a fingerprint', () => {
  it('is read with colons, spaces and capitals', () => {
    const written = (sha256.toUpperCase().match(/../g) ?? []).join(':');
    expect(readFingerprint(` ${written} `)).toBe(sha256);
    expect(readFingerprint('abc')).toBeUndefined();
  });
});
