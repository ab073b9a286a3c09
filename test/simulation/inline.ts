/**
 * What Node does beside the schedule, made part of it. To be loaded before the production code.
 *
 * zlib without its threads: the same library on the same bytes, done before the call returns. And ids from `Math.random`,
 * which follows the seed.
 *
 * A simulation deflates some hundred bytes at a time, thousands of times a second; handing each to a thread and waiting
 * for it would be most of its time.
 */
import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import zlib, { type ZlibOptions } from 'node:zlib';

/** What production uses of a stream that inflates: fed once, iterated once. */
function createInflateRaw(options?: ZlibOptions) {
  let body: Buffer = Buffer.alloc(0);
  return {
    bytesWritten: 0,
    end(bytes: Buffer) {
      body = bytes;
    },
    async *[Symbol.asyncIterator]() {
      const inflated = zlib.inflateRawSync(body, { ...options, info: true }) as unknown as {
        readonly buffer: Buffer;
        readonly engine: { readonly bytesWritten: number };
      };
      this.bytesWritten = inflated.engine.bytesWritten;
      if (inflated.buffer.length > 0) yield inflated.buffer;
    },
  };
}

function deflateRaw(data: Buffer, options: ZlibOptions, done: (error: Error | null, deflated: Buffer) => void): void {
  done(null, zlib.deflateRawSync(data, options));
}

/** The form of a random UUID. */
function randomUUID(): string {
  const digits = Array.from({ length: 32 }, () => Math.floor(Math.random() * 16).toString(16)).join('');
  return digits.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, '$1-$2-4$3-8$4-$5');
}

for (const [name, value] of Object.entries({ createInflateRaw, deflateRaw })) {
  Object.defineProperty(zlib, name, { value });
}
Object.defineProperty(crypto, 'randomUUID', { value: randomUUID });
// A run's limit in real time has no meaning here, and would be one more thing that no seed decides.
AbortSignal.timeout = () => new AbortController().signal;
syncBuiltinESMExports();
