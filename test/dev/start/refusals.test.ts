import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const MAIN = fileURLToPath(new URL('../../../dev/start/main.ts', import.meta.url));

function start(args: readonly string[], env: NodeJS.ProcessEnv = process.env) {
  return new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    execFile(process.execPath, [MAIN, ...args], { env }, (error, stdout, stderr) => {
      resolve({ code: Number(error?.code ?? 0), stdout, stderr });
    });
  });
}

describe('npm start', () => {
  it('shows its flags and ends', async () => {
    expect(await start(['--help'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('--per-day N'),
      stderr: '',
    });
  });

  it.each([
    ['a flag it does not know', ['--dayz', '3'], /^Unknown option '--dayz'\. .*--help' lists all flags\.\n$/],
    [
      'a fault the simulator does not know',
      ['--faults', 'late-rows,nope'],
      /^There is no fault 'nope'\. [^\n]*--help.*\n$/,
    ],
    [
      'a real tenant that is not named',
      ['--graph', 'https://graph.microsoft.com', '--storage', 'UseDevelopmentStorage=true', '--port', '0'],
      /^https:\/\/graph\.microsoft\.com needs to know your tenant: set TENANT_ID .*\n$/,
    ],
    [
      'a simulator that is not there',
      ['--graph', 'http://127.0.0.1:1', '--storage', 'UseDevelopmentStorage=true', '--port', '0'],
      /^GET http:\/\/127\.0\.0\.1:1\/_simulator was not answered: .*\n$/,
    ],
  ])('refuses %s in one line', async (_, args, stderr) => {
    const { TENANT_ID: _tenant, ...env } = process.env;
    expect(await start(args, env)).toEqual({ code: 1, stdout: '', stderr: expect.stringMatching(stderr) });
  });

  it('refuses a port that is taken in one line', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    expect(await start(['--port', `${port}`])).toEqual({
      code: 1,
      stdout: '',
      stderr: `Port ${port} is taken. Stop what listens there, or choose another with --port (0: any).\n`,
    });
    server.close();
  });
});
