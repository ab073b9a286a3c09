/** The zip that Azure runs: what is in it, and that it runs from an empty folder with nothing of the project beside it. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contentsOf, zipOf } from '../../dev/package/contents.ts';
import { ensureSigningKey } from '../../dev/start/signingKey.ts';
import { ROUTES } from '../../shared/http/routes.ts';
import { APP_VERSION } from '../../shared/version.ts';
import {
  compareWithTruth,
  faultsOf,
  fire,
  type Host,
  pause,
  pullAll,
  runningTimers,
  type Stack,
  startStack,
} from '../support/stack.ts';
import { unzip } from '../support/unzip.ts';

/** Every name that may be in it. */
const ALLOWED = [
  /^(package|host)\.json$/,
  /^(LICENSE|THIRD-PARTY-NOTICES\.txt)$/,
  /^dist\/functions\/[\w.-]+\.js$/,
  /^dist\/verify\.mjs$/,
  /^dist\/web\//,
  /^node_modules\/(@azure\/functions|@azure\/functions-extensions-base|cookie)\/([\w./-]+\.(js|mjs|json)|LICENSE)$/,
];
const TIMERS = globSync('functions/*.ts').flatMap((file) =>
  [...readFileSync(file, 'utf8').matchAll(/app\.timer\('([\w-]+)'/g)].map(([, name = '']) => name),
);
const FUNCTIONS = [...Object.values(ROUTES).map(({ name }) => name), ...TIMERS].sort();

const folder = mkdtempSync(join(tmpdir(), 'package-'));
const app = join(folder, 'app');
let zip: Buffer;
let files: Map<string, Buffer>;
beforeAll(async () => {
  zip = await zipOf(await contentsOf(process.cwd()));
  files = unzip(zip);
  for (const [name, bytes] of files) {
    mkdirSync(dirname(join(app, name)), { recursive: true });
    writeFileSync(join(app, name), bytes);
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('the package', () => {
  it('holds what the app needs and nothing else', () => {
    const names = [...files.keys()];
    expect(names.filter((name) => !ALLOWED.some((allowed) => allowed.test(name)))).toEqual([]);
    expect(names).toEqual(names.toSorted());
    expect(names).toEqual(
      expect.arrayContaining([
        'package.json',
        'host.json',
        'dist/functions/main.js',
        'dist/verify.mjs',
        'dist/web/index.html',
      ]),
    );
    const page = files.get('dist/web/index.html')?.toString() ?? '';
    const parts = [...page.matchAll(/(?:src|href)="\.?\/?(assets\/[^"]+)"/g)].map(([, part]) => `dist/web/${part}`);
    expect(parts.length).toBeGreaterThan(0);
    expect(names).toEqual(expect.arrayContaining(parts));
    expect(names.filter((name) => /\.(map|ts)$|local\.settings|(^|\/)(test|dev)\//.test(name))).toEqual([]);
  });

  it('names no folder of the machine that it was made on', () => {
    const telling = [...files].filter(([, bytes]) => bytes.includes(process.cwd()) || bytes.includes(folder));
    expect(telling.map(([name]) => name)).toEqual([]);
  });

  it('has the same bytes when it is made again', async () => {
    expect((await zipOf(await contentsOf(process.cwd()))).equals(zip)).toBe(true);
  });

  it('is what the command writes, and is named by it as the deployment reads that', () => {
    const said = execFileSync(process.execPath, ['dev/package/main.ts'], { encoding: 'utf8' });
    const [, file = ''] = /^(dist\/[^:]+\.zip): [\d.]+ MB, \d+ files$/m.exec(said) ?? [];
    expect(file).toBe(`dist/entra-log-archive-${APP_VERSION}.zip`);
    expect(readFileSync(file).equals(zip)).toBe(true);
    expect(said).toContain(`SHA-256 ${createHash('sha256').update(zip).digest('hex')}\n`);
  });

  it('brings the licences of what is joined into it, by name and version', () => {
    const notices = files.get('THIRD-PARTY-NOTICES.txt')?.toString() ?? '';
    for (const name of ['@azure/storage-blob', '@azure/identity', '@azure/data-tables', 'tslib']) {
      const { version } = JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8')) as { version: string };
      expect(notices).toMatch(new RegExp(`^${name} ${version} \\(`, 'm'));
    }
  });
});

describe('the package, unpacked into an empty folder', () => {
  let stack: Stack;
  let host: Host;
  beforeAll(async () => {
    const key = join(folder, 'key.pem');
    ensureSigningKey(key);
    stack = await startStack({ days: 2, perDay: 1000, app, settings: { SIGNING_KEY: key, EXPIRE_ENABLED: 'true' } });
    host = await stack.startHost();
  });
  afterAll(() => stack.close());

  it('registers every function that the project has', () => {
    const [, ...listed] = host.output().split('\n');
    expect(TIMERS.length).toBeGreaterThan(5);
    expect(listed.map((line) => /^\s*([a-z][\w-]*)/.exec(line)?.[1] ?? '').sort()).toEqual(
      expect.arrayContaining(FUNCTIONS),
    );
  });

  it('answers with its version', async () => {
    expect(await (await fetch(`${host.url}/api/health`)).json()).toEqual({ status: 'up', version: APP_VERSION });
  });

  it('pulls all that Graph shows, and serves it', async () => {
    await pullAll(host, stack.target);
    expect(faultsOf(await compareWithTruth(host, stack.simulator.url))).toEqual([]);
  });

  it('signs, and puts its verifier into evidence', async () => {
    await fire(host, 'checkpoint');
    while ((await runningTimers(host)).includes('checkpoint')) await pause(100);
    const range = new URLSearchParams({
      from: new Date(stack.now - 7_200_000).toISOString(),
      to: new Date(stack.now - 3_600_000).toISOString(),
    });
    const answer = await fetch(`${host.url}/api/evidence/directoryAudits?${range}`);
    expect(answer.status).toBe(200);
    const evidence = unzip(Buffer.from(await answer.arrayBuffer()));
    const verifier = [...evidence].find(([name]) => name.endsWith('verify.mjs'))?.[1];
    expect(verifier?.equals(readFileSync('dist/verify.mjs'))).toBe(true);
  });

  it('asks the identity of the platform for its tokens', async () => {
    const asked: string[] = [];
    const platform = createServer((request, response) => {
      asked.push(new URL(request.url ?? '', 'http://localhost').searchParams.get('resource') ?? '');
      response.end(JSON.stringify({ access_token: 'x', expires_on: '4102444800', token_type: 'Bearer' }));
    });
    await new Promise<void>((resolve) => platform.listen(0, '127.0.0.1', resolve));
    const { port } = platform.address() as AddressInfo;
    const inAzure = await stack.startHost({
      ArchiveStorage: '',
      EXPIRE_ENABLED: 'false',
      ArchiveStorage__blobServiceUri: 'https://127.0.0.1:9',
      ArchiveStorage__tableServiceUri: 'https://127.0.0.1:9',
      IDENTITY_ENDPOINT: `http://127.0.0.1:${port}/msi/token`,
      IDENTITY_HEADER: 'x',
    });
    const left = new AbortController();
    const waiting = fetch(`${inAzure.url}/api/status`, { signal: left.signal }).catch(() => undefined);
    while (asked.length === 0) await pause(50);
    left.abort();
    await waiting;
    await inAzure.kill();
    platform.close();
    expect(asked[0]).toMatch(/^https:\/\/storage\.azure\.com\/?$/);
  });
});
