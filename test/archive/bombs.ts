/**
 * Segments made to fill memory, or to hide something behind what is read: each with a ledger's claims about it, among
 * them the right SHA-256. That is what somebody can make who may write the ledger; anybody else's fail at the hash.
 */
import { hash } from 'node:crypto';
import { constants, crc32, deflateRawSync, gzipSync } from 'node:zlib';
import type { SegmentInfo } from '../../shared/archive/entry.ts';
import { leafHash, rootOf } from '../../shared/archive/merkle.ts';
import { FINAL_BLOCK, GZIP_HEADER, gzipTrailer } from '../../shared/archive/splice.ts';

const MIB = 1 << 20;
/** What the ledger claims of each. */
export const CLAIMED = 4096;

const deflated = (raw: Buffer) => deflateRawSync(raw, { finishFlush: constants.Z_FULL_FLUSH });
const framed = (body: Buffer, crc: number, length: number) =>
  Buffer.concat([GZIP_HEADER, body, FINAL_BLOCK, gzipTrailer(crc, length)]);
const member = (raw: Buffer) => framed(deflated(raw), crc32(raw), raw.length);

/** 4,096 bytes of 64 records: all that is claimed is true of it. */
const LINE = `{"id":"r","activityDateTime":"2026-11-20T05:00:00Z","n":"${'x'.repeat(4)}"}\n`.padStart(64, ' ');
const RAW = Buffer.from(LINE.repeat(64));
const GOOD = member(RAW);
const LEAVES = Array<Buffer>(64).fill(leafHash(Buffer.from(LINE.slice(0, -1))));
const ROOT = rootOf(Buffer.concat(LEAVES)).toString('hex');
const cut = (bytes: number) => GOOD.subarray(0, bytes);
const repeated = (text: string, bytes: number) => Buffer.alloc(bytes, text);
const joined = (...parts: readonly Buffer[]) => Buffer.concat(parts);

const BOMBS: readonly (readonly [name: string, bytes: Buffer])[] = [
  ['zeros, 1000 to 1', member(Buffer.alloc(64 * MIB))],
  ['zeros that end in a newline', member(joined(Buffer.alloc(32 * MIB), Buffer.from('\n')))],
  ['newlines alone', member(repeated('\n', 16 * MIB))],
  ['a record again and again', member(repeated(LINE, 16 * MIB))],
  ['one line without an end', member(repeated('x', 32 * MIB))],
  [
    'one block that is right, and a bomb in the next',
    framed(joined(deflated(RAW), deflated(Buffer.alloc(32 * MIB))), 0, 0),
  ],
  ['many blocks of a megabyte', framed(joined(...Array<Buffer>(32).fill(deflated(repeated('\n', MIB)))), 0, 0)],
  ['a bomb that states the claimed length', framed(deflated(Buffer.alloc(32 * MIB)), crc32(RAW), CLAIMED)],
  ['a byte more than claimed', member(joined(RAW, Buffer.from('\n')))],
  ['a second member', joined(GOOD, GOOD)],
  ['a bomb as second member', joined(GOOD, member(Buffer.alloc(32 * MIB)))],
  ['a hundred members', joined(...Array<Buffer>(100).fill(GOOD))],
  ['an empty member before', joined(member(Buffer.alloc(0)), GOOD)],
  ['a second member that gzip made', joined(GOOD, gzipSync(Buffer.alloc(8 * MIB)))],
  [
    'a bomb behind the final block',
    framed(joined(deflated(RAW), FINAL_BLOCK, deflated(Buffer.alloc(8 * MIB))), crc32(RAW), CLAIMED),
  ],
  ['bytes behind the trailer', joined(GOOD, Buffer.from('more'))],
  [
    '200,000 empty blocks and a broken one',
    framed(
      joined(deflated(RAW), Buffer.from('000000ffff'.repeat(200_000), 'hex'), Buffer.from([0xff])),
      crc32(RAW),
      CLAIMED,
    ),
  ],
  [
    '200,000 empty blocks behind a line without an end',
    framed(joined(deflated(RAW.subarray(0, -1)), Buffer.from('000000ffff'.repeat(200_000), 'hex')), 0, 0),
  ],
  [
    'a million markers in stored blocks',
    framed(
      deflateRawSync(Buffer.alloc(4 * MIB, '0000ffff', 'hex'), { level: 0, finishFlush: constants.Z_FULL_FLUSH }),
      0,
      0,
    ),
  ],
  ['gzip within gzip', member(joined(gzipSync(Buffer.alloc(8 * MIB)), Buffer.from('\n')))],
  ['the header of plain gzip', gzipSync(RAW)],
  ['a header with a name', joined(Buffer.from('1f8b08080000000000ff6100', 'hex'), GOOD.subarray(10))],
  ['nothing but a header', cut(10)],
  ['a single byte', cut(1)],
  ['no byte', cut(0)],
  ['cut within the first block', cut(GOOD.length - 40)],
  ['cut before the final block', cut(GOOD.length - 10)],
  ['cut within the trailer', cut(GOOD.length - 4)],
  ['cut, with a trailer that is right', framed(deflated(RAW).subarray(0, -20), crc32(RAW), CLAIMED)],
  ['a block type that does not exist', framed(Buffer.from('07ff0000ffff', 'hex'), crc32(RAW), CLAIMED)],
  [
    'a distance beyond the beginning',
    framed(joined(Buffer.from('4b04ff03', 'hex'), deflated(RAW)), crc32(RAW), CLAIMED),
  ],
  ['another CRC-32', framed(deflated(RAW), crc32(RAW) ^ 1, CLAIMED)],
];

export interface Bomb {
  readonly name: string;
  readonly bytes: Buffer;
  readonly info: SegmentInfo;
}

const infoOf = (bytes: Buffer): SegmentInfo => ({
  name: 'archive-2555d/bomb',
  sha256: hash('sha256', bytes),
  bytes: bytes.length,
  rawBytes: CLAIMED,
  records: 64,
  recordsRoot: ROOT,
  minTime: '2026-11-20T05:00:00.0000000Z',
  maxTime: '2026-11-20T05:00:00.0000000Z',
  retainUntil: '2033-11-20T05:00:00Z',
});

export const bombs: readonly Bomb[] = BOMBS.map(([name, bytes]) => ({ name, bytes, info: infoOf(bytes) }));
/** The one that is what the claims say. */
export const harmless: Bomb = { name: 'what it claims to be', bytes: GOOD, info: infoOf(GOOD) };
