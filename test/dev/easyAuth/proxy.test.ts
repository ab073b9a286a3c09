/** The imitation of EasyAuth, before a host that only tells what it was sent. */
import { once } from 'node:events';
import http, { type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { startEasyAuth } from '../../../dev/easyAuth/proxy.ts';
import type { LoopbackServer } from '../../../dev/loopback.ts';
import { whenQuiet } from '../../support/slowClient.ts';

const NOW = Date.parse('2026-11-20T12:00:00Z');
const HOUR_MS = 3_600_000;
/** Says what it stands for, so that a test sees which one was handed on. */
const issuer = {
  sign: async (kind: string, { oid, roles }: { oid: string; roles: readonly string[] }) =>
    `${kind} of ${oid} at ${now} with ${roles.join(' ')}`,
};
let now = NOW;
const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

async function inFrontOf(listener: RequestListener): Promise<LoopbackServer> {
  now = NOW;
  const host = http.createServer(listener).listen(0, '127.0.0.1');
  await once(host, 'listening');
  const hostUrl = `http://127.0.0.1:${(host.address() as AddressInfo).port}`;
  const proxy = await startEasyAuth({ port: 0, hostUrl, issuer, clock: { now: () => now } });
  open.push(proxy, { close: () => host.close().closeAllConnections() });
  return proxy;
}

/** Tells the headers that it was sent. */
const echo: RequestListener = (request, response) => response.end(JSON.stringify(request.headers));

/** `fetch` would not send all of these headers. */
async function ask(url: string, headers: Record<string, string> = {}, method = 'GET', body = '') {
  const request = http.request(url, { method, headers, agent: false }).end(body);
  const [answer] = (await once(request, 'response')) as [IncomingMessage];
  const chunks = (await answer.toArray()) as Buffer[];
  const text = Buffer.concat(chunks).toString();
  return { status: answer.statusCode, headers: answer.headers, text };
}

const platforms = (text: string) =>
  Object.fromEntries(
    Object.entries(JSON.parse(text) as Record<string, string>).filter(([name]) => name.startsWith('x-ms-')),
  );

async function signIn(
  { url }: LoopbackServer,
  more: Record<string, string> = {},
  headers: Record<string, string> = {},
) {
  const form = new URLSearchParams({ name: 'anna@contoso.example', roles: 'Archive.Read', ...more });
  return ask(
    `${url}/.auth/login/aad/callback`,
    { 'content-type': 'application/x-www-form-urlencoded', origin: url, ...headers },
    'POST',
    form.toString(),
  );
}

async function signedIn(proxy: LoopbackServer): Promise<{ cookie: string }> {
  const { headers } = await signIn(proxy);
  return { cookie: String(headers['set-cookie']?.[0]?.split(';')[0]) };
}

const FORGED = {
  'x-ms-token-aad-access-token': 'forged',
  'X-MS-TOKEN-AAD-ID-TOKEN': 'forged',
  'x-ms-token-google-access-token': 'forged',
  'X-Ms-Client-Principal': 'forged',
  'x-ms-client-principal-id': 'forged',
  'x-ms-client-principal-name': 'forged',
  'x-ms-client-principal-idp': 'forged',
  'x-ms-client-principal-anything': 'forged',
};

describe('what says who asks', () => {
  it('is dropped where it comes from outside, and nothing else is', async () => {
    const { url } = await inFrontOf(echo);
    const { text } = await ask(`${url}/api/logs`, { ...FORGED, authorization: 'Bearer x', 'x-ms-version': '1' });
    expect(platforms(text)).toEqual({ 'x-ms-version': '1' });
    expect(JSON.parse(text)).toMatchObject({ authorization: 'Bearer x', host: new URL(url).host });
  });

  it('is added for whoever is signed in, whatever was sent', async () => {
    const proxy = await inFrontOf(echo);
    const session = await signedIn(proxy);
    // Named in Connection, a header would be dropped as one of the hop.
    const hop = { connection: 'x-ms-token-aad-access-token, x-ms-client-principal' };
    for (const sent of [{}, FORGED, hop, { ...FORGED, ...hop }]) {
      const { text } = await ask(`${proxy.url}/api/logs`, { ...session, ...sent });
      const { 'x-ms-client-principal': principal, ...told } = platforms(text);
      const oid = told['x-ms-client-principal-id'];
      expect(told).toEqual({
        'x-ms-token-aad-access-token': `user of ${oid} at ${NOW} with Archive.Read`,
        'x-ms-token-aad-id-token': `id of ${oid} at ${NOW} with Archive.Read`,
        'x-ms-token-aad-expires-on': '2026-11-20T13:00:00.000Z',
        'x-ms-client-principal-id': expect.stringMatching(
          /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/,
        ),
        'x-ms-client-principal-name': 'anna@contoso.example',
        'x-ms-client-principal-idp': 'aad',
      });
      expect(JSON.parse(Buffer.from(String(principal), 'base64').toString())).toMatchObject({
        auth_typ: 'aad',
        claims: expect.arrayContaining([{ typ: 'roles', val: 'Archive.Read' }]),
      });
    }
  });

  it.each(['AppServiceAuthSession=made-up', 'AppServiceAuthSession=', 'other=1', '; ;AppServiceAuthSession'])(
    'is nobody with the cookie %j',
    async (cookie) => {
      const { url } = await inFrontOf(echo);
      expect(platforms((await ask(`${url}/api/logs`, { cookie })).text)).toEqual({});
      expect((await ask(`${url}/.auth/me`, { cookie })).status).toBe(401);
      expect((await ask(`${url}/.auth/refresh`, { cookie })).status).toBe(401);
    },
  );
});

describe('signing in', () => {
  it('offers a form that leads back, with nothing in it that was sent', async () => {
    const { url } = await inFrontOf(echo);
    const target = encodeURIComponent('/search?q="><script>alert(1)</script>&x=1');
    const { status, headers, text } = await ask(`${url}/.auth/login/aad?post_login_redirect_uri=${target}`);
    expect(status).toBe(200);
    expect(text).toContain('value="/search?q=&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;x=1"');
    expect(text).not.toContain('<script');
    expect(headers['content-security-policy']).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
  });

  it('sets a cookie that no script and no form of another site can use, and leads back', async () => {
    const proxy = await inFrontOf(echo);
    const { status, headers } = await signIn(proxy, { post_login_redirect_uri: '/search?log=x' });
    expect([status, headers.location]).toEqual([302, `${proxy.url}/search?log=x`]);
    const [cookie = '', ...more] = headers['set-cookie'] ?? [];
    expect(more).toEqual([]);
    expect(cookie).toMatch(/^AppServiceAuthSession=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/);
    expect(headers['cache-control']).toBe('no-store');
  });

  it.each(['http://evil.example/', '//evil.example', '/\\evil.example', '/\t/evil.example'])(
    'leads nowhere else: %j',
    async (target) => {
      const proxy = await inFrontOf(echo);
      const query = encodeURIComponent(target);
      const answers = [
        await ask(`${proxy.url}/.auth/login/aad?post_login_redirect_uri=${query}`),
        await signIn(proxy, { post_login_redirect_uri: target }),
        await ask(`${proxy.url}/.auth/logout?post_logout_redirect_uri=${query}`),
      ];
      for (const { status, headers } of answers)
        expect([status, headers.location, headers['set-cookie']]).toEqual([400, undefined, undefined]);
    },
  );

  it.each([
    ['a form of another origin', {}, { origin: 'http://evil.example' }, 403],
    ['a form of no origin', {}, { origin: 'null' }, 403],
    ['a name that breaks a header', { name: 'anna@contoso.example\r\nx-evil: 1' }, {}, 400],
    ['no name', { name: '' }, {}, 400],
    ['a form that is too large', { more: 'x'.repeat(9000) }, {}, 400],
  ])('is refused for %s', async (_, form, headers, status) => {
    const answer = await signIn(await inFrontOf(echo), form, headers);
    expect([answer.status, answer.headers['set-cookie']]).toEqual([status, undefined]);
  });

  it('gives only roles that there are', async () => {
    const proxy = await inFrontOf(echo);
    const { headers } = await signIn(proxy, { roles: 'Archive.Everything' });
    const cookie = String(headers['set-cookie']?.[0]?.split(';')[0]);
    const { text } = await ask(`${proxy.url}/.auth/me`, { cookie });
    expect(JSON.parse(text)[0].access_token).toMatch(/ with $/);
  });

  it('tells who is signed in, until one signs out', async () => {
    const proxy = await inFrontOf(echo);
    const session = await signedIn(proxy);
    const [me] = JSON.parse((await ask(`${proxy.url}/.auth/me`, session)).text);
    expect(me).toMatchObject({ provider_name: 'aad', user_id: 'anna@contoso.example' });
    const out = await ask(`${proxy.url}/.auth/logout?post_logout_redirect_uri=/`, session);
    expect([out.status, out.headers.location]).toEqual([302, `${proxy.url}/`]);
    expect(out.headers['set-cookie']?.[0]).toMatch(/^AppServiceAuthSession=; .*Max-Age=0$/);
    // The session is gone, not only the cookie.
    expect((await ask(`${proxy.url}/.auth/me`, session)).status).toBe(401);
    expect((await ask(`${proxy.url}/.auth/refresh`, session)).status).toBe(401);
  });

  it.each([
    ['DELETE', '/.auth/me'],
    ['POST', '/.auth/logout'],
    ['GET', '/.auth/login/aad/callback'],
    ['GET', '/.auth/constructor'],
  ])('has no %s %s, and the host is not asked', async (method, path) => {
    const { url } = await inFrontOf(() => expect.unreachable());
    expect((await ask(url + path, {}, method)).status).toBe(404);
  });
});

describe('a session', () => {
  it('hands on its token, expired or not, until it is renewed', async () => {
    const proxy = await inFrontOf(echo);
    const session = await signedIn(proxy);
    const tokenOf = async () =>
      platforms((await ask(`${proxy.url}/api/logs`, session)).text)['x-ms-token-aad-access-token'];
    now += 2 * HOUR_MS;
    expect(await tokenOf()).toContain(`at ${NOW} `);
    expect((await ask(`${proxy.url}/.auth/refresh`, session)).status).toBe(200);
    expect(await tokenOf()).toContain(`at ${now} `);
  });

  it.each([
    [8 * HOUR_MS - 1, 'anna@contoso.example', 200],
    [8 * HOUR_MS, undefined, 200],
    [80 * HOUR_MS - 1, undefined, 200],
    [80 * HOUR_MS, undefined, 401],
  ])('after %d ms is of %s, and renewing it is answered %d', async (milliseconds, name, renewed) => {
    const proxy = await inFrontOf(echo);
    const session = await signedIn(proxy);
    const nameOf = async () => platforms((await ask(`${proxy.url}/`, session)).text)['x-ms-client-principal-name'];
    now += milliseconds;
    expect(await nameOf()).toBe(name);
    expect((await ask(`${proxy.url}/.auth/refresh`, session)).status).toBe(renewed);
    expect(await nameOf()).toBe(renewed === 200 ? 'anna@contoso.example' : undefined);
  });
});

describe('a request on its way', () => {
  it.each([['a length'], ['chunks']])('brings its body, sent with %s', async (how) => {
    const { url } = await inFrontOf(async (request, response) => {
      response.end(`${request.method} ${Buffer.concat((await request.toArray()) as Buffer[])}`);
    });
    const request = http.request(`${url}/api/sweeps`, { method: 'POST', agent: false });
    if (how === 'a length') request.setHeader('content-length', 4);
    else request.write('');
    request.write('ab');
    request.end('cd');
    const [answer] = (await once(request, 'response')) as [IncomingMessage];
    expect(Buffer.concat((await answer.toArray()) as Buffer[]).toString()).toBe('POST abcd');
  });

  it('lets the host wait for a client that does not read', async () => {
    const chunk = Buffer.alloc(1 << 20);
    const most = 256;
    let produced = 0;
    const { url } = await inFrontOf(async (_request, response) => {
      for (; produced < most; produced += 1) if (!response.write(chunk)) await once(response, 'drain');
      response.end();
    });
    const request = http.get(url, { agent: false });
    const [answer] = (await once(request, 'response')) as [IncomingMessage];
    // No more than all sockets on the way hold.
    expect(await whenQuiet(() => produced)).toBeLessThan(most / 4);
    let received = 0;
    for await (const bytes of answer as AsyncIterable<Buffer>) received += bytes.length;
    expect(received).toBe(most * chunk.length);
  });

  it('ends at the host when the client leaves', async () => {
    const left = Promise.withResolvers<boolean>();
    const { url } = await inFrontOf((_request, response) => {
      response.write('part');
      response.on('close', () => left.resolve(response.writableFinished));
    });
    const request = http.get(url, { agent: false });
    const [answer] = (await once(request, 'response')) as [IncomingMessage];
    answer.once('data', () => answer.destroy());
    expect(await left.promise).toBe(false);
  });

  it('is refused under a name that is not this machine', async () => {
    const { url } = await inFrontOf(() => expect.unreachable());
    for (const host of ['evil.example', '127.0.0.1.evil.example', '127.0.0.1:1/', 'evil.example@127.0.0.1'])
      expect((await ask(`${url}/.auth/me`, { host })).status).toBe(421);
  });
});
