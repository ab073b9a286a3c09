/**
 * A function app made of a few files in a temporary directory, with this repository's packages.
 */

import { mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { tempDirectory } from './tempDirectory.ts';

const PACKAGES = fileURLToPath(new URL('../../../../node_modules', import.meta.url));

/** Writes `files` (path to text) over a minimal host.json and package.json; `undefined` leaves a file out. */
export async function tempApp(files: Record<string, string | undefined>): Promise<string> {
  const directory = await tempDirectory();
  await symlink(PACKAGES, path.join(directory, 'node_modules'));
  const all = {
    'host.json': '{ "version": "2.0" }',
    'package.json': '{ "type": "module", "main": "main.js" }',
    ...files,
  };
  for (const [name, text] of Object.entries(all)) {
    if (text === undefined) continue;
    await mkdir(path.dirname(path.join(directory, name)), { recursive: true });
    await writeFile(path.join(directory, name), text);
  }
  return directory;
}
