/**
 * Zip files (APPNOTE 6.3), written as a stream. A file whose bytes are here is not compressed: what evidence holds is
 * deflated already, and a stored file can be cut out of the zip as it is. One that is only being made comes deflated, its
 * size behind it. The same files give the same bytes: every time in it is 1980-01-01.
 *
 * Sizes beyond 4 GiB and more than 65,535 files take the fields of Zip64, which are written only then.
 */
import { crc32 } from 'node:zlib';

export interface ZipFile {
  /** ASCII, `/` between folders. */
  readonly name: string;
  /** Less than 4 GiB. */
  readonly bytes: Uint8Array;
}

/** A file that is still being made when its place in the zip comes. Less than 4 GiB, deflated or not. */
export interface GrowingFile {
  readonly name: string;
  /** Raw deflate with its final block. */
  readonly deflated: AsyncIterable<Uint8Array>;
  /** CRC-32 and length of what was deflated; asked when all of it has been taken. */
  readonly sums: { readonly crc: number; readonly rawBytes: number };
}

const [LOCAL, CENTRAL, END, END_64, LOCATOR_64] = [0x04034b50, 0x02014b50, 0x06054b50, 0x06064b50, 0x07064b50];
const VERSION = 20;
const VERSION_64 = 45;
/** What says that a growing file is over, and how large it was. */
const DESCRIPTOR = 0x08074b50;
/** Names are UTF-8; of a growing file sizes come behind it. */
const [FLAGS, GROWING_FLAGS] = [0x0800, 0x0808];
const [STORED, DEFLATED] = [0, 8];
/** 1980-01-01 00:00, the first time that a zip can state. */
const DATE = 0x0021;
/** An ordinary file that its owner may write and others read, as Unix has it. */
const ATTRIBUTES = 0o100644 * 0x10000;
const UNIX = 3 << 8;
const MOST_16 = 0xffff;
const MOST_32 = 0xffffffff;

/** The bytes of a zip of these files, in their order. */
export async function* zipped(
  files: AsyncIterable<ZipFile | GrowingFile> | Iterable<ZipFile | GrowingFile>,
): AsyncGenerator<Uint8Array> {
  const directory: Buffer[] = [];
  let offset = 0;
  for await (const file of files) {
    const written: Written = { common: Buffer.alloc(0), length: 0 };
    yield* 'bytes' in file ? storedFile(file, written) : growingFile(file, written);
    directory.push(centralRecord(file.name, written.common, offset));
    offset += written.length;
  }
  let length = 0;
  for (const record of directory) {
    yield record;
    length += record.length;
  }
  yield endOf(directory.length, length, offset);
}

/** What the directory has to know of a file when it is written. */
interface Written {
  common: Buffer;
  /** All of its bytes, what stands before and behind it included. */
  length: number;
}

function* storedFile({ name, bytes }: ZipFile, written: Written): Generator<Uint8Array> {
  const size = bytes.length;
  written.common = commonFields(name, [FLAGS, STORED], [crc32(bytes), size, size]);
  const local = localRecord(name, written.common);
  yield local;
  if (size > 0) yield bytes;
  written.length = local.length + size;
}

async function* growingFile({ name, deflated, sums }: GrowingFile, written: Written): AsyncGenerator<Uint8Array> {
  const method = [GROWING_FLAGS, DEFLATED] as const;
  const local = localRecord(name, commonFields(name, method, [0, 0, 0]));
  yield local;
  let size = 0;
  for await (const chunk of deflated) {
    size += chunk.length;
    yield chunk;
  }
  const { crc, rawBytes } = sums;
  if (Math.max(size, rawBytes) > MOST_32) throw new RangeError(`${name} has grown beyond 4 GiB`);
  written.common = commonFields(name, method, [crc, size, rawBytes]);
  const descriptor = fields([4, DESCRIPTOR], [4, crc], [4, size], [4, rawBytes]);
  yield descriptor;
  written.length = local.length + size + descriptor.length;
}

function localRecord(name: string, common: Buffer): Buffer {
  return Buffer.concat([fields([4, LOCAL], [2, VERSION]), common, fields([2, 0]), Buffer.from(name)]);
}

/** What both records of a file state in the same order, up to the length of its name. */
function commonFields(
  name: string,
  [flags, method]: readonly [flags: number, method: number],
  [crc, size, rawSize]: readonly [crc: number, size: number, rawSize: number],
): Buffer {
  return fields(
    [2, flags],
    [2, method],
    [2, 0],
    [2, DATE],
    [4, crc],
    [4, size],
    [4, rawSize],
    [2, Buffer.byteLength(name)],
  );
}

function centralRecord(name: string, common: Buffer, offset: number): Buffer {
  const isFar = offset >= MOST_32;
  const extra = isFar ? fields([2, 1], [2, 8], [8, offset]) : Buffer.alloc(0);
  const version = isFar ? VERSION_64 : VERSION;
  return Buffer.concat([
    fields([4, CENTRAL], [2, UNIX + version], [2, version]),
    common,
    fields([2, extra.length], [2, 0], [2, 0], [2, 0], [4, ATTRIBUTES], [4, isFar ? MOST_32 : offset]),
    Buffer.from(name),
    extra,
  ]);
}

function endOf(count: number, length: number, offset: number): Buffer {
  const isBig = count >= MOST_16 || length >= MOST_32 || offset >= MOST_32;
  const [shortCount, shortLength, shortOffset] = isBig ? [MOST_16, MOST_32, MOST_32] : [count, length, offset];
  const end = fields(
    [4, END],
    [2, 0],
    [2, 0],
    [2, shortCount],
    [2, shortCount],
    [4, shortLength],
    [4, shortOffset],
    [2, 0],
  );
  if (!isBig) return end;
  const versions = [
    [2, UNIX + VERSION_64],
    [2, VERSION_64],
  ] as const;
  const counts = [
    [8, count],
    [8, count],
    [8, length],
    [8, offset],
  ] as const;
  const end64 = fields([4, END_64], [8, 44], ...versions, [4, 0], [4, 0], ...counts);
  return Buffer.concat([end64, fields([4, LOCATOR_64], [4, 0], [8, offset + length], [4, 1]), end]);
}

/** Numbers, little-endian, each in so many bytes. */
function fields(...numbers: readonly (readonly [bytes: number, value: number])[]): Buffer {
  const target = Buffer.alloc(numbers.reduce((sum, [bytes]) => sum + bytes, 0));
  let at = 0;
  for (const [bytes, value] of numbers) {
    if (bytes === 8) target.writeBigUInt64LE(BigInt(value), at);
    else target.writeUIntLE(value, at, bytes);
    at += bytes;
  }
  return target;
}
