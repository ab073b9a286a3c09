/** Before the tests: a folder for what the watch over secrets finds. After them: the run fails when there is something in it. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CANARIES } from './canaries.ts';

export function setup(): () => void {
  // The projects of one run share it, and the first of them looks.
  if (process.env.CANARY_FOLDER !== undefined) return () => undefined;
  const folder = mkdtempSync(join(tmpdir(), 'canaries-'));
  process.env.CANARY_FOLDER = folder;
  process.env.AZURE_CLIENT_SECRET = CANARIES.clientSecret;
  return () => {
    const hits = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
    rmSync(folder, { recursive: true });
    if (hits.length > 0) throw new Error(`Secrets were shown:\n${hits.join('\n')}`);
  };
}
