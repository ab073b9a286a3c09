import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { signCheckpoint } from '../../shared/archive/checkpoint.ts';
import { localSigner } from '../../shared/archive/localSigner.ts';
import { rootOf } from '../../shared/archive/merkle.ts';
import { NoteError } from '../../shared/archive/noteKey.ts';
import { EMPTY_EDGE, growTiles } from '../../shared/archive/tileGrowth.ts';
import { formatTlogProof, openTlogProof, parseTlogProof, type TlogProof } from '../../shared/archive/tlogProof.ts';
import { inclusionProof } from '../../shared/archive/tree.ts';
import { leafAt, someLeaves } from '../support/definedTree.ts';

const LOG = '5b1c8e0a-7d24-4f6e-9c3b-2a90d1e4f785/directoryAudits';
const SIZE = 200;
const LEAVES = someLeaves(SIZE);
const TILE = growTiles(EMPTY_EDGE, LEAVES).tiles[0]?.bytes ?? Buffer.alloc(0);
const signer = localSigner(
  generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'pem', type: 'pkcs8' }) as string,
);

let proof: TlogProof;
let file: Buffer;
beforeAll(async () => {
  const checkpoint = await signCheckpoint({ log: LOG, size: SIZE, root: rootOf(LEAVES) }, [signer]);
  proof = { index: 67, hashes: inclusionProof(67, SIZE, () => TILE), checkpoint };
  file = formatTlogProof(proof);
});

/** What opening answers for leaf 67. Anything but a NoteError is thrown on: it fails the test. */
function opened(bytes: Uint8Array, leaf = leafAt(LEAVES, 67)): string {
  try {
    const { seq, size } = openTlogProof(bytes, leaf, LOG, [signer.spki]);
    return `${seq} of ${size}`;
  } catch (error) {
    if (error instanceof NoteError) return error.message;
    throw error;
  }
}

describe('a .tlog-proof', () => {
  it('has the lines of C2SP, is read to what it was made from, and proves it', () => {
    const lines = file.toString('utf8').split('\n');
    expect(lines.slice(0, 2)).toEqual(['c2sp.org/tlog-proof@v1', 'index 67']);
    expect(lines.slice(2, 10)).toEqual(proof.hashes.map((hash) => hash.toString('base64')));
    expect(lines.slice(10, 13)).toEqual(['', `entra-log-archive/${LOG}`, '200']);
    expect(parseTlogProof(file)).toEqual(proof);
    expect(opened(file)).toBe('67 of 200');
    expect(file.length).toBeLessThan(1024);
  });

  it('of the only entry of a ledger has no hashes', async () => {
    const leaf = leafAt(LEAVES, 0);
    const checkpoint = await signCheckpoint({ log: LOG, size: 1, root: leaf }, [signer]);
    expect(opened(formatTlogProof({ index: 0, hashes: [], checkpoint }), leaf)).toBe('0 of 1');
  });

  it('proves nothing of another leaf, nor with any byte changed, removed or doubled', () => {
    expect(opened(file, leafAt(LEAVES, 68))).toBe('A proof does not lead to its checkpoint.');
    for (const at of file.keys()) {
      for (const bytes of [
        file.with(at, (file[at] as number) ^ (1 << (at % 8))),
        Buffer.concat([file.subarray(0, at), file.subarray(at + 1)]),
        Buffer.concat([file.subarray(0, at + 1), file.subarray(at)]),
        file.subarray(0, at),
      ]) {
        expect(opened(bytes)).toMatch(/^(A|The) /);
      }
    }
  });

  it.each(['index 067', 'index -1', 'index 1e3', 'extra AAAA\nindex 67', 'index 1000000000000'])(
    'with %j is refused',
    (line) => {
      expect(opened(Buffer.from(file.toString('utf8').replace('index 67', line)))).toMatch(/^A proof does not begin/);
    },
  );

  it('is a NoteError or nothing, whatever the bytes are', () => {
    const pieces = fc.oneof(fc.constantFrom(...file.toString('utf8').split(/(\n)/), '\n\n'), fc.uint8Array());
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 20 }), (some) => {
        const bytes = Buffer.concat(some.map((piece) => Buffer.from(piece)));
        if (!bytes.equals(file)) expect(opened(bytes)).toMatch(/^(A|The) /);
      }),
      { numRuns: 1000 },
    );
  });
});
