/**
 * The token goes to the configured host and nowhere else, whatever a page links to and wherever an answer sends us.
 *
 * Two servers listen: home, where the token belongs, and a spy. Every request that this process begins is seen as well,
 * so that one to a third place, or to nowhere, would not go unnoticed.
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TRIES } from '../../shared/graph/failure.ts';
import { HOMELY, HOSTILE } from './links.ts';
import { type Answer, type OverHttp, startOverHttp, TOKEN } from './overHttp.ts';
import { POINTERS, REDIRECTS } from './redirects.ts';
import { startServer } from './server.ts';

const PATH = '/v1.0/auditLogs/directoryAudits?';

/** Authorities that requests were sent to since the test began. */
const sentTo = new Set<string>();
const onRequest = (message: unknown) => {
  const { request } = message as { request: ClientRequest };
  sentTo.add(String(request.getHeader('host')));
};

beforeEach(() => {
  sentTo.clear();
  subscribe('http.client.request.start', onRequest);
});
afterEach(() => {
  unsubscribe('http.client.request.start', onRequest);
});

/** Home and a spy; after `use` only home may have been asked, and the spy must not even have been called. */
async function withSpy(use: (over: OverHttp, home: string, spy: string) => Promise<unknown>): Promise<void> {
  await using spy = await startServer();
  await using over = await startOverHttp();
  const home = `127.0.0.1:${over.server.port}`;
  await use(over, home, `127.0.0.1:${spy.port}`);
  expect({ spy: spy.connections, sentTo: [...sentTo] }).toEqual({ spy: 0, sentTo: [home] });
  const tokens = over.server.requests.map(({ headers }) => headers.authorization);
  expect(new Set(tokens)).toEqual(new Set([`Bearer ${TOKEN}`]));
}

const linking =
  (nextLink: string): Answer =>
  (response) => {
    response.end(`{"@odata.nextLink":${JSON.stringify(nextLink)},"value":[]}`);
  };

describe('hostile links and redirects', () => {
  it('are at least 80, no two alike', () => {
    const links = HOSTILE.map(([, link]) => link('127.0.0.1:1', '127.0.0.1:2'));
    expect(new Set(links).size).toBe(links.length);
    expect(links.length).toBeGreaterThanOrEqual(80);
    expect(REDIRECTS.length + POINTERS.length).toBeGreaterThanOrEqual(60);
  });
});

describe('a link that leads elsewhere', () => {
  it.each(HOSTILE)('ends the window before anything is sent there: %s', async (_case, link) => {
    await withSpy(async (over, home, spy) => {
      over.intercept('later', linking(link(home, spy)));
      const message = `a link points outside http://${home}; it was not followed`;
      expect(await over.failure()).toMatchObject({ kind: 'broken', message });
      expect(over.intercepted).toBe(TRIES.get('broken'));
      await over.archives();
      expect(over.server.requests.filter(({ url }) => !url.startsWith(PATH))).toEqual([]);
    });
  });

  it.each(HOMELY)('is not one that only looks like it: %s', async (_case, link) => {
    await withSpy(async (over, home, spy) => {
      over.intercept('later', (response, asked) => {
        if (asked.request.url?.includes('skiptoken')) linking(link(home, spy))(response, asked);
        else response.writeHead(404).end();
      });
      expect(await over.failure()).toMatchObject({ kind: 'absent' });
      expect(over.intercepted).toBe(2);
      await over.archives();
    });
  });
});

describe('an answer that sends us elsewhere', () => {
  it.each([...REDIRECTS, ...POINTERS])('is not followed and ends the window: $name', async ({ status, headers }) => {
    await withSpy(async (over, home, spy) => {
      over.intercept('later', (response) => {
        response.writeHead(status, headers(home, spy)).end('<meta http-equiv="refresh" content="0">');
      });
      const message = expect.stringMatching(`^Graph answered ${status}: `);
      const kind = status === 401 ? 'token' : 'transient';
      expect(await over.failure()).toMatchObject({ kind, message });
      expect(over.intercepted).toBe(TRIES.get(kind));
      await over.archives();
      expect(over.server.requests.filter(({ url }) => !url.startsWith(PATH) || url.includes('elsewhere'))).toEqual([]);
    });
  });

  it.each([...REDIRECTS, ...POINTERS])('is a page when its status says so: headers of $name', async ({ headers }) => {
    await withSpy(async (over, home, spy) => {
      over.alter((good) => ({ ...good, headers: { ...good.headers, ...headers(home, spy) } }));
      await over.archives();
    });
  });
});
