/**
 * Splicing gzip: many deflated parts served as ONE gzip member, without inflating any of them.
 *
 * A part is a raw deflate stream that begins with an empty window and ends byte-aligned in a full flush, without a final
 * block; its CRC-32 and its length are known. The joined member is the header, the parts in a row, an empty final block
 * and the trailer. Concatenated members are no substitute: Chromium and Firefox stop after the first and report success.
 * Nothing here checks the content of a part; whoever splices has checked the hash of the segment it comes from.
 */

/** The header of every segment and spliced answer (RFC 1952): deflate, no name, no time, system unknown. 10 bytes. */
export const GZIP_HEADER: Buffer = Buffer.from('1f8b08000000000000ff', 'hex');

/** An empty block with fixed codes and the final bit (RFC 1951, 3.2.3): ends a stream of byte-aligned parts. 2 bytes. */
export const FINAL_BLOCK: Buffer = Buffer.from('0300', 'hex');

/** Bytes of the CRC-32 and the length that end a member. */
export const TRAILER_BYTES = 8;

const TAIL_BYTES = FINAL_BLOCK.length + TRAILER_BYTES;

/** The trailer of a member: CRC-32 and length (mod 2^32) of the raw bytes, little-endian. 8 bytes. */
export function gzipTrailer(crc: number, length: number): Buffer {
  const trailer = Buffer.alloc(TRAILER_BYTES);
  trailer.writeUInt32LE(crc >>> 0, 0);
  trailer.writeUInt32LE(length % 2 ** 32, 4);
  return trailer;
}

/**
 * The blocks of a segment, without header, final block and trailer: a view, not a copy.
 * @throws RangeError when the bytes do not have the frame of a segment.
 */
export function spliceBody(segment: Buffer): Buffer {
  if (!hasSegmentFrame(segment)) throw new RangeError('these bytes do not begin and end like a segment');
  return segment.subarray(GZIP_HEADER.length, -TAIL_BYTES);
}

/** Whether the bytes begin with our gzip header and have the empty final block where a segment has it. */
export function hasSegmentFrame(bytes: Buffer): boolean {
  if (bytes.length < GZIP_HEADER.length + TAIL_BYTES) return false;
  return (
    bytes.subarray(0, GZIP_HEADER.length).equals(GZIP_HEADER) &&
    bytes.subarray(-TAIL_BYTES, -TRAILER_BYTES).equals(FINAL_BLOCK)
  );
}

/**
 * The CRC-32 of A followed by B, from their CRCs and the length of B in bytes (up to 2^53).
 *
 * Appending `n` bytes multiplies the CRC register by x^8n, as polynomials over GF(2) modulo the CRC's own. The power
 * comes from the squares x^(2^k), so the work is one multiplication for each bit of `n`, not one for each byte.
 */
export function crc32Combine(crcA: number, crcB: number, lengthB: number): number {
  return (multiply(powerOfX(lengthB), crcA) ^ crcB) >>> 0;
}

/** CRC-32's polynomial, lowest power in the highest bit, as the register holds it (RFC 1952, section 8). */
const POLYNOMIAL = 0xedb88320;
/** The polynomial 1 in the same order. */
const ONE = 0x80000000;
/** The polynomial x. */
const X = 0x40000000;

/** `SQUARES[k]` is x^(2^k). The polynomial is primitive, so x^(2^32) is x again and 32 of them are all there are. */
const SQUARES: readonly number[] = squares();

function squares(): number[] {
  const powers = [X];
  for (let last = X; powers.length < 32; powers.push(last)) last = multiply(last, last);
  return powers;
}

/** x^(8 · bytes). */
function powerOfX(bytes: number): number {
  let power = ONE;
  // Begins at x^(2^3), the square that stands for one byte.
  for (let left = bytes, k = 3; left > 0; left = Math.floor(left / 2), k += 1) {
    if (left % 2 === 1) power = multiply(SQUARES[k % 32] ?? ONE, power);
  }
  return power;
}

/** The product of two polynomials over GF(2), modulo the CRC's: add the shifted `b` for each power in `a`. */
function multiply(a: number, b: number): number {
  let product = 0;
  let shifted = b;
  for (let bit = ONE; bit !== 0; bit >>>= 1) {
    if ((a & bit) !== 0) product ^= shifted;
    shifted = shifted & 1 ? (shifted >>> 1) ^ POLYNOMIAL : shifted >>> 1;
  }
  return product >>> 0;
}
