/**
 * What goes into the package, by name; nothing else does. The same commit with the same lock file gives the same bytes:
 * files are sorted by name, and a zip of ours states no other time than 1980.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ZipFile, zipped } from '../../shared/zip.ts';
import { bundleApp, LEFT_OUT } from './bundle.ts';
import { filesOf, noticesOf, readManifest, withItsNeeds } from './packages.ts';

/** Files of the project that the running app reads. Those of `dist/` are made by `npm run build`. */
const TAKEN = ['host.json', 'LICENSE', 'dist/verify.mjs'];
/** The page, which the app serves at `/`: a folder, and the file in it without which it is none. */
const PAGE = { folder: 'dist/web', start: 'dist/web/index.html' };

/**
 * The package's files, sorted by name.
 * @param root the folder of package.json, with the app built in `dist/`.
 * @throws Error naming what has not been built: the app starts without its page, and nobody would see it before Azure.
 */
export async function contentsOf(root: string): Promise<ZipFile[]> {
  const missing = [...TAKEN, PAGE.start].filter((name) => !existsSync(join(root, name)));
  if (missing.length > 0) throw new Error(`${missing.join(', ')} is not there. Run 'npm run build' first.`);
  const { files, packages } = await bundleApp(root);
  const whole = withItsNeeds(root, LEFT_OUT);
  const contents = [
    ...files,
    ...TAKEN.map((name) => ({ name, bytes: readFileSync(join(root, name)) })),
    ...filesBelow(root, PAGE.folder),
    ...whole.flatMap((folder) => filesOf(root, folder)),
    { name: 'package.json', bytes: Buffer.from(manifestOf(root)) },
    { name: 'THIRD-PARTY-NOTICES.txt', bytes: Buffer.from(noticesOf(root, packages)) },
  ];
  return contents.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The zip of these files, in memory: it is a few megabytes. */
export async function zipOf(files: readonly ZipFile[]): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of zipped(files)) pieces.push(piece);
  return Buffer.concat(pieces);
}

function filesBelow(root: string, folder: string): ZipFile[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.map'))
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length).replaceAll('\\', '/').replace(/^\//, ''))
    .map((name) => ({ name, bytes: readFileSync(join(root, name)) }));
}

/** What the host needs to know: the entry, and that it is a module. Dependencies are those that are not joined. */
function manifestOf(root: string): string {
  const { name, version, license, type, main, engines } = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  ) as Record<string, unknown>;
  const dependencies = { [LEFT_OUT]: readManifest(root, `node_modules/${LEFT_OUT}`).version };
  return `${JSON.stringify({ name, version, license, private: true, type, main, engines, dependencies }, null, 2)}\n`;
}
