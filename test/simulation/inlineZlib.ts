/**
 * zlib without its threads: the same library on the same bytes, done before the call returns.
 *
 * A simulation deflates some hundred bytes at a time, thousands of times a second; handing each to a thread and waiting
 * for it would be most of its time. To be loaded before the production code.
 */
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

for (const [name, value] of Object.entries({ createInflateRaw, deflateRaw })) {
  Object.defineProperty(zlib, name, { value });
}
syncBuiltinESMExports();
