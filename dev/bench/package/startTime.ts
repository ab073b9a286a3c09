/** How long an app takes in the development host from the start of the process until it can be asked, in milliseconds. */
import { spawn } from 'node:child_process';

/** Enough for the app to start; it is killed before it would ask anybody. */
const SETTINGS = {
  TENANT_ID: '00000000-0000-0000-0000-000000000000',
  ArchiveStorage__blobServiceUri: 'https://127.0.0.1:9',
  ArchiveStorage__tableServiceUri: 'https://127.0.0.1:9',
  AUTH_MODE: 'none',
  PULL_SCHEDULE: '0 0 0 1 1 *',
  CHECKPOINT_SCHEDULE: '0 0 0 1 1 *',
  VERIFY_SCHEDULE: '0 0 0 1 1 *',
};

/** @param status a folder for the host's timer statuses. */
export async function startTime(app: string, status: string): Promise<number> {
  const started = performance.now();
  const child = spawn(
    process.execPath,
    ['dev/functionsHost/main.ts', '--app', app, '--port', '0', '--status', status],
    { env: { PATH: process.env.PATH, ...SETTINGS }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let words = '';
  child.stderr.on('data', (data) => {
    words += data;
  });
  const took = await new Promise<number>((resolve, reject) => {
    child.stdout.on('data', () => resolve(performance.now() - started));
    child.once('close', (code) => reject(new Error(`the host ended with ${code}: ${words}`)));
  });
  child.kill('SIGKILL');
  return took;
}
