/** Blobs as files of a folder, one folder a container: what both sides of a comparison read. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { BlobStore } from '../../../shared/storage/port.ts';

export function folderBlobs(root: string): BlobStore {
  const get = (container: string, name: string) => orAbsent(readFile(join(root, container, name)));
  return {
    get,
    async *list(container, prefix) {
      const folder = dirname(`${prefix}x`);
      const names = (await orAbsent(readdir(join(root, container, folder)))) ?? [];
      for (const name of names.sort().map((each) => `${folder}/${each}`)) {
        if (name.startsWith(prefix)) yield { name, bytes: 0, createdAt: 0 };
      }
    },
    async putIfAbsent(container, name, bytes) {
      const held = await get(container, name);
      if (held) return held.equals(bytes) ? 'stored' : 'taken';
      const path = join(root, container, name);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, bytes);
      return 'stored';
    },
  };
}

async function orAbsent<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
