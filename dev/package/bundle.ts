/**
 * The app as Azure gets it: the built files and all they import, joined into one module, with a chunk for what is
 * imported later.
 *
 * `@azure/functions` stays a package of its own: its runtime answers `require('@azure/functions-core')` for it, which is
 * known to work from its own file. Names and licence notices stay, so that a stack trace can be read.
 */
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { rolldown } from 'rolldown';
import type { ZipFile } from '../../shared/zip.ts';

/** The package that is not joined; what it needs comes with it. */
export const LEFT_OUT = '@azure/functions';

export interface Bundle {
  readonly files: readonly ZipFile[];
  /** Folders of the packages that modules were taken from, such as `node_modules/jose`, sorted. */
  readonly packages: readonly string[];
}

/** @param root the folder of package.json, with the app built in `dist/`. */
export async function bundleApp(root: string): Promise<Bundle> {
  const { main } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { main: string };
  const folder = main.slice(0, main.lastIndexOf('/'));
  const bundle = await rolldown({
    cwd: root,
    input: join(root, main),
    platform: 'node',
    external: [/^node:/, LEFT_OUT],
    logLevel: 'warn',
    // Where node_modules is a link, names in the output would depend on what it points at.
    resolve: { symlinks: false },
  });
  try {
    const { output } = await bundle.generate({
      format: 'esm',
      minify: false,
      keepNames: true,
      sourcemap: false,
      comments: { legal: true, jsdoc: false, annotation: false },
      entryFileNames: '[name].js',
      chunkFileNames: '[name]-[hash].js',
    });
    const chunks = output.filter((part) => part.type === 'chunk');
    const packages = new Set(chunks.flatMap(({ moduleIds }) => moduleIds.map((id) => packageOf(root, id))));
    return {
      files: chunks.map(({ fileName, code }) => ({ name: `${folder}/${fileName}`, bytes: Buffer.from(code) })),
      packages: [...packages].filter(Boolean).sort(),
    };
  } finally {
    await bundle.close();
  }
}

/** Greedy, so that of nested packages it finds the innermost. */
const PACKAGE = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/;

/** The folder of the package that a module lies in; empty for the app's own. */
function packageOf(root: string, id: string): string {
  return PACKAGE.exec(relative(root, id).replaceAll('\\', '/'))?.[0] ?? '';
}
