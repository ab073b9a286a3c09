/**
 * Finds and loads the built app: every file that `main` of its `package.json` names, a glob included.
 *
 * The rule is the real worker's: `.mjs` and packages of `"type": "module"` are imported, everything else is required.
 * Files of a glob are loaded in the order of their names; the real worker promises no order. A missing build and a
 * module that throws are refused with the next step.
 */

import { glob, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { HostError, messageOf } from './hostError.ts';
import { readJson } from './settings.ts';

/** Loads the app in `directory` into this process; resolves to the files loaded. Throws `HostError`. */
export async function loadApp(directory: string): Promise<string[]> {
  const manifest = await readJson(directory, 'package.json');
  if (typeof manifest?.main !== 'string') {
    throw new HostError(`package.json in ${directory} has no "main": name the built entry file there.`);
  }
  const files = await entryFiles(directory, manifest.main);
  if (files.length === 0) {
    throw new HostError(
      `No file matches "main": "${manifest.main}" in ${directory}. Build the app first: npm run build`,
    );
  }
  for (const file of files) await loadFile(directory, file, manifest.type === 'module');
  return files;
}

async function entryFiles(directory: string, pattern: string): Promise<string[]> {
  const files: string[] = [];
  for await (const name of glob(pattern, { cwd: directory })) {
    const file = path.resolve(directory, name);
    if ((await stat(file)).isFile()) files.push(file);
  }
  return files.sort();
}

async function loadFile(directory: string, file: string, isModulePackage: boolean): Promise<void> {
  const extension = path.extname(file);
  const isModule = extension === '.mjs' || (isModulePackage && extension !== '.cjs');
  try {
    if (isModule) await import(pathToFileURL(file).href);
    else createRequire(file)(file);
  } catch (error) {
    const name = path.relative(directory, file);
    const next = 'Correct what it names; if the build is old or dependencies are missing: npm install && npm run build';
    throw new HostError(`${name} failed to load: ${messageOf(error)} — ${next}`, { cause: error });
  }
}
