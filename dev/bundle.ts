/**
 * `dist/verify.mjs`: the verifier as one file for Node 20 and later, with nothing to install.
 *
 * Rolldown joins the modules and drops what is not used; the names and the comments stay, for whoever wants to read what
 * judges the evidence. Run as a script it does just that.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';

/** @param root the folder of package.json. */
export async function bundleVerifier(root: string): Promise<void> {
  const bundle = await rolldown({
    input: join(root, 'shared/verifier/main.ts'),
    platform: 'node',
    external: /^node:/,
    logLevel: 'warn',
    transform: { target: 'node20' },
  });
  try {
    await bundle.write({ file: join(root, 'dist/verify.mjs'), format: 'esm', minify: false });
  } finally {
    await bundle.close();
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await bundleVerifier(process.cwd());
}
