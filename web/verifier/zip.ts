/**
 * An evidence bundle as files: a zip in the one form in which the archive writes them, without compression. Anything else
 * is refused, so that no two readers can understand a bundle differently. The bytes of the files are for the verifier to
 * judge; what is read here is where they lie.
 */
import type { ArchiveFiles } from '../../shared/archive/verifyTypes.ts';
import { openWindow, type ReadBytes } from './window.ts';

export interface OpenedZip {
  readonly files: ArchiveFiles;
  readonly count: number;
}

/** The bytes are not a bundle as the archive hands it out. */
export class NotABundle extends Error {
  override readonly name = 'NotABundle';
}

interface Place {
  /** Of its local header. */
  readonly offset: number;
  readonly size: number;
  readonly name: Uint8Array;
}

const [LOCAL, CENTRAL, END, END_64, LOCATOR_64] = [0x04034b50, 0x02014b50, 0x06054b50, 0x06064b50, 0x07064b50];
const [LOCAL_BYTES, CENTRAL_BYTES, END_BYTES, END_64_BYTES, LOCATOR_BYTES] = [30, 46, 22, 56, 20];
const MOST_32 = 0xffffffff;
/** Of the list of the files: more than a million of them. */
const MOST_DIRECTORY_BYTES = 256 * 1024 * 1024;
const NAMES = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** @throws NotABundle */
export async function openZip(blob: Blob): Promise<OpenedZip> {
  const read = openWindow(blob);
  const { start, length, count } = await readEnd(read, blob.size);
  if (length > MOST_DIRECTORY_BYTES) throw new NotABundle('The list of its files is too long to be one.');
  const places = placesIn(viewOf(await read(start, length)), count);
  return {
    count,
    files: {
      list: () => places.keys(),
      read: async (name, most) => {
        const place = places.get(name);
        return place && readFile(read, place, most);
      },
    },
  };
}

/** Where the list of the files lies, from what stands at the end of a zip. */
async function readEnd(read: ReadBytes, size: number): Promise<{ start: number; length: number; count: number }> {
  if (size < END_BYTES) throw new NotABundle('It is too short for a zip.');
  const end = viewOf(await read(size - END_BYTES, END_BYTES));
  if (end.getUint32(0, true) !== END || end.getUint16(20, true) !== 0) {
    throw new NotABundle('It does not end as a zip of the archive does: it is cut off, or something stands behind it.');
  }
  const short = { count: end.getUint16(10, true), length: end.getUint32(12, true), start: end.getUint32(16, true) };
  if (short.start !== MOST_32) return short;
  const ends = END_BYTES + LOCATOR_BYTES + END_64_BYTES;
  const wide = size < ends ? undefined : viewOf(await read(size - ends, END_64_BYTES + LOCATOR_BYTES));
  if (wide?.getUint32(0, true) !== END_64 || wide.getUint32(END_64_BYTES, true) !== LOCATOR_64) {
    throw new NotABundle('It says that it is large, and has no end of a large zip.');
  }
  return { count: wideNumber(wide, 32), length: wideNumber(wide, 40), start: wideNumber(wide, 48) };
}

function placesIn(directory: DataView, count: number): Map<string, Place> {
  const places = new Map<string, Place>();
  let at = 0;
  for (let n = 0; n < count; n += 1) {
    const { name, place, length } = placeAt(directory, at);
    if (places.has(name)) throw new NotABundle('It has two files of one name.');
    places.set(name, place);
    at += length;
  }
  if (at !== directory.byteLength) throw new NotABundle('The list of its files has another length than it says.');
  return places;
}

function placeAt(directory: DataView, at: number): { name: string; place: Place; length: number } {
  if (at + CENTRAL_BYTES > directory.byteLength || directory.getUint32(at, true) !== CENTRAL) throw brokenList();
  const [size, nameLength] = [directory.getUint32(at + 24, true), directory.getUint16(at + 28, true)];
  const [extra, comment] = [directory.getUint16(at + 30, true), directory.getUint16(at + 32, true)];
  const length = CENTRAL_BYTES + nameLength + extra + comment;
  if (at + length > directory.byteLength) throw brokenList();
  const isStored = directory.getUint16(at + 10, true) === 0 && directory.getUint32(at + 20, true) === size;
  if (!isStored) throw new NotABundle('It holds a compressed file. Bundles of the archive are stored as they are.');
  const short = directory.getUint32(at + 42, true);
  // Far files have their place in a field of 8 bytes, the only one that there is.
  if (short === MOST_32 && extra !== 12) throw brokenList();
  const offset = short === MOST_32 ? wideNumber(directory, at + CENTRAL_BYTES + nameLength + 4) : short;
  const name = bytesOf(directory, at + CENTRAL_BYTES, nameLength);
  return { name: textOf(name), place: { offset, size, name }, length };
}

/** The bytes of a file, and some more than `most` of a longer one. @throws NotABundle where another file lies there. */
async function readFile(read: ReadBytes, { offset, size, name }: Place, most: number): Promise<Uint8Array> {
  const head = LOCAL_BYTES + name.length;
  const bytes = await read(offset, head + Math.min(size, most + 1));
  const view = viewOf(bytes);
  const isIt =
    view.getUint32(0, true) === LOCAL &&
    view.getUint16(8, true) === 0 &&
    view.getUint32(22, true) === size &&
    view.getUint16(26, true) === name.length &&
    view.getUint16(28, true) === 0 &&
    name.every((byte, n) => bytes[LOCAL_BYTES + n] === byte);
  if (!isIt) throw new NotABundle('Where a file should lie there is another.');
  return bytes.subarray(head);
}

function brokenList(): NotABundle {
  return new NotABundle('The list of its files is not one.');
}

function textOf(bytes: Uint8Array): string {
  try {
    return NAMES.decode(bytes);
  } catch {
    throw brokenList();
  }
}

function bytesOf({ buffer, byteOffset }: DataView, at: number, length: number): Uint8Array {
  return new Uint8Array(buffer, byteOffset + at, length);
}

/** A number of 8 bytes. Those that a double does not hold are beyond every file. */
function wideNumber(view: DataView, at: number): number {
  return Number(view.getBigUint64(at, true));
}

function viewOf({ buffer, byteOffset, length }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, length);
}
