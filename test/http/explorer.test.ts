/** The Explorer's files over HTTP: what is served, and with which promises. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer, Call } from '../../shared/http/call.ts';
import { getExplorer, readBuilt } from '../../shared/http/explorer.ts';
import { Problem } from '../../shared/http/problem.ts';

const PAGE = '<!doctype html><html data-auth-mode="%AUTH_MODE%"></html>';
const SCRIPT = 'export const a = 1;';
let folder: string;
let built: ReturnType<typeof readBuilt>;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'explorer-'));
  mkdirSync(join(folder, 'web/assets'), { recursive: true });
  writeFileSync(join(folder, 'web/index.html'), PAGE);
  writeFileSync(join(folder, 'web/assets/main-abc.js'), SCRIPT);
  writeFileSync(join(folder, 'web/notes.txt'), 'of a type that is not served');
  writeFileSync(join(folder, 'secret.html'), 'beside the build');
  built = readBuilt(join(folder, 'web/'), { AUTH_MODE: 'none' });
});
afterAll(() => rmSync(folder, { recursive: true }));

function ask(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  const url = new URL('http://127.0.0.1/');
  // As the host hands it on: a path that a URL has not tidied up.
  Object.defineProperty(url, 'pathname', { value: path });
  return getExplorer({ url, request: { method, headers: new Headers(headers) } } as unknown as Call, built);
}

async function bytesOf({ body }: Answer): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body as AsyncIterable<Uint8Array>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const statusOf = (path: string) =>
  ask(path).then(
    ({ status = 200 }) => status,
    (error) => (error instanceof Problem ? error.status : error),
  );

describe('the Explorer over HTTP', () => {
  it.each(['/', '/search', '/take', '/no-such-view'])(
    'serves the page at %s, filled in, never kept unasked',
    async (path) => {
      const answer = await ask(path);
      expect((await bytesOf(answer)).toString()).toBe(PAGE.replace('%AUTH_MODE%', 'none'));
      expect(answer.headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' });
    },
  );

  it('answers 404 with the page where no view has that name, and 200 for every view that there is', async () => {
    // Modules of the page run in a browser only.
    const [table, signIn] = ['web/views/table.ts', 'web/api/signIn.ts'].map((file) => readFileSync(file, 'utf8'));
    const found = `${table}${signIn}`.matchAll(/(?:name: |SIGNED_IN_VIEW = )'([a-z-]*)'/g);
    const names = [...found].map(([, name]) => name);
    expect(names).toEqual(expect.arrayContaining(['', 'take', 'signed-in']));
    expect(await Promise.all(names.map((name) => statusOf(`/${name}`)))).toEqual(names.map(() => 200));
    expect(await Promise.all(['/no-such-view', '/searches'].map(statusOf))).toEqual([404, 404]);
  });

  it('serves what is named by its content for good, gzip where that is accepted', async () => {
    const answer = await ask('/assets/main-abc.js', { 'accept-encoding': 'gzip' });
    expect(gunzipSync(await bytesOf(answer)).toString()).toBe(SCRIPT);
    expect(answer.headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'content-encoding': 'gzip',
      'cache-control': 'public, max-age=31536000, immutable',
      vary: 'accept-encoding',
    });
  });

  it('lets nothing inline, nothing foreign and no frame', async () => {
    const { headers = {} } = await ask('/');
    const policy = headers['content-security-policy'] ?? '';
    expect(policy).not.toMatch(/unsafe|http|data:|\*/);
    expect(policy).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
    expect(headers).toMatchObject({ 'referrer-policy': 'no-referrer', 'x-frame-options': 'DENY' });
  });

  it('answers 304 to who has the file, and no body to HEAD', async () => {
    const { headers = {} } = await ask('/');
    expect(await ask('/', { 'if-none-match': headers.etag ?? '' })).toMatchObject({ status: 304 });
    expect((await ask('/', { 'if-none-match': `W/${headers.etag}` })).status).toBe(304);
    expect((await ask('/', { 'if-none-match': '"another"' })).status).toBeUndefined();
    expect((await ask('/', {}, 'HEAD')).body).toBeUndefined();
  });

  it.each([
    '/api/nothing',
    '/api',
    '/../secret.html',
    '/%2e%2e/secret.html',
    '/assets/../../secret.html',
    '/assets/..%5c..%5csecret.html',
    '/notes.txt',
    '/assets/',
    '/.auth/me',
    '/constructor.js',
  ])('finds nothing at %s', async (path) => {
    expect(await statusOf(path)).toBe(404);
  });

  it('says what to do where nothing was built, and looks again the next time', async () => {
    const late = readBuilt(join(folder, 'later/'), {});
    await expect(late()).rejects.toMatchObject({ status: 503, message: expect.stringContaining('npm run build') });
    mkdirSync(join(folder, 'later'));
    writeFileSync(join(folder, 'later/index.html'), PAGE);
    expect([...(await late()).keys()]).toEqual(['/index.html']);
  });
});
