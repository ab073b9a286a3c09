/** Requests that are too large: refused before it is asked who sends them, in the words of the route. */
import { HttpRequest, type HttpResponseInit, InvocationContext } from '@azure/functions';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../shared/clock.ts';
import type { Deps } from '../../shared/deps.ts';
import { MOST_HEADERS, MOST_URL } from '../../shared/http/limits.ts';
import { respond } from '../../shared/http/respond.ts';
import { ROUTES } from '../../shared/http/routes.ts';
import { UNLOGGED } from '../support/unlogged.ts';

const ORIGIN = 'https://archive.example';
const handled = { body: 'handled' };

async function ask(target: string, headers: Record<string, string> = {}, authMode = 'none') {
  const deps = {
    config: { authMode, authIssuer: 'http://127.0.0.1:1/x/v2.0' },
    clock: systemClock,
    log: () => undefined,
  } as unknown as Deps;
  const handler = respond(deps, ROUTES.logs, async () => handled, { accessLog: UNLOGGED });
  const context = new InvocationContext({ invocationId: 'an-id', functionName: 'logs' });
  const request = new HttpRequest({ method: 'GET', url: `${ORIGIN}${target}`, headers });
  return (await handler(request, context)) as HttpResponseInit & { headers: Record<string, string> };
}

const targetOf = (length: number) => '/api/logs?filter='.padEnd(length, 'x');
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

  it('that is too large is refused before it is asked who sends it', async () => {
    expect((await ask(targetOf(MOST_URL + 1), {}, 'entra')).status).toBe(414);
    expect((await ask('/api/logs', {}, 'entra')).status).toBe(401);
  });
});
