/** Who may do what: every operation with every role, and with none. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROLES, type Role } from '../../shared/access/caller.ts';
import { createAuthenticate } from '../../shared/http/authenticate.ts';
import { ROUTES } from '../../shared/http/routes.ts';
import { accessWorld } from '../support/accessWorld.ts';
import { asking, TARGETS, type Target } from '../support/routeRequests.ts';
import { claimsOf, type SignInService, sign, startSignIn } from '../support/tokens.ts';

let service: SignInService;
let ask: ReturnType<typeof asking>;
let tokenOf: (...roles: Role[]) => Promise<string>;

beforeAll(async () => {
  service = await startSignIn();
  const deps = accessWorld({ settings: service.settings }).instance();
  ask = asking(deps, { authenticate: createAuthenticate(deps) });
  tokenOf = (...roles) => sign(claimsOf(service.issuer, deps.clock.now(), { roles }));
});
afterAll(() => service[Symbol.asyncDispose]());

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

/** What each role is answered: Read, Export, Verify, Admin, a token without a role, no token. */
async function rowOf(target: Target): Promise<number[]> {
  const statuses: number[] = [];
  for (const role of ROLES) statuses.push((await ask(target, bearer(await tokenOf(role)))).status);
  statuses.push((await ask(target, bearer(await tokenOf()))).status);
  statuses.push((await ask(target, {})).status);
  return statuses;
}

