/**
 * What the verifier takes from `node:zlib`, in a browser. The browser's own `DecompressionStream` inflates a hostile piece
 * whole before anybody can stop it, and does not tell where a stream ended; pako is zlib itself, step by step.
 */
import {
  Z_BUF_ERROR,
  Z_DATA_ERROR,
  Z_FINISH,
  Z_NEED_DICT,
  Z_NO_FLUSH,
  Z_OK,
  Z_STREAM_END,
  ZStream,
  zlibInflate,
  zlibInflateInit2,
} from 'pako';
import { Buffer } from './buffer.ts';

/** As zlib has it: a raw stream with the largest window. */
const RAW = -15;
/** The names that Node gives to what is wrong with a stream. */
const CODES: Readonly<Record<number, string>> = {
  [Z_BUF_ERROR]: 'Z_BUF_ERROR',
  [Z_DATA_ERROR]: 'Z_DATA_ERROR',
  [Z_NEED_DICT]: 'Z_NEED_DICT',
};

/** Inflates what it is given with `end`, a chunk at a time, as Node's stream of that name does when it is iterated. */
export function createInflateRaw({ chunkSize }: { readonly chunkSize: number }) {
  const stream = new ZStream();
  stream.input = new Uint8Array();
  zlibInflateInit2(stream, RAW);
  return {
    /** Bytes of the input that were used. */
    get bytesWritten(): number {
      return stream.total_in;
    },
    end: (bytes: Uint8Array): void => {
      stream.input = bytes;
      stream.avail_in = bytes.length;
    },
    async *[Symbol.asyncIterator](): AsyncGenerator<Buffer, void, void> {
      let [flush, status]: [typeof Z_NO_FLUSH | typeof Z_FINISH, number] = [Z_NO_FLUSH, Z_OK];
      while (status !== Z_STREAM_END) {
        stream.output = new Uint8Array(chunkSize);
        [stream.next_out, stream.avail_out] = [0, chunkSize];
        status = zlibInflate(stream, flush);
        if (status === Z_NEED_DICT || (status < Z_OK && status !== Z_BUF_ERROR)) throw brokenStream(status);
        if (stream.next_out > 0) yield Buffer.from(stream.output.buffer, 0, stream.next_out);
        if (status === Z_STREAM_END || stream.avail_out === 0) continue;
        // There was room for more, so all of the input is used up. Node hands out what came, and then says that it is cut.
        if (flush === Z_FINISH) throw brokenStream(Z_BUF_ERROR);
        flush = Z_FINISH;
      }
    },
  };
}

function brokenStream(status: number): Error {
  return Object.assign(new Error('the stream is broken'), { code: CODES[status] ?? `zlib ${status}` });
}

/** CRC-32's polynomial, lowest power in the highest bit. */
const POLYNOMIAL = 0xedb88320;
const TABLE = Uint32Array.from({ length: 256 }, (_unused, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
  return crc;
});

/** CRC-32 of bytes, going on from that of those before. */
export function crc32(bytes: Uint8Array, before = 0): number {
  let crc = ~before;
  for (let at = 0; at < bytes.length; at += 1) {
    crc = (TABLE[(crc ^ (bytes[at] as number)) & 0xff] as number) ^ (crc >>> 8);
  }
  return ~crc >>> 0;
}
