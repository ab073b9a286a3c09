/**
 * The package: how big it is and how long the app takes to start from it, against the plain way, which is the built files
 * beside `node_modules` as `npm ci --omit=dev` leaves it. Both start in the development host, in turn.
 */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { contentsOf } from '../package/contents.ts';
import { build } from '../start/build.ts';
import type { Figure } from './figure.ts';
import { median } from './measure.ts';
import { startTime } from './package/startTime.ts';

const ROUNDS = 15;

interface Form {
  readonly folder: string;
  readonly bytes: number;
  readonly files: number;
}

/** `npm run bench -- package`. */
export async function packaging(): Promise<Figure[]> {
  await build(process.cwd(), new AbortController().signal);
  const temporary = mkdtempSync(join(tmpdir(), 'entra-log-archive-bench-'));
  try {
    const ours = await packaged(join(temporary, 'ours'));
    const plain = installed(join(temporary, 'plain'));
    const times: Record<'ours' | 'plain', number[]> = { ours: [], plain: [] };
    for (let round = 0; round < ROUNDS; round += 1) {
      times.plain.push(await startTime(plain.folder, temporary));
      times.ours.push(await startTime(ours.folder, temporary));
    }
    const [oursMs, plainMs] = [median(times.ours), median(times.plain)];
    return [
      compared('package: bytes, of the plain way', ours.bytes / plain.bytes, sizes(ours, plain), 0.5),
      compared(
        'start to ready, of the plain way',
        oursMs / plainMs,
        `${whole(oursMs)} against ${whole(plainMs)} ms`,
        0.8,
      ),
    ];
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

async function packaged(folder: string): Promise<Form> {
  for (const { name, bytes } of await contentsOf(process.cwd())) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), bytes);
  }
  return measured(folder);
}

/** The production packages of the lock file, copied from where they are installed already. */
function installed(folder: string): Form {
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
    packages: Record<string, { dev?: boolean; devOptional?: boolean }>;
  };
  const names = Object.keys(packages).filter(
    (name) => name !== '' && !packages[name]?.dev && !packages[name]?.devOptional,
  );
  for (const name of ['package.json', 'host.json', 'dist', ...names])
    cpSync(name, join(folder, name), { recursive: true, dereference: true, filter: (file) => !file.endsWith('.zip') });
  return measured(folder);
}

function measured(folder: string): Form {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const bytes = files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
  return { folder, bytes, files: files.length };
}

const whole = (value: number) => Math.round(value).toLocaleString('en');
const sizes = (ours: Form, plain: Form) =>
  `${(ours.bytes / 1e6).toFixed(1)} MB in ${ours.files} files against ${(plain.bytes / 1e6).toFixed(1)} MB in ${whole(plain.files)}`;

function compared(what: string, ratio: number, of: string, reach: number): Figure {
  return { what, figure: `${ratio.toFixed(2)} (${of})`, reach: `≤ ${reach}`, ok: ratio <= reach };
}