describe('the roles', () => {
  it('open exactly this', async () => {
    const table: Record<string, string> = {};
    for (const target of TARGETS) table[`${target.method} ${target.url}`] = (await rowOf(target)).join(' ');
    expect(table).toMatchInlineSnapshot(`
      {
        "DELETE /api/holds/6b5d4c3a-93b1-4d57-8e20-0f8a6c2e2f10": "403 403 403 200 403 401",
        "GET /": "200 200 200 200 200 200",
        "GET /api/coverage": "200 403 403 403 403 401",
        "GET /api/coverage/directoryAudits": "200 403 403 403 403 401",
        "GET /api/evidence/directoryAudits": "403 200 403 403 403 401",
        "GET /api/exports/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa": "403 200 403 403 403 401",
        "GET /api/graph/beta/auditLogs/customSecurityAttributeAudits": "200 403 403 403 403 401",
        "GET /api/graph/beta/auditLogs/customSecurityAttributeAudits/Directory_0a4c_00001": "200 403 403 403 403 401",
        "GET /api/graph/beta/auditLogs/directoryAudits": "200 403 403 403 403 401",
        "GET /api/graph/beta/auditLogs/directoryAudits/Directory_0a4c_00001": "200 403 403 403 403 401",
        "GET /api/graph/beta/auditLogs/provisioning": "200 403 403 403 403 401",
        "GET /api/graph/beta/auditLogs/provisioning/Directory_0a4c_00001": "200 403 403 403 403 401",
        "GET /api/graph/beta/auditLogs/signIns": "200 403 403 403 403 401",
        "GET /api/graph/beta/auditLogs/signIns/Directory_0a4c_00001": "200 403 403 403 403 401",
        "GET /api/graph/beta/identityProtection/riskDetections": "200 403 403 403 403 401",
        "GET /api/graph/beta/identityProtection/riskDetections/Directory_0a4c_00001": "200 403 403 403 403 401",
        "GET /api/graph/beta/identityProtection/riskyServicePrincipals": "200 403 403 403 403 401",
        "GET /api/graph/beta/identityProtection/riskyServicePrincipals/Directory_0a4c_00001": "200 403 403 403 403 401",
        "GET /api/graph/beta/identityProtection/riskyUsers": "200 403 403 403 403 401",
        "GET /api/graph/beta/identityProtection/riskyUsers/Directory_0a4c_00001": "200 403 403 403 403 401",
        "GET /api/graph/beta/identityProtection/servicePrincipalRiskDetections": "200 403 403 403 403 401",
        "GET /api/graph/beta/identityProtection/servicePrincipalRiskDetections/Directory_0a4c_00001": "200 403 403 403 403 401",
        "GET /api/health": "200 200 200 200 200 200",
        "GET /api/holds": "403 403 403 200 403 401",
        "GET /api/integrity/checkpoints/directoryAudits": "403 403 200 403 403 401",
        "GET /api/integrity/checkpoints/directoryAudits/24": "403 403 200 403 403 401",
        "GET /api/integrity/keys": "403 403 200 403 403 401",
        "GET /api/integrity/proofs/consistency/directoryAudits": "403 403 200 403 403 401",
        "GET /api/integrity/proofs/entry/directoryAudits/0": "403 403 200 403 403 401",
        "GET /api/integrity/proofs/record/directoryAudits/Directory_0a4c_00001": "403 403 200 403 403 401",
        "GET /api/logs": "200 403 403 403 403 401",
        "GET /api/logs/directoryAudits": "403 200 403 403 403 401",
        "GET /api/logs/directoryAudits?count=1": "200 403 403 403 403 401",
        "GET /api/logs/directoryAudits?limit=1": "200 403 403 403 403 401",
        "GET /api/openapi.json": "200 200 200 200 200 200",
        "GET /api/segments/directoryAudits": "200 403 403 403 403 401",
        "GET /api/status": "200 403 403 403 403 401",
        "GET /api/subjects": "403 200 403 403 403 401",
        "GET /api/sweeps/6b5d4c3a-93b1-4d57-8e20-0f8a6c2e2f10": "403 403 403 200 403 401",
        "HEAD /": "200 200 200 200 200 200",
        "HEAD /api/health": "200 200 200 200 200 200",
        "HEAD /api/logs": "200 403 403 403 403 401",
        "HEAD /api/logs/directoryAudits": "200 403 403 403 403 401",
        "POST /api/holds": "403 403 403 200 403 401",
        "POST /api/sweeps": "403 403 403 200 403 401",
      }
    `);
  });

  it.each([
    '/api/logs/archiveAccess',
    '/api/logs/archiveAccess?limit=1',
    '/api/logs/archiveAccess?count=only',
    '/api/coverage/archiveAccess',
    '/api/segments/archiveAccess',
    '/api/evidence/archiveAccess',
    '/api/integrity/checkpoints/archiveAccess',
    '/api/logs/%61rchiveAccess',
    '/API/LOGS/archiveAccess',
  ])('open who looked at what to Archive.Verify alone: %s', async (url) => {
    const name = url.split('/')[2]?.toLowerCase() as 'logs';
    expect(await rowOf({ route: ROUTES[name], method: 'GET', url })).toEqual([403, 403, 200, 403, 403, 401]);
  });

  it('are named by a refusal, with who assigns them', async () => {
    for (const target of TARGETS.filter(({ route }) => route.access !== 'public' && route !== ROUTES.graph)) {
      const { status, problem } = await ask(target, bearer(await tokenOf()));
      expect([status, ROLES.includes(problem.role as Role), problem.detail]).toEqual([
        403,
        true,
        expect.stringContaining(`needs the app role ${problem.role}; the token has none. An administrator assigns it`),
      ]);
    }
  });

  it('are not asked for of whoever misspelled what decides which is needed', async () => {
    const headers = bearer(await tokenOf('Archive.Read'));
    for (const [query, status, title] of [
      ['Limit=1', 400, 'Bad parameter'],
      ['limit=1&limit=2', 400, 'Bad parameter'],
      ['from=2026-11-20', 403, 'Role needed'],
      ['limit=1', 200, undefined],
    ] as const) {
      const { problem, ...answer } = await ask(
        { route: ROUTES.logs, method: 'GET', url: `/api/logs/x?${query}` },
        headers,
      );
      expect([query, answer.status, problem.title]).toEqual([query, status, title]);
    }
  });

  it('come with an answer that no page but ours can use', async () => {
    for (const target of TARGETS) {
      for (const headers of [{}, bearer(await tokenOf()), bearer(await tokenOf(...ROLES))]) {
        expect((await ask(target, headers)).headers).toMatchObject({
          'cache-control': 'no-store',
          'content-security-policy': expect.stringContaining("frame-ancestors 'none'"),
          'cross-origin-resource-policy': 'same-origin',
          'referrer-policy': 'no-referrer',
          'strict-transport-security': 'max-age=31536000',
          'x-content-type-options': 'nosniff',
          'x-frame-options': 'DENY',
        });
      }
    }
  });
});
