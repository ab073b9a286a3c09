import { randomBytes } from 'node:crypto';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { RequestListener } from 'node:http';
import type { AccessToken, GetTokenOptions, TokenCredential } from '@azure/identity';
import { describe, expect, it } from 'vitest';
import { createGraphClient, type GraphClient, onOrigin } from '../../shared/graph/client.ts';
import { GraphFailure } from '../../shared/graph/failure.ts';
import { CANARIES } from '../support/canaries.ts';
import { AT_GRAPH, AWAY_FROM_GRAPH, HOMELY, HOSTILE } from './links.ts';
import { startServer } from './server.ts';

const forever = new AbortController().signal;
const TOKEN = CANARIES.bearer;

/** A credential that remembers what it was asked for. */
function credentialOf(answer: () => Promise<AccessToken | null>) {
  const asked: { scopes: string | string[]; options: GetTokenOptions | undefined }[] = [];
  const credential: TokenCredential = {
    getToken: (scopes, options) => {
      asked.push({ scopes, options });
      return answer();
    },
  };
  return { asked, credential };
}

const working = () => credentialOf(async () => ({ token: TOKEN, expiresOnTimestamp: Date.now() + 3_600_000 }));

/** Answers one request with `answer` and hands the client's result to `use`. */
async function withServer<T>(
  answer: RequestListener | undefined,
  use: (server: Awaited<ReturnType<typeof startServer>>) => Promise<T>,
): Promise<T> {
  await using server = await startServer(answer);
  return await use(server);
}

const clientOf = (origin: string, limits: { timeoutMs?: number; maxBodyBytes?: number } = {}): GraphClient =>
  createGraphClient({ origin, credential: undefined, ...limits });

/** What a request that must fail fails with. */
async function failureOf(asked: Promise<unknown>): Promise<unknown> {
  return asked.then(
    () => expect.fail('the request succeeded'),
    (error) => error,
  );
}

