/** Builds the app once before the tests that run it as a whole. */
import { execFileSync } from 'node:child_process';

export function setup(): void {
  execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], {
    stdio: 'inherit',
  });
  execFileSync(process.execPath, ['dev/bundle.ts'], { stdio: 'inherit' });
  // As it is served: Vite would build what the tests' own NODE_ENV says.
  const env = { ...process.env, NODE_ENV: 'production' };
  execFileSync(process.execPath, ['dev/explorer.ts'], { stdio: 'inherit', env });
}
