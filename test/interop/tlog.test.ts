/**
 * Checkpoints, proofs and tiles are what the rest of the world takes them for: Go's `sumdb/note` and `sumdb/tlog`
 * (Debian: golang-go, golang-golang-x-mod-dev) and openssl judge what this archive makes, and refuse what they must.
 */
import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

interface Judgement {
  readonly notes: readonly { text: string; signed: number; error: string }[];
  readonly records: readonly string[];
  readonly trees: readonly string[];
  readonly tiles: Readonly<Record<string, string>>;
  readonly root: string;
}

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

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'entra-log-archive-tlog-'));
  const env = { ...process.env, GO111MODULE: 'off', GOPATH: '/usr/share/gocode', GOFLAGS: '' };
  const built = spawnSync('go', ['build', '-o', join(folder, 'tlog'), 'test/interop/go/tlog.go'], {
    env,
    encoding: 'utf8',
  });
  expect([built.error, built.status, built.stderr]).toEqual([undefined, 0, '']);
}, 600_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function judge(input: object): Judgement {
  const { status, stdout, stderr } = spawnSync(join(folder, 'tlog'), {
    input: JSON.stringify(input),
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  expect([status, stderr]).toEqual([0, '']);
  return JSON.parse(stdout) as Judgement;
}

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
    expect(judge({ notes }).notes).toEqual([
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
    const errors = judge({ notes }).notes.map(({ error }) => error);
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
    expect(new Set(judge({ records }).records)).toEqual(new Set(['ok']));
    const wrong = records.map((record) => ({ ...record, leaf: base64(Buffer.alloc(HASH_BYTES)) }));
    expect(judge({ records: wrong }).records).not.toContain('ok');
  });

  it('accepts our consistency proofs, and none from another root', () => {
    const trees = valid.map(([index, newer]) => ({
      older: index + 1,
      newer,
      olderRoot: rootAt(index + 1),
      newerRoot: rootAt(newer),
      proof: consistencyProof(index + 1, newer, read).map(base64),
    }));
    expect(new Set(judge({ trees }).trees)).toEqual(new Set(['ok']));
    const wrong = trees.map((tree) => ({ ...tree, olderRoot: base64(Buffer.alloc(HASH_BYTES)) }));
    expect(judge({ trees: wrong }).trees).not.toContain('ok');
  });

  it('makes the same tiles and the same root out of the same leaves', () => {
    const leaves = Array.from({ length: 66_000 }, (_, index) => base64(leafAt(LEAVES, index)));
    const { tiles, root } = judge({ leaves });
    expect(root).toBe(rootAt(66_000));
    const ours = Object.fromEntries(tilesOfAll.map(({ id, bytes }) => [tilePath(id), base64(bytes)]));
    expect(Object.keys(ours).filter((path) => ours[path] !== tiles[path])).toEqual([]);
    // Go also makes the narrower tiles of sizes on the way.
    const full = (paths: object) => Object.keys(paths).filter((path) => !path.includes('.p/'));
    expect(full(tiles).sort()).toEqual(full(ours).sort());
  });
});

describe('openssl dgst', () => {
  function verified(note: string, spki: Uint8Array) {
    const [text = '', lines = ''] = note.split('\n\n');
    writeFileSync(join(folder, 'text'), `${text}\n`);
    writeFileSync(join(folder, 'key.der'), spki);
    writeFileSync(join(folder, 'signature'), Buffer.from(lines.split(' ')[2] ?? '', 'base64').subarray(4));
    const options = ['-sha256', '-keyform', 'DER', '-verify', 'key.der', '-signature', 'signature', 'text'];
    return spawnSync('openssl', ['dgst', ...options], { cwd: folder, encoding: 'utf8' }).stdout;
  }

  it('verifies our checkpoints, and none that was changed', async () => {
    const note = (await signCheckpoint(CHECKPOINT, [signer])).toString('utf8');
    expect(verified(note, signer.spki)).toBe('Verified OK\n');
    expect(verified(golden(3), OLD_SPKI)).toBe('Verified OK\n');
    expect(verified(note.replace('4712', '4711'), signer.spki)).not.toContain('OK');
    expect(verified(note, OLD_SPKI)).not.toContain('OK');
  });
});
