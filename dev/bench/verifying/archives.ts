/** The archives that the bench of the verifier reads: a year's ledger, and segments as a busy hour leaves them. */
import { hash, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { makeBlock } from '../../../shared/archive/block.ts';
import { SEGMENTS_PER_WRITTEN_ENTRY } from '../../../shared/archive/entry.ts';
import { announceKey } from '../../../shared/archive/keyEntry.ts';
import { leafHash } from '../../../shared/archive/merkle.ts';
import type { Signer } from '../../../shared/archive/note.ts';
import { makeSegment, type Segment } from '../../../shared/archive/segment.ts';
import { instantFromSeconds } from '../../../shared/archive/time.ts';
import { archiveOf, type Files, HOUR, LOG, START, segmentOf, type Told } from '../../../test/support/signedArchive.ts';

/** Entries under one checkpoint: those of an hour. */
const PER_CHECKPOINT = 4;
const STEP = 1200;
/** Of so many entries one is a sweep, of which every second finds something late. */
const PER_SWEEP = 5;
const DAY = 24 * HOUR;
const POOL = 14;
const IN_SEGMENT = 12;

/** A ledger of `entries`, most of which name 1 to 12 segments. These are a few bytes each, and of the right hash. */
export async function yearOf(signer: Signer, entries: number): Promise<Files> {
  const template = await segmentOf(START, 3, 'row');
  let made = 0;
  const segmentAt = (second: number): Segment => {
    const bytes = Buffer.from(`segment ${made}`);
    made += 1;
    const time = instantFromSeconds(second);
    return { ...template, bytes, sha256: hash('sha256', bytes), minTime: time, maxTime: time };
  };
  const reads = Array.from({ length: entries - 2 }, (_unused, n): Told => {
    const end = START + DAY + n * STEP;
    const isSweep = n % PER_SWEEP === PER_SWEEP - 1;
    const [from, to] = isSweep ? [end - DAY, end - DAY + HOUR] : [headEnd(n - 1), headEnd(n)];
    const count = isSweep ? (n / PER_SWEEP) & 1 : 1 + (n % SEGMENTS_PER_WRITTEN_ENTRY);
    const segments = Array.from({ length: count }, () => segmentAt(from));
    return { kind: 'read', why: isSweep ? 'sweep' : 'head', at: end + STEP, from, to, segments };
  });
  return (await archiveOf([...(await begun(signer)), ...reads], signer, PER_CHECKPOINT)).files;
}

/** `count` segments of 12 blocks of an hour, no two the same, each named by an entry. At most 91. */
export async function segmentsOf(signer: Signer, count: number): Promise<Files> {
  const pool = await Promise.all(Array.from({ length: POOL }, (_unused, n) => blockOf(n)));
  const left = pool.flatMap((_block, a) => pool.slice(a + 1).map((_other, n) => [a, a + 1 + n]));
  const reads = left.slice(0, count).map((without, n): Told => {
    const segments = [makeSegment(pool.filter((_block, at) => !without.includes(at)).slice(0, IN_SEGMENT))];
    return {
      kind: 'read',
      why: n === 0 ? 'head' : 'sweep',
      at: START + HOUR + n,
      from: START,
      to: START + HOUR,
      segments,
    };
  });
  return (await archiveOf([...(await begun(signer)), ...reads], signer)).files;
}

/** Writes files into a new folder. */
export function folderOf(files: Iterable<readonly [string, Buffer]>): string {
  const folder = mkdtempSync(join(tmpdir(), 'entra-log-archive-bench-'));
  for (const [name, bytes] of files) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), bytes);
  }
  return folder;
}

/** Where the newest head ends after the read `n`, seconds since 1970: one begins where the one before ended. */
function headEnd(n: number): number {
  const isSweep = n >= 0 && n % PER_SWEEP === PER_SWEEP - 1;
  return START + DAY + (isSweep ? n - 1 : n) * STEP;
}

async function begun(signer: Signer): Promise<Told[]> {
  const key = await announceKey(LOG, signer.spki);
  return [
    { kind: 'config', at: START },
    { kind: 'key', at: START, key },
  ];
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
