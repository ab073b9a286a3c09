/** A run: whose turn it is, when it ends, and that no log type's trouble is another's. */
import { describe, expect, it, vi } from 'vitest';
import type { Deps } from '../../shared/deps.ts';
import { type PullSummary, pull } from '../../shared/pull.ts';
import { readStatus } from '../../shared/status.ts';
import { type FakeRequest, refusal } from '../support/fakeGraph.ts';
import { createWorld, DAY, linesOf, rows, TENANT_ID, type World } from '../support/flowHarness.ts';
import { type Around, recording, type StoreCall, writeOf } from '../support/storeHooks.ts';

const REPORTS = [
  'interactiveSignIns',
  'nonInteractiveSignIns',
  'servicePrincipalSignIns',
  'managedIdentitySignIns',
  'directoryAudits',
  'provisioning',
];
const RISK = ['riskDetections', 'servicePrincipalRiskDetections', 'riskyUsers', 'riskyServicePrincipals'];

function busyWorld(options: Parameters<typeof createWorld>[0] = {}): World {
  const world = createWorld(options);
  for (const logType of world.config.logTypes) {
    world.graph.add(logType.name, ...rows(logType, 20, '2026-11-20T08:30:00Z', 400, logType.name));
  }
  return world;
}

const run = (
  world: World,
  deps: Deps = world.instance(),
  stopping = new AbortController().signal,
): Promise<PullSummary> => pull(deps, 'reports', stopping);

/** Log types whose archive holds all rows that Graph has. */
const complete = (world: World) =>
  world.config.logTypes
    .map(({ name }) => name)
    .filter((name) => {
      const { lines } = world.check(name);
      return lines.length > 0 && lines.toSorted().join() === linesOf(world.graph.visible(name, 1e9, 0)).join();
    });

const stateOf = async (world: World, name: string) =>
  (await readStatus(world.instance(), 1000)).find(({ logType }) => logType === name);

describe('a run', () => {
  it('brings every log type of its Graph budget up to date, and no other', async () => {
    const world = busyWorld();
    expect(await run(world)).toEqual({ windows: REPORTS.length, sweeps: 0, failed: [], behind: [] });
    expect(complete(world)).toEqual(REPORTS);
    expect(await pull(world.instance(), 'risk', new AbortController().signal)).toEqual({
      windows: RISK.length,
      sweeps: 0,
      failed: [],
      behind: [],
    });
    expect(complete(world)).toEqual([...REPORTS, ...RISK]);
  });

  it('asks Graph nothing and commits nothing when all is up to date', async () => {
    const world = busyWorld();
    await run(world);
    const asked = world.graph.requests.length;
    const calls: StoreCall[] = [];
    expect(await run(world, world.instance(recording(calls)))).toEqual({
      windows: 0,
      sweeps: 0,
      failed: [],
      behind: [],
    });
    expect(world.graph.requests.length).toBe(asked);
    expect(calls.map(writeOf).filter((write) => write !== undefined)).toEqual([]);
  });

  it('takes what the source forgets soonest first', async () => {
    const keeps = { directoryAudits: 30, provisioning: 3, managedIdentitySignIns: 7 };
    const world = createWorld({
      logTypes: Object.keys(keeps),
      settings: Object.fromEntries(
        Object.entries(keeps).map(([name, days]) => [`SOURCE_RETENTION_DAYS__${name}`, String(days)]),
      ),
    });
    await run(world);
    const watermark = world.until();
    world.advance(2.5 * DAY);
    const asked = world.graph.requests.length;
    await run(world);
    // Only the heads: what is read again lies before the watermark.
    const heads = world.graph.requests.slice(asked).filter(({ url }) => lowerBound(url) >= watermark - 2);
    expect(heads.map(({ logType }) => logType.name)).toEqual([
      ...repeat('provisioning', 3),
      ...repeat('managedIdentitySignIns', 3),
      ...repeat('directoryAudits', 3),
    ]);
  });

  it('ends when its time is used, and says who is behind', async () => {
    const world = busyWorld();
    world.graph.script = () => void world.advance(250);
    const summary = await run(world);
    expect(summary).toEqual({ windows: 3, sweeps: 0, failed: [], behind: REPORTS.slice(3) });
    expect(complete(world)).toEqual(REPORTS.slice(0, 3));
  });

  it('does not begin when the host is stopping', async () => {
    const world = busyWorld();
    await run(world, undefined, AbortSignal.abort(new Error('the host is shutting down')));
    expect(world.graph.requests).toEqual([]);
  });

  it('discards the window under way when the host stops, and notes no failure', async () => {
    const world = busyWorld();
    world.graph.pageSize = 8;
    const host = new AbortController();
    world.graph.script = ({ logType, page }) => {
      if (logType.name === 'nonInteractiveSignIns' && page === 2) host.abort(new Error('the host is shutting down'));
      return undefined;
    };
    const summary = await run(world, undefined, host.signal);
    expect(summary).toEqual({ windows: 1, sweeps: 0, failed: [], behind: REPORTS.slice(1) });
    expect(world.check('nonInteractiveSignIns')).toMatchObject({ entries: [{ kind: 'config' }], unreferenced: [] });
    expect(await stateOf(world, 'nonInteractiveSignIns')).toMatchObject({ lastError: null });
    world.graph.script = () => undefined;
    await run(world);
    expect(complete(world)).toEqual(REPORTS);
  });

  it('notes a window that outlasts the run as a failure of its log type', async () => {
    const world = busyWorld();
    world.graph.pageSize = 8;
    const overdue = new AbortController();
    const timeout = vi.spyOn(AbortSignal, 'timeout').mockReturnValue(overdue.signal);
    world.graph.script = ({ logType }) => {
      if (logType.name === 'nonInteractiveSignIns') overdue.abort(new DOMException('too late', 'TimeoutError'));
      return undefined;
    };
    const summary = await run(world);
    timeout.mockRestore();
    expect(summary).toMatchObject({ windows: 1, sweeps: 0, failed: ['nonInteractiveSignIns'] });
    const status = await stateOf(world, 'nonInteractiveSignIns');
    expect(status).toMatchObject({ state: 'failing', watermark: null });
    expect(status?.lastError?.message).toContain('took longer than 780 s');
  });
});

