/** A folder as the verifier reads it: plain files only, so that a link in it leads nowhere. */
import { closeSync, fstatSync, lstatSync, opendirSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { ArchiveFiles } from '../archive/verifyTypes.ts';

/** @throws Error, from `list`, when the folder cannot be read. */
export function folderFiles(folder: string): ArchiveFiles {
  return { list: () => namesIn(folder, ''), read: (name, most) => readUpTo(join(folder, name), most) };
}

function* namesIn(folder: string, prefix: string): Generator<string> {
  const handle = opendirSync(join(folder, prefix));
  try {
    for (let item = handle.readSync(); item; item = handle.readSync()) {
      if (item.isDirectory()) yield* namesIn(folder, `${prefix}${item.name}/`);
      else if (item.isFile()) yield `${prefix}${item.name}`;
    }
  } finally {
    handle.closeSync();
  }
}

function readUpTo(path: string, most: number): Buffer | undefined {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (!stat?.isFile()) return undefined;
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(Math.min(fstatSync(file).size, most + 1));
    let length = 0;
    for (let more = -1; more !== 0 && length < bytes.length; length += more) {
      more = readSync(file, bytes, length, bytes.length - length, null);
    }
    return bytes.subarray(0, length);
  } finally {
    closeSync(file);
  }
}
