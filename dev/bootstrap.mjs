/**
 * How every npm script starts: `node dev/bootstrap.mjs <script.ts | name of a bin> [arguments…]`.
 *
 * It promises a fresh clone that works with nothing but Node 20 and npm: what package-lock.json asks for is installed,
 * and the script runs on the Node 24 that is one of the development dependencies, whatever the machine has. Standard
 * streams, signals and the exit code pass through. It is plain JavaScript because an old Node has to read it, and it
 * imports nothing that would have to be installed first.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The first Node that runs TypeScript as it is. */
const OLDEST_NODE = [22, 18];
const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const modules = path.join(root, 'node_modules');
const bins = path.join(modules, '.bin');

const [target, ...args] = process.argv.slice(2);
if (target === undefined) fail('usage: node dev/bootstrap.mjs <script.ts | name of a bin> [arguments…]');
if (!isInstalled()) install();
run(chooseNode(), [resolveTarget(target), ...args]);

/** Whether node_modules is what package-lock.json asks for. What another platform needs may be absent. */
function isInstalled() {
  const installed = packagesOf(path.join(modules, '.package-lock.json'));
  const wanted = packagesOf(path.join(root, 'package-lock.json'));
  if (!installed || !wanted) return false;
  return Object.entries(wanted).every(([name, entry]) => {
    const there = installed[name];
    if (name === '') return true;
    if (!there) return Boolean(entry.optional || entry.devOptional);
    return there.version === entry.version && there.integrity === entry.integrity;
  });
}

/** The packages of a lock file; `undefined` when there is no such file. */
function packagesOf(file) {
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch (error) {
    return fail(`${path.relative(root, file)} cannot be read: ${error.message}. Restore it, or delete node_modules.`);
  }
}

function install() {
  process.stderr.write('Installing what package-lock.json asks for (npm ci); this takes a minute once …\n');
  const npm = spawnSync('npm', ['ci'], {
    cwd: root,
    // The installed Node is about to be replaced: npm must not run on it.
    env: { ...process.env, PATH: searchPath().join(path.delimiter) },
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    shell: process.platform === 'win32',
  });
  if (npm.error) fail(`npm could not be started: ${npm.error.message}. Install npm, or run 'npm ci' by hand.`);
  if (npm.signal) process.exit(130);
  if (npm.status !== 0)
    fail(`${npm.stdout}${npm.stderr}\n'npm ci' failed with the output above. Mend it and try again.`);
}

/** PATH without this tree's own programs. */
function searchPath() {
  return (process.env.PATH ?? '').split(path.delimiter).filter((folder) => path.resolve(folder) !== bins);
}

/** The program that runs the script: the Node of the development dependencies, or this one if it is new enough. */
function chooseNode() {
  const bundled = path.join(modules, 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (existsSync(bundled)) return bundled;
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return process.execPath;
  return fail(
    `This needs Node ${OLDEST_NODE.join('.')} or later, and it is Node ${process.versions.node}: the Node 24 that the ` +
      "project brings along is not installed. Run 'npm ci' without --ignore-scripts, or use Node 24.",
  );
}

/** A path stands for itself; anything else is the name of a bin of the dependencies. */
function resolveTarget(name) {
  if (/[/\\]|\.[cm]?[jt]s$/.test(name)) return path.resolve(name);
  const bin = path.join(bins, name);
  return existsSync(bin)
    ? realpathSync(bin)
    : fail(`'${name}' is neither a script nor a program in node_modules/.bin.`);
}

/** Runs the script and ends as it ends. */
function run(node, argv) {
  const env = { ...process.env, PATH: [bins, ...searchPath()].join(path.delimiter) };
  const child = spawn(node, argv, { stdio: 'inherit', env });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      // Ctrl-C reaches everything in the terminal by itself; passed on, it would look like a second one.
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    });
  }
  const orphaned = endWithParent(child);
  child.on('error', (error) => fail(`${node} cannot be run: ${error.message}. Run 'npm ci' anew, or use Node 24.`));
  child.on('exit', (code, signal) => {
    clearInterval(orphaned);
    if (code !== null) process.exit(code);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

/** An npm that was killed cannot pass that on: its script is asked to end once it is gone. */
function endWithParent(child) {
  if (process.env.npm_lifecycle_event === undefined) return undefined;
  const parent = process.ppid;
  return setInterval(() => process.ppid !== parent && child.kill('SIGTERM'), 1000).unref();
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
