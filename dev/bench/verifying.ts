/**
 * The verifier: a year of one log type, 35,000 entries with a checkpoint an hour, from a folder and without its segments;
 * and how fast the bytes of segments are hashed, alone and with every line.
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { makeBlock } from '../../shared/archive/block.ts';
import { fingerprint } from '../../shared/archive/ecdsa.ts';
import { announceKey } from '../../shared/archive/keyEntry.ts';
import { leafHash } from '../../shared/archive/merkle.ts';
import { makeSegment } from '../../shared/archive/segment.ts';
import { instantFromSeconds } from '../../shared/archive/time.ts';
import { verify } from '../../shared/archive/verify.ts';
import { faultOfSegment } from '../../shared/archive/verifySegment.ts';
import { folderFiles } from '../../shared/verifier/folder.ts';
import { archiveOf, HOUR, LOG, newSigner, START, type Told } from '../../test/support/signedArchive.ts';
import type { Figure } from './figure.ts';

const ENTRIES = 35_000;
const ROUNDS = 10;
const BLOCKS = 12;
const NAME = 'archive-2555d/x';

export async function verifying(): Promise<Figure[]> {
  return [await year(), await hashing('hash', 1), await hashing('full', 0)];
}

async function year(): Promise<Figure> {
  const signer = newSigner();
  const key = { kind: 'key', at: START, key: await announceKey(LOG, signer.spki) } as const;
  const reads = Array.from({ length: ENTRIES - 2 }, (_unused, n): Told => {
    const from = START + n * (HOUR / 4);
    return { kind: 'read', why: 'head', at: from + HOUR / 2, from, to: from + HOUR / 4 };
  });
  const { files } = await archiveOf([{ kind: 'config', at: START }, key, ...reads], signer, 4);
  const folder = mkdtempSync(join(tmpdir(), 'entra-log-archive-bench-'));
  for (const [name, bytes] of files) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), bytes);
  }
  const begun = performance.now();
  const { verdict } = await verify(folderFiles(folder), { keys: [fingerprint(signer.spki)], segments: 'none' });
  const seconds = (performance.now() - begun) / 1000;
  rmSync(folder, { recursive: true, force: true });
  const what = `a year verified without its segments, ${ENTRIES} entries, seconds`;
  return {
    what,
    figure: `${seconds.toFixed(1)} (${verdict})`,
    reach: '≤ 120',
    ok: verdict === 'proved' && seconds <= 120,
  };
}

/** @param reach in GB of stored bytes a second; 0 where nothing is to be reached. */
async function hashing(depth: 'hash' | 'full', reach: number): Promise<Figure> {
  const segment = makeSegment(await Promise.all(Array.from({ length: BLOCKS }, (_unused, n) => blockOf(n))));
  const info = { ...segment, name: NAME, bytes: segment.bytes.length, retainUntil: '' };
  const begun = performance.now();
  for (let round = 0; round < ROUNDS; round += 1) {
    const fault = await faultOfSegment(segment.bytes, info, depth);
    if (fault !== undefined) throw new Error(`the segment of the bench ${fault}`);
  }
  const seconds = (performance.now() - begun) / 1000;
  const rate = (bytes: number) => (bytes * ROUNDS) / seconds / 1e9;
  const stored = rate(segment.bytes.length);
  const what = depth === 'hash' ? 'segments hashed, GB/s' : 'segments checked to the line, GB/s';
  const figure = `${stored.toFixed(2)} stored, ${rate(segment.rawBytes).toFixed(2)} inflated`;
  return { what, figure, reach: reach > 0 ? `≥ ${reach} stored` : '', ok: stored >= reach };
}

/** A thousand lines of 3.7 KB, of which a tenth does not compress. */
function blockOf(n: number) {
  const records = Array.from({ length: 1000 }, (_unused, at) => {
    const time = instantFromSeconds(START + n * 60 + Math.floor(at / 20));
    const line = Buffer.from(`{"id":"${randomBytes(280).toString('base64')}","text":"${'entra '.repeat(550)}"}`);
    return { line, time, leaf: leafHash(line) };
  });
  return makeBlock(records);
}
