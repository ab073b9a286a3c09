/**
 * `dist/web/`: the Explorer, built by Vite. The build prints what the page weighs and fails when it is too much.
 *
 * Run as a script it does just that.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { browserVerifier } from './browserVerifier.ts';
import { plainNumbers } from './plainNumbers.ts';

/** Bytes of all files together, each compressed by itself, as they are served. */
const MOST_BYTES = 300_000;

/**
 * Builds the page.
 * @param root the folder of package.json.
 * @returns one line that says how large it is.
 * @throws when it is larger than it may be.
 */
export async function buildExplorer(root: string): Promise<string> {
  // Vite takes a relative one from its own root.
  const outDir = resolve(root, 'dist/web');
  await build({
    root: join(root, 'web'),
    configFile: false,
    logLevel: 'warn',
    plugins: [plainNumbers()],
    worker: { format: 'es', plugins: () => [browserVerifier()] },
    build: {
      outDir,
      emptyOutDir: true,
      target: 'es2023',
      // Strict policies refuse data: URLs.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
    },
  });
  return sizeLine(outDir);
}

/** @returns what the page in a folder weighs, in one line. @throws when that is too much. */
export function sizeLine(folder: string): string {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const sizes = files.map(
    ({ parentPath, name }) => gzipSync(readFileSync(join(parentPath, name)), { level: 9 }).length,
  );
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  const line = `Explorer: ${files.length} files, ${kilobytes(bytes)} kB gzipped of at most ${kilobytes(MOST_BYTES)}`;
  if (bytes > MOST_BYTES) throw new Error(`${line}. Leave something out, or load it from where it is needed.`);
  return line;
}

function kilobytes(bytes: number): string {
  return (bytes / 1000).toFixed(1);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  process.stdout.write(`${await buildExplorer(process.cwd())}\n`);
}
