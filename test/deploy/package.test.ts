/** The package is whole or it is not made. test/stack/package.test.ts runs what is made. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { contentsOf } from '../../dev/package/contents.ts';

const folder = mkdtempSync(join(tmpdir(), 'package-'));
afterAll(() => rmSync(folder, { recursive: true }));

it.each(['dist/web/index.html', 'dist/verify.mjs'])('is not made without %s', async (missing) => {
  const root = join(folder, missing);
  for (const name of ['host.json', 'LICENSE', 'dist/verify.mjs', 'dist/web/index.html', 'dist/web/assets/page.js']) {
    if (name === missing) continue;
    mkdirSync(join(root, dirname(name)), { recursive: true });
    writeFileSync(join(root, name), 'x');
  }
  await expect(contentsOf(root)).rejects.toThrow(`${missing} is not there. Run 'npm run build' first.`);
});
