/** What no route takes is refused as everything is: by a problem document, on record, and only to whoever says who he is. */
import { HttpRequest, type HttpResponseInit, InvocationContext } from '@azure/functions';
import { describe, expect, it } from 'vitest';
import { createAccessLog } from '../../shared/http/accessLog.ts';
import { Problem } from '../../shared/http/problem.ts';
import { respond } from '../../shared/http/respond.ts';
import { ROUTES } from '../../shared/http/routes.ts';
import { refuseUnrouted } from '../../shared/http/unrouted.ts';
import { accessWorld, waiting } from '../support/accessWorld.ts';
import { OID } from '../support/tokens.ts';

async function ask(method: string, path: string, hasToken = true) {
  const world = accessWorld();
  const deps = world.instance();
  const handler = respond(deps, ROUTES.unrouted, (call) => refuseUnrouted(call, Object.values(ROUTES)), {
    accessLog: createAccessLog(deps),
    authenticate: async () => {
      if (!hasToken) throw new Problem(401, 'Sign-in needed', 'x');
      return { oid: OID, appId: 'an-app', roles: [], cookie: false };
    },
  });
  const request = new HttpRequest({ method, url: `http://localhost${path}` });
  const answer = (await handler(request, new InvocationContext({ invocationId: 'an-id' }))) as HttpResponseInit;
  const headers = answer.headers as Record<string, string>;
  const { title, detail } = JSON.parse(String(answer.body)) as { title: string; detail: string };
  return { status: answer.status, title, detail, headers, rows: waiting(world).length };
}

describe('a request that no route takes', () => {
  it.each([
    ['POST', '/api/logs', 'GET, HEAD'],
    ['DELETE', '/api/logs/directoryAudits?limit=1', 'GET, HEAD'],
    ['PATCH', '/api/holds', 'GET, POST'],
    ['GET', '/api/holds/6b5d4c3a-93b1-4d57-8e20-0f8a6c2e2f10', 'DELETE'],
    ['OPTIONS', '/API/Status', 'GET'],
  ])('%s %s is told what its path takes, on record', async (method, path, allow) => {
    const { status, title, detail, headers, rows } = await ask(method, path);
    expect([status, title, headers.allow, rows]).toEqual([405, 'Method not allowed', allow, 1]);
    expect(detail).toContain(method);
    expect(headers).toMatchObject({ 'content-type': 'application/problem+json', 'x-content-type-options': 'nosniff' });
  });

  it('for a path that there is not is told where the routes are described, on record', async () => {
    for (const path of ['/api', '/api/', '/api/nothing', '/api/logs/a/b']) {
      expect(await ask('GET', path)).toMatchObject({ status: 404, title: 'No such route', rows: 1 });
    }
  });

  it('without a token is told to sign in, and nothing of what there is', async () => {
    for (const path of ['/api/logs', '/api/nothing']) {
      const { status, headers, rows } = await ask('POST', path, false);
      expect([status, headers.allow, rows]).toEqual([401, undefined, 0]);
    }
  });
});
