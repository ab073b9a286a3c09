/**
 * Checkpoints, proofs and tiles are what the rest of the world takes them for: Go's `sumdb/note` and `sumdb/tlog`
 * (Debian: golang-go, golang-golang-x-mod-dev) and openssl judge what this archive makes, and refuse what they must.
 */
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkpointText, originOf, signCheckpoint } from '../../shared/archive/checkpoint.ts';
import { localSigner } from '../../shared/archive/localSigner.ts';
import { HASH_BYTES, rootOf } from '../../shared/archive/merkle.ts';
import { checkpointName } from '../../shared/archive/names.ts';
import { formatNoteKey, noteKey } from '../../shared/archive/noteKey.ts';
import { tilePath } from '../../shared/archive/tile.ts';
import { EMPTY_EDGE, growTiles } from '../../shared/archive/tileGrowth.ts';
import { consistencyProof, inclusionProof, type ReadTile } from '../../shared/archive/tree.ts';
import { TENANT_ID } from '../golden/input.ts';
import { GOLDEN_CHECKPOINTS, KEYS_LOG_TYPE, NEW_SPKI, OLD_SPKI } from '../golden/keys.ts';
import { leafAt, someLeaves } from '../support/definedTree.ts';
import { type Judges, startJudges } from '../support/goJudge.ts';

const LOG = `${TENANT_ID}/${KEYS_LOG_TYPE}`;
const LEAVES = someLeaves(66_000);
const tilesOfAll = growTiles(EMPTY_EDGE, LEAVES).tiles;
const byPlace = new Map(tilesOfAll.map(({ id, bytes }) => [`${id.level}/${id.index}`, bytes]));
const read: ReadTile = ({ level, index }) => byPlace.get(`${level}/${index}`) ?? Buffer.alloc(0);

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
const rootAt = (size: number) => base64(rootOf(LEAVES.subarray(0, size * HASH_BYTES)));
const keyText = (spki: Uint8Array) => formatNoteKey(noteKey(originOf(LOG), spki));
const golden = (size: number) =>
  readFileSync(`test/golden/ledger/${checkpointName(TENANT_ID, KEYS_LOG_TYPE, size)}`, 'utf8');

let judges: Judges;
beforeAll(() => {
  judges = startJudges();
}, 600_000);
afterAll(() => judges.close());

const signer = localSigner(
  generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'pem', type: 'pkcs8' }) as string,
);
const CHECKPOINT = { log: LOG, size: 4712, root: Buffer.alloc(HASH_BYTES, 0xa5) };

describe('sumdb/note', () => {
  it('opens our checkpoints, the golden ones too, to the texts that were signed', async () => {
    const notes = [
      { note: (await signCheckpoint(CHECKPOINT, [signer])).toString('utf8'), keys: [keyText(signer.spki)] },
      { note: golden(3), keys: [keyText(OLD_SPKI)] },
      { note: golden(4), keys: [keyText(OLD_SPKI), keyText(NEW_SPKI)] },
      { note: golden(4), keys: [keyText(NEW_SPKI)] },
    ];
    const [third, fourth] = GOLDEN_CHECKPOINTS.map(({ checkpoint }) => checkpointText(checkpoint));
    expect(judges.go({ notes }).notes).toEqual([
      { text: checkpointText(CHECKPOINT), signed: 1, error: '' },
      { text: third, signed: 1, error: '' },
      { text: fourth, signed: 2, error: '' },
      { text: fourth, signed: 1, error: '' },
    ]);
  });

  it('refuses them with another key, and with another size', () => {
    const notes = [
      { note: golden(3), keys: [keyText(NEW_SPKI)] },
      { note: golden(3).replace('\n3\n', '\n4\n'), keys: [keyText(OLD_SPKI)] },
    ];
    const errors = judges.go({ notes }).notes.map(({ error }) => error);
    expect(errors).toEqual(['note has no verifiable signatures', expect.stringMatching(/^invalid signature for key /)]);
  });
});

describe('sumdb/tlog', () => {
  const sizes = [1, 2, 3, 4, 7, 8, 9, 255, 256, 257, 1000, 65_535, 65_536, 65_537, 66_000];
  const places = sizes.flatMap((size) => [...new Set([0, 1, size >> 1, size - 2, size - 1])].map((n) => [n, size]));
  const valid = places.filter((place): place is [number, number] => (place[0] ?? -1) >= 0 && place[0] !== place[1]);

  it('accepts our inclusion proofs, and none of another leaf', () => {
    const records = valid.map(([index, size]) => ({
      size,
      index,
      root: rootAt(size),
      leaf: base64(leafAt(LEAVES, index)),
      proof: inclusionProof(index, size, read).map(base64),
    }));
    expect(new Set(judges.go({ records }).records)).toEqual(new Set(['ok']));
    const wrong = records.map((record) => ({ ...record, leaf: base64(Buffer.alloc(HASH_BYTES)) }));
    expect(judges.go({ records: wrong }).records).not.toContain('ok');
  });

  it('accepts our consistency proofs, and none from another root', () => {
    const trees = valid.map(([index, newer]) => ({
      older: index + 1,
      newer,
      olderRoot: rootAt(index + 1),
      newerRoot: rootAt(newer),
      proof: consistencyProof(index + 1, newer, read).map(base64),
    }));
    expect(new Set(judges.go({ trees }).trees)).toEqual(new Set(['ok']));
    const wrong = trees.map((tree) => ({ ...tree, olderRoot: base64(Buffer.alloc(HASH_BYTES)) }));
    expect(judges.go({ trees: wrong }).trees).not.toContain('ok');
  });

  it('makes the same tiles and the same root out of the same leaves', () => {
    const leaves = Array.from({ length: 66_000 }, (_, index) => base64(leafAt(LEAVES, index)));
    const { tiles, root } = judges.go({ leaves });
    expect(root).toBe(rootAt(66_000));
    const ours = Object.fromEntries(tilesOfAll.map(({ id, bytes }) => [tilePath(id), base64(bytes)]));
    expect(Object.keys(ours).filter((path) => ours[path] !== tiles[path])).toEqual([]);
    // Go also makes the narrower tiles of sizes on the way.
    const full = (paths: object) => Object.keys(paths).filter((path) => !path.includes('.p/'));
    expect(full(tiles).sort()).toEqual(full(ours).sort());
  });
});

describe('openssl dgst', () => {
  it('verifies our checkpoints, and none that was changed', async () => {
    const note = (await signCheckpoint(CHECKPOINT, [signer])).toString('utf8');
    expect(judges.openssl(note, signer.spki)).toBe('Verified OK\n');
    expect(judges.openssl(golden(3), OLD_SPKI)).toBe('Verified OK\n');
    expect(judges.openssl(note.replace('4712', '4711'), signer.spki)).not.toContain('OK');
    expect(judges.openssl(note, OLD_SPKI)).not.toContain('OK');
  });
});
