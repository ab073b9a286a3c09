import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { build, isUpToDate } from '../../../dev/start/build.ts';

const MODULES = fileURLToPath(new URL('../../../node_modules', import.meta.url));
const LONG_AGO = new Date('2020-01-01T00:00:00Z');
const never = new AbortController().signal;

/** A tree with one function and one module, as old as it gets. */
function plantTree(): string {
  const root = mkdtempSync(path.join(tmpdir(), 'build-'));
  const config = {
    compilerOptions: {
      rootDir: '.',
      outDir: 'dist',
      module: 'nodenext',
      target: 'es2023',
      rewriteRelativeImportExtensions: true,
      types: [],
    },
    include: ['functions', 'shared'],
  };
  for (const folder of ['functions', 'shared/deep', 'shared/verifier', 'web'])
    mkdirSync(path.join(root, folder), { recursive: true });
  writeFileSync(path.join(root, 'package.json'), '{"type": "module"}');
  writeFileSync(path.join(root, 'tsconfig.build.json'), JSON.stringify(config));
  writeFileSync(path.join(root, 'functions/main.ts'), "import '../shared/deep/a.ts';\n");
  writeFileSync(path.join(root, 'shared/deep/a.ts'), 'export const a: number = 1;\n');
  writeFileSync(path.join(root, 'shared/verifier/main.ts'), "import '../deep/a.ts';\n");
  writeFileSync(path.join(root, 'web/index.html'), '<!doctype html><title>The page</title>');
  symlinkSync(MODULES, path.join(root, 'node_modules'));
  for (const name of [
    'tsconfig.build.json',
    'functions/main.ts',
    'shared/deep/a.ts',
    'shared/verifier/main.ts',
    'functions',
    'shared/deep',
    'shared/verifier',
    'shared',
    'web/index.html',
    'web',
  ]) {
    utimesSync(path.join(root, name), LONG_AGO, LONG_AGO);
  }
  return root;
}

describe('the build', () => {
  it('makes what is not there, and is then up to date', async () => {
    const root = plantTree();
    // As `npm start` names it: from where it runs.
    const relative = path.relative(process.cwd(), root);
    expect(isUpToDate(relative)).toBe(false);
    await build(relative, never);
    expect(isUpToDate(relative)).toBe(true);
    for (const made of ['functions/main.js', 'verify.mjs', 'web/index.html'])
      expect(existsSync(path.join(root, 'dist', made))).toBe(true);
  });

  it.each([
    [
      'a source is changed',
      (root: string) => writeFileSync(path.join(root, 'shared/deep/a.ts'), 'export const a = 2;\n'),
    ],
    ['a source is deleted', (root: string) => rmSync(path.join(root, 'shared/deep/a.ts'))],
    ['the settings of the compiler change', (root: string) => writeFileSync(path.join(root, 'tsconfig.json'), '{}')],
  ])('is out of date when %s', async (_, change) => {
    const root = plantTree();
    await build(root, never);
    change(root);
    expect(isUpToDate(root)).toBe(false);
  });

  it('says the first complaint of the compiler in one line', async () => {
    const root = plantTree();
    writeFileSync(
      path.join(root, 'shared/deep/a.ts'),
      "export const a: number = 'one';\nexport const b: number = 'two';\n",
    );
    await expect(build(root, never)).rejects.toThrow(
      /^The app does not build: shared\/deep\/a\.ts\(1,14\): error TS2322: .* \(and 1 more\)\. 'npm run build' shows all\.$/,
    );
  });
});
