/** No token that is not the real thing opens any route. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAuthenticate } from '../../shared/http/authenticate.ts';
import { accessWorld } from '../support/accessWorld.ts';
import { type Forgery, forgeries, principalOf } from '../support/forgeries.ts';
import { asking, TARGETS } from '../support/routeRequests.ts';
import { claimsOf, type SignInService, sign, startSignIn } from '../support/tokens.ts';
import { UNLOGGED } from '../support/unlogged.ts';

let service: SignInService;
let ask: ReturnType<typeof asking>;
let forged: Forgery[];
let now: number;
let refused = 0;

beforeAll(async () => {
  service = await startSignIn();
  const world = accessWorld({ settings: service.settings });
  const deps = world.instance();
  now = deps.clock.now();
  const countRefused = () => {
    refused += 1;
  };
  const accessLog = { ...UNLOGGED, countRefused };
  ask = asking(deps, { accessLog, authenticate: createAuthenticate(deps) });
  forged = await forgeries(service.issuer, now);
});
afterAll(() => service[Symbol.asyncDispose]());

const CLOSED = TARGETS.filter(({ route }) => route.access !== 'public');

describe('a token that is not the real thing', () => {
  it('comes in more than 60 kinds', () => {
    expect(new Set(forged.map(({ name }) => name)).size).toBe(forged.length);
    expect(forged.length).toBeGreaterThanOrEqual(60);
  });

  it.each(CLOSED)('opens nothing: $method $url', async (target) => {
    const before = refused;
    const answers = await Promise.all(
      forged.map(async ({ name, headers }) => [name, (await ask(target, headers)).status]),
    );
    expect(Object.fromEntries(answers)).toEqual(Object.fromEntries(forged.map(({ name, status }) => [name, status])));
    expect(refused - before).toBe(forged.filter(({ status }) => status === 401).length);
  });

  it('does not say where keys are: only the configured address is asked', () => {
    const { pathname } = new URL(service.issuer);
    expect([...new Set(service.asked)]).toEqual([pathname.replace(/v2\.0$/, 'discovery/v2.0/keys')]);
  });

  it('is told what is wrong and what to do', async () => {
    for (const { name, headers, status } of forged.filter((each) => each.status === 401)) {
      const answer = await ask(CLOSED[0] as (typeof CLOSED)[number], headers);
      const isNothing = answer.problem.title === 'Sign-in needed';
      expect([name, answer.status, String(answer.problem.detail)]).toEqual([
        name,
        status,
        expect.stringMatching(/az account get-access-token/),
      ]);
      expect(answer.headers['www-authenticate']).toMatch(
        isNothing
          ? /^Bearer realm="entra-log-archive"$/
          : /^Bearer realm="entra-log-archive", error="invalid_token", error_description="[\x20\x21\x23-\x5b\x5d-\x7e]+"$/,
      );
      expect(answer.headers['content-type']).toMatch(/json/);
    }
  });
});

describe('who somebody says he is', () => {
  it('changes nothing: without a token, with one without roles, and with one that has them', async () => {
    const bearer = async (roles: string[]): Promise<Record<string, string>> => ({
      authorization: `Bearer ${await sign(claimsOf(service.issuer, now, { roles }))}`,
    });
    for (const own of [{}, await bearer([]), await bearer(['Archive.Read'])]) {
      for (const target of TARGETS) {
        const [plain, claimed] = [await ask(target, own), await ask(target, { ...own, ...principalOf() })];
        const { instance: _, ...said } = plain.problem;
        expect([claimed.status, claimed.problem]).toEqual([plain.status, expect.objectContaining(said)]);
      }
    }
  });
});
