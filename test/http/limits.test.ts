/** Requests that are too large: refused before anything is read for them, in the words of the route, and on record. */
import { HttpRequest, type HttpResponseInit, InvocationContext } from '@azure/functions';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../shared/clock.ts';
import { collectAccess } from '../../shared/collectAccess.ts';
import type { Deps } from '../../shared/deps.ts';
import { createAccessLog } from '../../shared/http/accessLog.ts';
import { MOST_HEADERS, MOST_URL } from '../../shared/http/limits.ts';
import { respond } from '../../shared/http/respond.ts';
import { ROUTES } from '../../shared/http/routes.ts';
import { accessRecords, accessWorld } from '../support/accessWorld.ts';
import { UNLOGGED } from '../support/unlogged.ts';

const ORIGIN = 'https://archive.example';
const handled = { body: 'handled' };

async function ask(target: string, headers: Record<string, string> = {}, authMode = 'none') {
  const deps = {
    config: { authMode, authIssuer: `${ORIGIN}/t/v2.0`, authAudience: 'api' },
    clock: systemClock,
    log: () => undefined,
  } as unknown as Deps;
  const handler = respond(deps, ROUTES.logs, async () => handled, { accessLog: UNLOGGED });
  const context = new InvocationContext({ invocationId: 'an-id', functionName: 'logs' });
  const request = new HttpRequest({ method: 'GET', url: `${ORIGIN}${target}`, headers });
  return (await handler(request, context)) as HttpResponseInit & { headers: Record<string, string> };
}

const targetOf = (length: number) => '/api/logs/x?filter='.padEnd(length, 'x');
const manyHeaders = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`x-h-${n}`, '1']));

describe('a request', () => {
  it.each([
    ['a URL at the limit', targetOf(MOST_URL), {}, 200],
    ['a URL beyond it', targetOf(MOST_URL + 1), {}, 414],
    ['a long path', `/api/logs/${'a/'.repeat(MOST_URL)}`, {}, 414],
    ['as many headers as may be', '/api/logs', manyHeaders(MOST_HEADERS), 200],
    ['more headers', '/api/logs', manyHeaders(MOST_HEADERS + 1), 431],
  ] as const)('with %s is let in, or refused as too large', async (_, target, headers, status) => {
    const answer = await ask(target, headers);
    expect(answer.status).toBe(status);
    if (status === 200) return;
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(JSON.parse(String(answer.body))).toMatchObject({ status, detail: expect.stringMatching(/are the most/) });
  });

  it('that is too large is refused as one without a token where it brings none', async () => {
    expect((await ask(targetOf(MOST_URL + 1), {}, 'entra')).status).toBe(401);
  });

  it('that is too large leaves a record, cut to what a record holds', async () => {
    const world = accessWorld();
    const deps = world.instance();
    for (const [target, headers] of [
      [targetOf(MOST_URL + 1), {}],
      ['/api/logs', manyHeaders(MOST_HEADERS + 1)],
    ] as const) {
      const handler = respond(deps, ROUTES.logs, async () => handled, { accessLog: createAccessLog(deps) });
      const context = new InvocationContext({ invocationId: 'an-id', functionName: 'logs' });
      await handler(new HttpRequest({ method: 'GET', url: `${ORIGIN}${target}`, headers }), context);
      world.advance(1);
    }
    world.advance(3600);
    while ((await collectAccess(world.instance())).more);
    const records = [...accessRecords(world).values()];
    expect(records).toMatchObject([
      { route: '/api/logs/{logType}', status: 414, problem: 'URL too long', outcome: 'complete' },
      { route: '/api/logs', status: 431, problem: 'Too many headers', outcome: 'complete' },
    ]);
    expect(String(records[0]?.filter)).toMatch(/^x{4000}…$/);
  });
});
