import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const BOOTSTRAP = fileURLToPath(new URL('../../../dev/bootstrap.mjs', import.meta.url));
const OLD_NODE = `data:text/javascript,${encodeURIComponent(
  "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.11.0' } })",
)}`;
/** Prints what it was given, as JSON. */
const ECHO = `console.log(JSON.stringify({ args: process.argv.slice(2), path: process.env.PATH.split(':')[0], bundled: process.env.BUNDLED ?? null }));
process.exit(7);
`;
const PACKAGES = {
  '': { name: 'fake' },
  'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
  'node_modules/for-another-platform': { version: '1.0.0', integrity: 'sha512-b', optional: true },
};
const INSTALLED = { 'node_modules/a': PACKAGES['node_modules/a'] };

interface Tree {
  readonly root: string;
  write(name: string, text: string, mode?: number): void;
  run(args: readonly string[], options?: { oldNode?: boolean; env?: NodeJS.ProcessEnv }): Promise<Outcome>;
}

interface Outcome {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** What ECHO printed. */
  readonly echo: { args: string[]; path: string; bundled: string | null };
}

/** A clone with a lock file, ECHO as a script, and an `npm` that says it ran and installs what `installs` says. */
function plantTree({ installed = true, bundledNode = true, npm = 'installs' } = {}): Tree {
  const root = mkdtempSync(path.join(tmpdir(), 'bootstrap-'));
  const write = (name: string, text: string, mode = 0o644) => {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    writeFileSync(path.join(root, name), text);
    chmodSync(path.join(root, name), mode);
  };
  const bundled = `#!/bin/sh\nBUNDLED=1 exec '${process.execPath}' "$@"\n`;
  const lock = JSON.stringify({ packages: INSTALLED });
  write('package-lock.json', JSON.stringify({ packages: PACKAGES }));
  write('echo.ts', ECHO);
  mkdirSync(path.join(root, 'dev'));
  copyFileSync(BOOTSTRAP, path.join(root, 'dev/bootstrap.mjs'));
  if (installed) write('node_modules/.package-lock.json', lock);
  if (installed && bundledNode) write('node_modules/node/bin/node', bundled, 0o755);
  const scripts: Record<string, string> = {
    installs: `echo "$@" >> npm-calls; mkdir -p node_modules/node/bin; cp '${root}/lock' node_modules/.package-lock.json
${bundledNode ? `cp '${root}/bundled' node_modules/node/bin/node; chmod +x node_modules/node/bin/node` : ''}; echo much output`,
    fails: 'echo to stdout; echo "npm error: no network" >&2; exit 3',
  };
  write('lock', lock);
  write('bundled', bundled);
  write('bin/npm', `#!/bin/sh\n${scripts[npm]}\n`, 0o755);
  return { root, write, run: (args, options) => run(root, args, options) };
}

async function run(root: string, args: readonly string[], { oldNode = false, env = {} } = {}): Promise<Outcome> {
  const child = start(root, args, { oldNode, env });
  const output = { stdout: '', stderr: '' };
  child.stdout?.on('data', (chunk) => {
    output.stdout += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    output.stderr += chunk;
  });
  const [code, signal] = await once(child, 'close');
  const echo = output.stdout.startsWith('{') ? JSON.parse(output.stdout) : undefined;
  return { ...output, code, signal, echo };
}

function start(root: string, args: readonly string[], { oldNode = false, env = {} } = {}): ChildProcess {
  const own = { PATH: `${root}/bin:/usr/bin:/bin`, ...env };
  const flags = oldNode ? ['--import', OLD_NODE] : [];
  return spawn(process.execPath, [...flags, 'dev/bootstrap.mjs', ...args], { cwd: root, env: own });
}

describe('the bootstrap', () => {
  it('runs the script on the Node of the dependencies, with arguments, PATH and exit code', async () => {
    const tree = plantTree();
    const { code, stderr, echo } = await tree.run(['echo.ts', '--a', 'b c', '']);
    expect({ code, stderr }).toEqual({ code: 7, stderr: '' });
    expect(echo).toEqual({ args: ['--a', 'b c', ''], path: path.join(tree.root, 'node_modules/.bin'), bundled: '1' });
  });

  it('runs a bin of the dependencies by its name', async () => {
    const tree = plantTree();
    tree.write('node_modules/tool/cli.js', ECHO);
    mkdirSync(path.join(tree.root, 'node_modules/.bin'));
    symlinkSync('../tool/cli.js', path.join(tree.root, 'node_modules/.bin/tool'));
    expect((await tree.run(['tool', 'run'])).echo).toMatchObject({ args: ['run'], bundled: '1' });
  });

  it('refuses a name that is neither', async () => {
    const { code, stderr } = await plantTree().run(['toll']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^'toll' is neither a script nor a program in node_modules\/\.bin\.\n$/);
  });

  it('explains its use without arguments', async () => {
    const { code, stderr } = await plantTree().run([]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^usage: .*\n$/);
  });
});

