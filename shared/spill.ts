/**
 * Where the deflated blocks of a window wait until the window has been read whole.
 *
 * Graph answers newest first and nothing of a window may be stored before its last page, so all of it has to be kept.
 * The first megabytes stay in memory; what comes then goes to a temporary file, so that memory stays flat whatever the
 * window holds. The file has no name from its first moment on: a crash leaves nothing behind.
 */
import { randomUUID } from 'node:crypto';
import { closeSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Block } from './archive/block.ts';
import { release } from './archive/memory.ts';

/** Deflated bytes that stay in memory. Windows of usual size never touch the disk. */
const MEMORY_BYTES = 12 * 1024 * 1024;

export class Spill {
  #kept = 0;
  #file: number | undefined;
  #end = 0;

  /** Bytes on disk. */
  get bytes(): number {
    return this.#end;
  }

  /** Returns a block that says the same; its `data` is read back from the file whenever it is asked for. */
  keep(block: Block): Block {
    const { data, ...rest } = block;
    const length = data.length;
    if (this.#kept + length <= MEMORY_BYTES) {
      this.#kept += length;
      return block;
    }
    const file = this.#open();
    const at = this.#end;
    this.#end += length;
    writeWhole(file, data, at);
    release(data);
    const read = () => {
      // The number of a closed file may be another file's by now.
      if (this.#file === undefined) throw new Error('a block was read after its temporary file was given back');
      return readWhole(this.#file, length, at);
    };
    return {
      ...rest,
      get data() {
        return read();
      },
    };
  }

  /** Gives the file back. Blocks that lie in it cannot be read after this. */
  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #open(): number {
    if (this.#file === undefined) {
      const path = join(tmpdir(), `entra-log-archive-${randomUUID()}`);
      this.#file = openSync(path, 'wx+', 0o600);
      unlinkSync(path);
    }
    return this.#file;
  }
}

function writeWhole(file: number, data: Buffer, at: number): void {
  for (let done = 0; done < data.length; ) done += writeSync(file, data, done, data.length - done, at + done);
}

function readWhole(file: number, length: number, at: number): Buffer {
  const data = Buffer.allocUnsafeSlow(length);
  for (let done = 0; done < length; ) {
    const read = readSync(file, data, done, length - done, at + done);
    if (read === 0) throw new Error(`the temporary file of a window ends ${length - done} bytes early`);
    done += read;
  }
  return data;
}