describe('the Graph client', () => {
  it.each([
    ['nothing', Buffer.alloc(0)],
    ['text with CR, LF and a byte order mark', Buffer.from('\ufeff{"a":\r\n"\\u2013 –"}\n')],
    ['bytes that are no UTF-8', Buffer.from([0x7b, 0xff, 0xfe, 0x00, 0xc3, 0x28, 0x7d])],
    ['numbers that JavaScript would change', Buffer.from('{"a":1.0,"b":12345678901234567890,"a":0.30000000000000004}')],
    ['3 MB of noise', randomBytes(3_000_000)],
  ])('hands back the bytes as they came: %s', async (_case, body) => {
    for (const announced of [true, false]) {
      await withServer(
        (_, response) => {
          response.writeHead(200, announced ? { 'content-length': body.length } : {});
          response.write(body.subarray(0, body.length >> 1));
          response.end(body.subarray(body.length >> 1));
        },
        async ({ origin }) => {
          const answer = await clientOf(origin).get(`${origin}/v1.0/auditLogs/signIns`, forever);
          expect(answer.status).toBe(200);
          expect(answer.body.equals(body)).toBe(true);
        },
      );
    }
  });

  it.each([200, 204, 400, 401, 403, 404, 410, 429, 500, 503, 504])(
    'hands back status %i and its headers',
    async (status) => {
      await withServer(
        (_, response) => response.writeHead(status, { 'Retry-After': '2.128', 'request-id': 'r-1' }).end(),
        async ({ origin }) => {
          const answer = await clientOf(origin).get(`${origin}/beta/x`, forever);
          expect(answer).toMatchObject({ status, headers: { 'retry-after': '2.128', 'request-id': 'r-1' } });
        },
      );
    },
  );

  it('sends one GET with the headers of the contract, and nothing of the SDK', async () => {
    await withServer(undefined, async ({ origin, port, requests }) => {
      await createGraphClient({ origin, credential: working().credential }).get(`${origin}/v1.0/x?$top=1`, forever);
      expect(requests).toEqual([
        {
          method: 'GET',
          url: '/v1.0/x?$top=1',
          headers: {
            host: `127.0.0.1:${port}`,
            connection: 'keep-alive',
            authorization: `Bearer ${TOKEN}`,
            prefer: 'include-unknown-enum-members',
            'accept-encoding': 'identity',
          },
        },
      ]);
    });
  });

  it('uses a connection again', async () => {
    await withServer(undefined, async (server) => {
      const client = clientOf(server.origin);
      for (let n = 0; n < 3; n += 1) await client.get(`${server.origin}/v1.0/x`, forever);
      expect([server.requests.length, server.connections]).toEqual([3, 1]);
    });
  });

  it.each([
    '/beta/auditLogs/signIns?$skiptoken=9177f2e3532fcd4c4d225f68f7b9bdf7_1&$filter=createdDateTime%20ge%202026-11-20T04:59:59Z&$top=1000',
    '/beta/auditLogs/signIns?$top=1000&$filter=a&$skiptoken=b',
    '/v1.0/x?z=1&$filter=a&a=2&$top=3&z=4',
    '/v1.0/x?$filter=createdDateTime+ge+2026-11-20T04%3a59%3A59Z',
    "/v1.0/x?$filter=signInEventTypes/any(t:%20t%20eq%20'interactiveUser')",
    '/v1.0/x?$filter=signInEventTypes%2Fany(t%3A%20t%20eq%20%27interactiveUser%27)',
    '/v1.0/x?$select=id,createdDateTime&$expand=a($select=b)&$orderby=createdDateTime%20desc',
    '/v1.0/x?$skiptoken=',
    '/v1.0/x?$skiptoken=a%2Bb%2fc%3D%3D==&&x',
    '/v1.0/x?',
    '/v1.0/x?=activityDateTime',
    '/v1.0/x?$skiptoken="<a>"|{b}`^~[c]',
    '/v1.0/%2e%2E/x/./../y//z?a=/../b',
    '/v1.0/x?$skiptoken=https://graph.microsoft.com/v1.0',
    `/v1.0/x?$skiptoken=${'0123456789abcdef'.repeat(500)}`,
  ])('sends the link %s as it stands', async (link) => {
    await withServer(undefined, async ({ origin, requests }) => {
      await clientOf(origin).get(`${origin}${link}`, forever);
      expect(requests.map(({ url }) => url)).toEqual([link]);
    });
  });

  it.each([
    ['/v1.0/x?$filter=a b', '/v1.0/x?$filter=a%20b'],
    ['/v1.0/x?$filter=é', '/v1.0/x?$filter=%C3%A9'],
    ['/v1.0/x?a=1#$skiptoken=2', '/v1.0/x?a=1'],
    ['/v1.0/x?a=\r\nx-injected:%201', '/v1.0/x?a=x-injected:%201'],
  ])('escapes what cannot stand in a request line: %j', async (link, sent) => {
    await withServer(undefined, async ({ origin, requests }) => {
      await clientOf(origin).get(`${origin}${link}`, forever);
      expect(requests.map(({ url }) => url)).toEqual([sent]);
      expect(requests[0]?.headers).not.toHaveProperty('x-injected');
    });
  });
});