describe('the bootstrap of a fresh clone', () => {
  it('installs first and says so in one line', async () => {
    const tree = plantTree({ installed: false });
    const { code, stderr, echo } = await tree.run(['echo.ts']);
    expect(stderr).toMatch(/^Installing .*\(npm ci\).*\n$/);
    expect(readFileSync(path.join(tree.root, 'npm-calls'), 'utf8')).toBe('ci\n');
    expect({ code, bundled: echo.bundled }).toEqual({ code: 7, bundled: '1' });
  });

  it.each([
    ['another version', { 'node_modules/a': { version: '2.0.0', integrity: 'sha512-a' } }],
    ['other bytes of a version', { 'node_modules/a': { version: '1.0.0', integrity: 'sha512-z' } }],
    ['one package more', { ...PACKAGES, 'node_modules/new': { version: '1.0.0' } }],
  ])('installs again when package-lock.json asks for %s', async (_, packages) => {
    const tree = plantTree();
    tree.write('package-lock.json', JSON.stringify({ packages }));
    await tree.run(['echo.ts']);
    expect(existsSync(path.join(tree.root, 'npm-calls'))).toBe(true);
  });

  it('leaves an installation alone that is what package-lock.json asks for', async () => {
    const tree = plantTree();
    tree.write('package-lock.json', JSON.stringify({ packages: PACKAGES }));
    await tree.run(['echo.ts']);
    expect(existsSync(path.join(tree.root, 'npm-calls'))).toBe(false);
  });

  it("shows npm's output when the installation fails, and starts nothing", async () => {
    const { code, stdout, stderr } = await plantTree({ installed: false, npm: 'fails' }).run(['echo.ts']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('to stdout\nnpm error: no network\n');
    expect(stderr).toMatch(/'npm ci' failed .*\n$/);
  });
});

describe('the bootstrap without the Node of the dependencies', () => {
  it('uses the present Node when it is new enough', async () => {
    const { code, echo } = await plantTree({ bundledNode: false }).run(['echo.ts']);
    expect({ code, bundled: echo.bundled }).toEqual({ code: 7, bundled: null });
  });

  it('says in one line what to do when it is too old', async () => {
    const { code, stdout, stderr } = await plantTree({ bundledNode: false }).run(['echo.ts'], { oldNode: true });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^This needs Node 22\.18 or later, and it is Node 20\.11\.0: .*npm ci.*Node 24\.\n$/);
  });

  it('does not care how old the present Node is when there is one', async () => {
    expect((await plantTree().run(['echo.ts'], { oldNode: true })).code).toBe(7);
  });
});

describe('the bootstrap and signals', () => {
  const WAIT = "process.on('SIGTERM', () => process.exit(5)); setInterval(() => {}, 1000); console.log('up');";

  it('passes them on and ends as the script ends', async () => {
    const tree = plantTree();
    tree.write('wait.ts', WAIT);
    const child = start(tree.root, ['wait.ts']);
    if (child.stdout) await once(child.stdout, 'data');
    child.kill('SIGTERM');
    expect(await once(child, 'close')).toEqual([5, null]);
  });

  it('ends by the signal that ended the script', async () => {
    const tree = plantTree();
    tree.write('die.ts', "process.kill(process.pid, 'SIGKILL'); setInterval(() => {}, 1000);");
    expect(await tree.run(['die.ts'])).toMatchObject({ code: null, signal: 'SIGKILL' });
  });

  it('ends the script when the npm that started it is killed', async () => {
    const tree = plantTree();
    tree.write('wait.ts', `process.on('exit', (code) => console.log('ended', code)); ${WAIT}`);
    // A shell in the place of npm: it starts the bootstrap and waits, as npm does.
    const env = { PATH: `${tree.root}/bin:/usr/bin:/bin`, npm_lifecycle_event: 'start' };
    const npm = spawn('/bin/sh', ['-c', `'${process.execPath}' dev/bootstrap.mjs wait.ts; true`], {
      cwd: tree.root,
      env,
    });
    let output = '';
    npm.stdout.on('data', (chunk) => {
      output += chunk;
    });
    await once(npm.stdout, 'data');
    npm.kill('SIGKILL');
    await once(npm.stdout, 'close');
    expect(output).toBe('up\nended 5\n');
  });
});
