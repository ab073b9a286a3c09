/** The order of the refusals: each is met only by a request that everything before lets through. */
import { HttpRequest, type HttpResponseInit, InvocationContext } from '@azure/functions';
import { expect, it } from 'vitest';
import type { Caller } from '../../shared/access/caller.ts';
import type { Deps } from '../../shared/deps.ts';
import { json } from '../../shared/http/call.ts';
import { Problem } from '../../shared/http/problem.ts';
import { type RespondOptions, respond } from '../../shared/http/respond.ts';
import { ROUTES } from '../../shared/http/routes.ts';
import { BadQuery } from '../../shared/query/range.ts';

const CALLER: Caller = { oid: 'somebody', appId: 'an-app', roles: ['Archive.Admin'], cookie: true };
const LONG = 'x'.repeat(9000);

/** What has to be mended for a request to come one refusal further, in the order in which it is told so. */
const MENDED = ['token', 'log', 'size', 'parameter', 'role', 'page', 'place', 'purpose', 'body'] as const;
type Mended = (typeof MENDED)[number];

async function ask(mended: readonly Mended[]) {
  const does = (what: Mended) => mended.includes(what);
  const log: string[] = [];
  const deps = { config: { authMode: 'none', purposeRequired: true }, log: () => undefined } as unknown as Deps;
  const options: RespondOptions = {
    authenticate: async () => {
      if (!does('token')) throw new Problem(401, 'token', '');
      return { ...CALLER, roles: does('role') ? CALLER.roles : [] };
    },
    accessLog: {
      open: async () => {
        if (!does('log')) throw new Problem(503, 'log', '');
        log.push('began');
        return {
          note: async () => undefined,
          concerns: () => undefined,
          end: async ({ status }) => void log.push(`ended ${status}`),
        };
      },
      countRefused: () => log.push('counted'),
      flush: async () => undefined,
    },
    cap: {
      enter: () => {
        if (!does('place')) throw new Problem(429, 'place', '');
        log.push('entered');
        return () => log.push('left');
      },
    },
  };
  const handler = respond(
    deps,
    ROUTES.sweeps,
    async () => {
      if (!does('body')) throw new BadQuery('from', '');
      return json({});
    },
    options,
  );
  const query = `${does('parameter') ? '' : '?x=1'}${does('size') ? '' : LONG}`;
  const headers = {
    ...(does('page') && { 'sec-fetch-site': 'same-origin', 'x-requested-with': 'entra-log-archive' }),
    ...(does('purpose') && { 'x-purpose': 'a%20case' }),
  };
  const request = new HttpRequest({ method: 'POST', url: `http://localhost/api/sweeps${query}`, headers });
  const context = new InvocationContext({ invocationId: 'an-id', functionName: 'sweeps' });
  const { status, body } = (await handler(request, context)) as HttpResponseInit;
  const { title, detail } = JSON.parse(String(body)) as { title?: string; detail?: string };
  return { told: [status, title, detail?.slice(0, 3)], log };
}

it('refuses in one order, on record from the first moment that it is known who asks, and gives every place back', async () => {
  const told = await Promise.all([...MENDED.keys(), MENDED.length].map((count) => ask(MENDED.slice(0, count))));
  expect(told).toEqual([
    { told: [401, 'token', ''], log: ['counted'] },
    { told: [503, 'log', ''], log: [] },
    { told: [414, 'URL too long', 'The'], log: ['began', 'ended 414'] },
    { told: [400, 'Bad parameter', "'x'"], log: ['began', 'ended 400'] },
    { told: [403, 'Role needed', 'Thi'], log: ['began', 'ended 403'] },
    { told: [403, 'Not from this page', 'Wit'], log: ['began', 'ended 403'] },
    { told: [429, 'place', ''], log: ['began', 'ended 429'] },
    { told: [400, 'Purpose needed', 'Thi'], log: ['began', 'entered', 'ended 400', 'left'] },
    { told: [400, 'Bad parameter', ''], log: ['began', 'entered', 'ended 400', 'left'] },
    { told: [200, undefined, undefined], log: ['began', 'entered', 'ended 200', 'left'] },
  ]);
});