/** The lower bound that a request asks for: seconds since 1970. */
const lowerBound = (url: string): number =>
  Date.parse(/ g[et] (\S+)/.exec(new URL(url).searchParams.get('$filter') ?? '')?.[1] ?? '') / 1000;

const repeat = (name: string, count: number) => Array.from({ length: count }, () => name);

describe('a log type in trouble', () => {
  const AUDITS = 'directoryAudits';
  const answering =
    (status: number, code: string, message = '') =>
    ({ logType }: FakeRequest) =>
      logType.name === AUDITS ? refusal(status, code, message) : undefined;
  const failingState: Around = (call, go) => {
    if (call.target.startsWith(`${TENANT_ID}|${AUDITS}/`)) throw new Error('the table does not answer');
    return go();
  };
  const troubles: readonly (readonly [
    what: string,
    state: string | undefined,
    (world: World) => Around | undefined,
  ])[] = [
    ['forbidden', 'forbidden', (world) => script(world, answering(403, 'Authorization_RequestDenied'))],
    [
      'unlicensed',
      'unlicensed',
      (world) => script(world, answering(403, 'Authentication_RequestFromNonPremiumTenantOrB2CTenant')),
    ],
    ['absent', 'absent', (world) => script(world, answering(404, 'ResourceNotFound'))],
    ['throttled', 'throttled', (world) => script(world, answering(429, 'TooManyRequests'))],
    ['down', 'failing', (world) => script(world, answering(503, 'ServiceUnavailable'))],
    [
      'torn',
      'torn',
      (world) => {
        world.stores.containers.get('ledger')?.set(`${TENANT_ID}/${AUDITS}/000000000001.json`, Buffer.from('{}'));
        return undefined;
      },
    ],
    [
      'without its container',
      'misconfigured',
      (world) => {
        world.stores.containers.delete('archive-90d');
        return undefined;
      },
    ],
    ['without its rows of the table', undefined, () => failingState],
  ];

  it.each(troubles)('%s: does not stop the others', async (_what, state, begin) => {
    const world = busyWorld({ settings: { [`RETENTION_DAYS__${AUDITS}`]: '90' } });
    const around = begin(world);
    const summary = await run(world, world.instance(around));
    expect(summary).toEqual({ windows: REPORTS.length - 1, sweeps: 0, failed: [AUDITS], behind: [AUDITS] });
    const others = REPORTS.filter((name) => name !== AUDITS);
    for (const name of others) {
      const { lines } = world.check(name);
      expect(lines.toSorted()).toEqual(linesOf(world.graph.visible(name, 1e9, 0)));
    }
    const status = await stateOf(world, AUDITS);
    if (state !== undefined) expect(status?.state).toBe(state);
    expect(world.logs).toContainEqual(
      expect.objectContaining({ level: 'warn', fields: expect.objectContaining({ logType: AUDITS }) }),
    );
  });

  it('is tried three times in a run, each time with half the window', async () => {
    const world = busyWorld();
    world.graph.script = answering(410, 'gone');
    await run(world);
    const asked = world.graph.requests.filter(({ logType }) => logType.name === AUDITS);
    expect(asked.map(({ url }) => / le (\S+)/.exec(new URL(url).searchParams.get('$filter') ?? '')?.[1])).toEqual([
      '2026-11-20T12:05:01Z',
      '2026-11-20T01:00:01Z',
      '2026-11-19T19:00:01Z',
    ]);
  });

  it.each([
    [403, 'Authorization_RequestDenied'],
    [404, 'ResourceNotFound'],
    [400, 'BadRequest'],
    [403, 'Authentication_RequestFromNonPremiumTenantOrB2CTenant'],
  ])('that answers %i %s is read once in a run: the answer will not change', async (status, code) => {
    const world = busyWorld();
    world.graph.script = answering(status, code);
    const asked = () => world.graph.requests.filter(({ logType }) => logType.name === AUDITS).length;
    await expect(world.collect(AUDITS)).rejects.toThrow('Graph answered');
    const once = asked();
    await run(world);
    expect(asked()).toBe(2 * once);
  });

  it('is not read again and again for a container that is not there', async () => {
    const world = busyWorld({ settings: { [`RETENTION_DAYS__${AUDITS}`]: '90' } });
    world.stores.containers.delete('archive-90d');
    await run(world);
    expect(world.graph.requests.filter(({ logType }) => logType.name === AUDITS)).toHaveLength(1);
  });

  it('does not use up the time of the others: it waits until they are up to date', async () => {
    const world = busyWorld();
    const broken = REPORTS.slice(0, 4);
    world.graph.script = ({ logType }) =>
      broken.includes(logType.name) ? refusal(503, 'ServiceUnavailable') : undefined;
    for (let n = 0; n < 3; n += 1) {
      const summary = await run(world);
      expect(summary.behind).toEqual(broken);
      world.advance(900);
    }
    expect(complete(world)).toEqual(REPORTS.slice(4));
  });

  it('recovers by itself, and then is healthy', async () => {
    const world = busyWorld();
    world.graph.script = answering(403, 'Authorization_RequestDenied');
    await run(world);
    expect(await stateOf(world, AUDITS)).toMatchObject({ state: 'forbidden', lastSuccess: null });
    world.graph.script = () => undefined;
    world.advance(900);
    expect(await run(world)).toMatchObject({ failed: [], behind: [] });
    expect(await stateOf(world, AUDITS)).toMatchObject({
      state: 'healthy',
      lastSuccess: '2026-11-20T12:35:00Z',
      lastError: { time: '2026-11-20T12:20:00Z' },
    });
  });

  it('is said with where it stands, in the first failure of a run too', async () => {
    const world = busyWorld();
    await run(world);
    world.advance(900);
    world.graph.script = answering(403, 'Authorization_RequestDenied');
    await run(world);
    expect((await stateOf(world, AUDITS))?.lastError?.message).toMatch(
      /^collecting directoryAudits after 2026-11-20T12:05:00Z failed: /,
    );
  });
});

function script(world: World, answer: World['graph']['script']): undefined {
  world.graph.script = answer;
}
