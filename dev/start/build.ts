/**
 * The app's JavaScript in dist/, built when a source is newer than it, and left alone otherwise: another host may be
 * running from it.
 */
import { execFile } from 'node:child_process';
import { readdirSync, statSync, utimesSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { bundleVerifier } from '../bundle.ts';
import { buildExplorer } from '../explorer.ts';
import { Interrupted, StartProblem } from './problem.ts';

const SOURCES = ['functions', 'shared', 'web', 'tsconfig.json', 'tsconfig.build.json', 'package-lock.json'];
const ENTRY = 'dist/functions/main.js';

/**
 * Builds the app in `root` if it is out of date.
 * @throws StartProblem with the compiler's first complaint.
 */
export async function build(root: string, signal: AbortSignal): Promise<void> {
  if (isUpToDate(root)) return;
  // Whole: the compiler runs in that folder, where a relative name would be another's.
  const compiler = path.resolve(root, 'node_modules/typescript/bin/tsc');
  const started = new Date();
  try {
    await promisify(execFile)(process.execPath, [compiler, '-p', 'tsconfig.build.json'], { cwd: root, signal });
    await bundleVerifier(root);
    await buildExplorer(root);
  } catch (error) {
    if (signal.reason instanceof Interrupted) throw signal.reason;
    throw new StartProblem(complaint(String((error as { stdout?: unknown }).stdout ?? '') || String(error)));
  }
  // The entry's time says when the build began; what changed since then is newer.
  utimesSync(path.join(root, ENTRY), started, started);
}

/** Whether no source is newer than the build, deleted ones included: their folder is newer then. */
export function isUpToDate(root: string): boolean {
  const built = statSync(path.join(root, ENTRY), { throwIfNoEntry: false })?.mtimeMs;
  if (built === undefined) return false;
  return SOURCES.every((name) => newest(path.join(root, name)) < built);
}

function newest(file: string): number {
  const stat = statSync(file, { throwIfNoEntry: false });
  if (!stat) return 0;
  if (!stat.isDirectory()) return stat.mtimeMs;
  return readdirSync(file).reduce((latest, name) => Math.max(latest, newest(path.join(file, name))), stat.mtimeMs);
}

function complaint(output: string): string {
  const errors = output.split('\n').filter((line) => line.includes('error'));
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  return `The app does not build: ${(errors[0] ?? output).trim().replace(/\.$/, '')}${more}. 'npm run build' shows all.`;
}
