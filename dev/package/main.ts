/**
 * `npm run package`: the zip that Azure runs, `dist/entra-log-archive-<version>.zip`, made of the app as it was built.
 * Prints its name, size, number of files and SHA-256.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { APP_VERSION } from '../../shared/version.ts';
import { oneLine } from '../start/problem.ts';
import { contentsOf, zipOf } from './contents.ts';

const HELP = `Makes the zip that Azure runs, of the app as it was built.

  npm run package -- [--out FILE]

  --out FILE   where it goes (default: ${defaultPackage()})
  --help       this text
`;

/** Where the package of this version goes, from the folder of package.json. */
function defaultPackage(): string {
  return `dist/entra-log-archive-${APP_VERSION}.zip`;
}

try {
  const { values } = parseArgs({ options: { out: { type: 'string' }, help: { type: 'boolean' } } });
  if (values.help) process.stdout.write(HELP);
  else await write(values.out ?? defaultPackage());
} catch (error) {
  process.stderr.write(`package: ${oneLine(error)}\n`);
  process.exitCode = 1;
}

async function write(out: string): Promise<void> {
  const files = await contentsOf(process.cwd());
  const zip = await zipOf(files);
  mkdirSync(dirname(out), { recursive: true });
  writeFileSync(out, zip);
  const digest = createHash('sha256').update(zip).digest('hex');
  process.stdout.write(`${out}: ${(zip.length / 1e6).toFixed(1)} MB, ${files.length} files\nSHA-256 ${digest}\n`);
}
