/** The verifier as the page has it, bundled as the build does, and loaded here: it needs nothing of a browser but Blob. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';
import { browserVerifier } from '../../dev/browserVerifier.ts';

const INPUT = {
  verify: 'shared/archive/verify.ts',
  segment: 'shared/archive/segment.ts',
  ecdsa: 'shared/archive/ecdsa.ts',
  note: 'shared/archive/note.ts',
  record: 'shared/archive/verifyRecord.ts',
  zip: 'web/verifier/zip.ts',
} as const;

interface BundledVerifier {
  readonly verify: typeof import('../../shared/archive/verify.ts');
  readonly segment: typeof import('../../shared/archive/segment.ts');
  readonly ecdsa: typeof import('../../shared/archive/ecdsa.ts');
  readonly note: typeof import('../../shared/archive/note.ts');
  readonly record: typeof import('../../shared/archive/verifyRecord.ts');
  readonly zip: typeof import('../../web/verifier/zip.ts');
}

/** @throws when anything of it is left to Node. */
export async function bundledVerifier(): Promise<BundledVerifier> {
  const folder = mkdtempSync(join(tmpdir(), 'verifier-'));
  const bundle = await rolldown({
    input: INPUT,
    platform: 'browser',
    logLevel: 'silent',
    plugins: [browserVerifier()],
  });
  try {
    const { output } = await bundle.write({
      dir: folder,
      format: 'esm',
      entryFileNames: '[name].mjs',
      chunkFileNames: '[name].mjs',
    });
    const left = output.flatMap((file) =>
      file.type === 'chunk' ? file.imports.filter((name) => !name.endsWith('.mjs')) : [],
    );
    if (left.length > 0) throw new Error(`the page's verifier imports ${left.join(', ')}`);
    const load = async (name: string) => [name, await import(pathToFileURL(join(folder, `${name}.mjs`)).href)] as const;
    return Object.fromEntries(await Promise.all(Object.keys(INPUT).map(load))) as unknown as BundledVerifier;
  } finally {
    await bundle.close();
    rmSync(folder, { recursive: true });
  }
}
