/**
 * Decompression bombs before everything that inflates segments: exports, evidence, the verifier. The hash comes before the
 * inflating, and no more is inflated than a chunk beyond what the ledger claims.
 */
import { hash } from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import zlib, { type InflateRaw } from 'node:zlib';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { findBlocks } from '../../shared/archive/blocks.ts';
import { checkStored, DamagedSegment, openSegment } from '../../shared/archive/segment.ts';
import { faultOfSegment } from '../../shared/archive/verifySegment.ts';
import { findRecords } from '../../shared/evidenceRecords.ts';
import { LOG_TYPES, type LogType } from '../../shared/logTypes.ts';
import { readSegment } from '../../shared/segments.ts';
import { type Bomb, bombs, CLAIMED, harmless } from './bombs.ts';

/** As `segment.ts` hands it out; a stream holds one of them while another is being read. */
const CHUNK = 128 * 1024;
const AUDITS = LOG_TYPES.get('directoryAudits') as LogType;
const EVER = { from: 0, to: 4_000_000_000 };

/** Bytes that zlib has given since the test began, and how often it was asked. */
const inflated = { bytes: 0, calls: 0 };
const { createInflateRaw, inflateRawSync } = zlib;

function replace(name: 'createInflateRaw' | 'inflateRawSync', value: unknown): void {
  Object.defineProperty(zlib, name, { value });
  syncBuiltinESMExports();
}

replace('createInflateRaw', (options: zlib.ZlibOptions): InflateRaw => {
  inflated.calls += 1;
  const stream = createInflateRaw(options);
  const push = stream.push.bind(stream);
  stream.push = (chunk: Buffer | null) => {
    inflated.bytes += chunk?.length ?? 0;
    return push(chunk);
  };
  return stream;
});
replace('inflateRawSync', (bytes: Buffer, options: zlib.ZlibOptions): Buffer => {
  inflated.calls += 1;
  const raw = inflateRawSync(bytes, options);
  inflated.bytes += raw.length;
  return raw;
});
afterAll(() => {
  replace('createInflateRaw', createInflateRaw);
  replace('inflateRawSync', inflateRawSync);
});
beforeEach(() => Object.assign(inflated, { bytes: 0, calls: 0 }));

const blobsOf = ({ bytes }: Bomb) => ({
  get: async () => bytes,
  list: async function* () {},
  putIfAbsent: async () => 'taken' as const,
});
const drain = async (chunks: AsyncIterable<Buffer>) => {
  for await (const _ of chunks);
};

/** Everything that inflates a stored segment. */
const READERS: readonly (readonly [string, (bomb: Bomb) => Promise<unknown>])[] = [
  ['the reader of whole segments', ({ bytes, info }) => drain(openSegment(bytes, info))],
  ['the reader of stored segments', (bomb) => drain(readSegment({ blobs: blobsOf(bomb) }, { ...bomb.info, seq: 1 }))],
  [
    'the reader of blocks',
    async ({ bytes, info }) => {
      checkStored(bytes, info);
      findBlocks(bytes, info, () => [info.minTime, info.maxTime]);
    },
  ],
  [
    'evidence',
    async (bomb) => findRecords({ blobs: blobsOf(bomb) }, AUDITS, [{ ...bomb.info, seq: 1 }], EVER, new Set(['r'])),
  ],
  [
    'the verifier',
    async ({ bytes, info }) => {
      const fault = await faultOfSegment(bytes, info, 'full');
      if (fault !== undefined) throw new DamagedSegment(fault, '', '');
    },
  ],
];

describe.each(READERS)('%s', (_reader, read) => {
  it('reads what is as the ledger claims', async () => {
    await expect(read({ ...harmless })).resolves.not.toThrow();
    expect(inflated.bytes).toBe(CLAIMED);
  });

  it.each(bombs)('refuses $name, and inflates no more than a chunk beyond the claim', async (bomb) => {
    // Evidence parses lines as they come, so that a broken one may be met before the end shows the damage.
    await expect(read(bomb)).rejects.toThrow(/is damaged|broken page or record/);
    expect(inflated.bytes).toBeLessThanOrEqual(CLAIMED + 2 * CHUNK);
  });

  it.each(bombs)('does not inflate a byte of $name when its hash is another', async (bomb) => {
    const info = { ...bomb.info, sha256: hash('sha256', 'another') };
    await expect(read({ ...bomb, info })).rejects.toBeInstanceOf(DamagedSegment);
    expect(inflated.calls).toBe(0);
  });
});

it('are 20 at least, each another', () => {
  expect(new Set(bombs.map(({ info }) => info.sha256)).size).toBe(bombs.length);
  expect(bombs.length).toBeGreaterThanOrEqual(20);
});