describe('the token', () => {
  it('is asked for with the scope of the configured origin and the signal of the request', async () => {
    await withServer(undefined, async ({ origin }) => {
      const { asked, credential } = working();
      const { signal } = new AbortController();
      await createGraphClient({ origin, credential }).get(`${origin}/v1.0/x`, signal);
      expect(asked).toEqual([{ scopes: `${origin}/.default`, options: { abortSignal: signal } }]);
    });
  });

  it('is asked for anew with each request, so that the credential can renew it', async () => {
    await withServer(undefined, async ({ origin, requests }) => {
      let issued = 0;
      const { credential } = credentialOf(async () => ({ token: `t${++issued}`, expiresOnTimestamp: 0 }));
      const client = createGraphClient({ origin, credential });
      await client.get(`${origin}/v1.0/x`, forever);
      await client.get(`${origin}/v1.0/x`, forever);
      expect(requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer t1', 'Bearer t2']);
    });
  });

  it('is a fixed one without a credential', async () => {
    await withServer(undefined, async ({ origin, requests }) => {
      await clientOf(origin).get(`${origin}/v1.0/x`, forever);
      expect(requests[0]?.headers.authorization).toBe('Bearer local-simulator');
    });
  });

  it('that cannot be had is the failure, and nothing is sent', async () => {
    await withServer(undefined, async (server) => {
      const failure = Object.assign(new Error('no identity endpoint'), { name: 'CredentialUnavailableError' });
      const { credential } = credentialOf(() => Promise.reject(failure));
      const client = createGraphClient({ origin: server.origin, credential });
      expect(await failureOf(client.get(`${server.origin}/v1.0/x`, forever))).toBe(failure);
      expect(server.connections).toBe(0);
    });
  });

  it('that is empty is a failure too', async () => {
    await withServer(undefined, async (server) => {
      const { credential } = credentialOf(async () => null);
      const client = createGraphClient({ origin: server.origin, credential });
      await expect(client.get(`${server.origin}/v1.0/x`, forever)).rejects.toThrow(/gave no token/);
      expect(server.connections).toBe(0);
    });
  });

  it('that would break the header is a failure that does not show it', async () => {
    await withServer(undefined, async (server) => {
      const { credential } = credentialOf(async () => ({ token: `${TOKEN}\r\nx: 1`, expiresOnTimestamp: 0 }));
      const client = createGraphClient({ origin: server.origin, credential });
      const failure = (await failureOf(client.get(`${server.origin}/v1.0/x`, forever))) as Error;
      expect(failure).toBeInstanceOf(Error);
      expect(failure.message).not.toContain(TOKEN);
      expect(server.connections).toBe(0);
    });
  });
});

describe('a link that leads elsewhere', () => {
  it.each(HOSTILE)('is refused before anything is sent: %s', async (_case, link) => {
    await using spy = await startServer();
    await using home = await startServer();
    const { asked, credential } = working();
    const started: unknown[] = [];
    const onRequest = (message: unknown) => void started.push(message);
    subscribe('http.client.request.start', onRequest);
    try {
      const url = link(`127.0.0.1:${home.port}`, `127.0.0.1:${spy.port}`);
      const failure = await failureOf(createGraphClient({ origin: home.origin, credential }).get(url, forever));
      expect(failure).toBeInstanceOf(GraphFailure);
      expect(failure).toMatchObject({
        kind: 'broken',
        message: `a link points outside ${home.origin}; it was not followed`,
      });
    } finally {
      unsubscribe('http.client.request.start', onRequest);
    }
    expect({ asked, started, spy: spy.connections, home: home.connections }).toEqual({
      asked: [],
      started: [],
      spy: 0,
      home: 0,
    });
  });

  it.each(HOMELY)('is not one that only looks like it: %s', async (_case, link) => {
    await using spy = await startServer();
    await using home = await startServer();
    const client = createGraphClient({ origin: home.origin, credential: working().credential });
    await client.get(link(`127.0.0.1:${home.port}`, `127.0.0.1:${spy.port}`), forever);
    expect(home.requests.map(({ headers }) => headers.authorization)).toEqual([`Bearer ${TOKEN}`]);
    expect(home.requests.map(({ headers }) => headers.host)).toEqual([`127.0.0.1:${home.port}`]);
    expect(spy.connections).toBe(0);
  });

  it.each(AWAY_FROM_GRAPH)('is judged for the real origin too: %s', (url) => {
    expect(() => onOrigin(url, 'https://graph.microsoft.com')).toThrow(GraphFailure);
  });

  it.each(AT_GRAPH)('is not the real origin in another spelling: %s', (url) => {
    expect(onOrigin(url, 'https://graph.microsoft.com').host).toBe('graph.microsoft.com');
  });
});

describe('a redirect', () => {
  it.each([300, 301, 302, 303, 305, 307, 308])('with status %i is an answer and is not followed', async (status) => {
    await using spy = await startServer();
    await withServer(
      (_, response) => response.writeHead(status, { location: `${spy.origin}/v1.0/x` }).end('moved'),
      async ({ origin, requests }) => {
        const client = createGraphClient({ origin, credential: working().credential });
        const answer = await client.get(`${origin}/v1.0/x`, forever);
        expect([answer.status, answer.body.toString()]).toEqual([status, 'moved']);
        expect(requests.length).toBe(1);
        expect(spy.connections).toBe(0);
      },
    );
  });
});
