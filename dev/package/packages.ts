/** Packages that are installed here: what the package that stays whole needs, its files, and everybody's licence. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ZipFile } from '../../shared/zip.ts';

/** What a package needs at run time: code, data and its licence. No types, source maps or documentation. */
const NEEDED = /\.(js|cjs|mjs|json)$|(^|\/)(licen[sc]e|notice)[^/]*$/i;
const NOT_NEEDED = /(^|\/)(test|tests|src|types|docs|examples)\//;
const LICENCE = /^(licen[sc]e|copying|notice)/i;

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** The folders of a package and of all that it needs, sorted. Each lies directly in `node_modules`, or this throws. */
export function withItsNeeds(root: string, name: string): string[] {
  const found = new Set<string>();
  const add = (needed: string) => {
    const folder = `node_modules/${needed}`;
    if (found.has(folder)) return;
    found.add(folder);
    for (const next of Object.keys(readManifest(root, folder).dependencies ?? {})) add(next);
  };
  add(name);
  return [...found].sort();
}

/** The files of a package that are needed at run time. */
export function filesOf(root: string, folder: string): ZipFile[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(join(root, folder).length + 1)
        .replaceAll('\\', '/'),
    )
    .filter((name) => NEEDED.test(name) && !NOT_NEEDED.test(name) && !name.includes('node_modules/'))
    .map((name) => ({ name: `${folder}/${name}`, bytes: readFileSync(join(root, folder, name)) }));
}

/** The notices that the licences of joined packages ask for, as one text. */
export function noticesOf(root: string, folders: readonly string[]): string {
  const notices = folders.map((folder) => {
    const { name, version, license } = readManifest(root, folder);
    const files = readdirSync(join(root, folder))
      .filter((file) => LICENCE.test(file))
      .sort();
    const texts = files.map((file) =>
      readFileSync(join(root, folder, file), 'utf8')
        .replaceAll('\r\n', '\n')
        .trim(),
    );
    return [`${name} ${version} (${license ?? 'no licence stated'})`, ...texts].join('\n\n');
  });
  return `The app contains code of these packages.\n\n${notices.join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}

export function readManifest(root: string, folder: string): Manifest {
  return JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as Manifest;
}
