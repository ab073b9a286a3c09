/** What an operator is told of each log type. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type FailureKind, GraphFailure } from '../../shared/graph/failure.ts';
import { applyLedger, LedgerBehind, LedgerTorn } from '../../shared/ledger.ts';
import { readStatus } from '../../shared/status.ts';
import { recordFailure, recordSuccess } from '../../shared/statusRow.ts';
import { ContainerMissing } from '../../shared/storage/port.ts';
import { logTypeStatus } from '../dev/start/statuses.ts';
import { createWorld, rows, TENANT_ID, type World, worldOf } from '../support/flowHarness.ts';
import { recording, type StoreCall, writeOf } from '../support/storeHooks.ts';

const AUDITS = 'directoryAudits';

async function statusOf(world: World, name = AUDITS, most = 1000) {
  const found = (await readStatus(world.instance(), most)).find(({ logType }) => logType === name);
  if (!found) throw new Error(`${name} has no status`);
  return found;
}

/** A world that has read one window of 20 rows. */
async function readOnce(): Promise<World> {
  const { world, type } = worldOf(AUDITS);
  world.graph.add(AUDITS, ...rows(type, 20, '2026-11-20T10:00:00Z', 300));
  await world.collectAll(AUDITS);
  return world;
}

describe('the status of a log type', () => {
  it('that was never read says so', async () => {
    const { world } = worldOf(AUDITS);
    expect(await readStatus(world.instance(), 1000)).toEqual([logTypeStatus(AUDITS)]);
  });

  it('gives the figures of its ledger', async () => {
    const world = await readOnce();
    world.advance(60);
    const stored = [...(world.stores.containers.get('archive-2555d')?.values() ?? [])];
    const { lines } = world.check(AUDITS);
    expect(await statusOf(world)).toMatchObject({
      watermark: '2026-11-20T12:05:00Z',
      from: '2026-11-19T13:00:00Z',
      lagSeconds: 960,
      entries: 1,
      segments: 2,
      records: 20,
      bytes: stored.reduce((sum, { length }) => sum + length, 0),
      rawBytes: lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0),
      lastEntry: '2026-11-20T12:20:00Z',
    });
  });

  it('takes in what was committed since', async () => {
    const world = await readOnce();
    world.stores.partitions.clear();
    expect(await statusOf(world)).toMatchObject({ entries: 1, records: 20 });
  });

  it('is refused while the table is too far behind its ledger', async () => {
    const world = await readOnce();
    world.stores.partitions.clear();
    await expect(statusOf(world, AUDITS, 0)).rejects.toThrow(LedgerBehind);
  });

  it('is given for all that are switched on, in the order of the settings, when one of them is torn', async () => {
    const world = createWorld({ logTypes: [AUDITS, 'riskyUsers', 'provisioning'] });
    for (const name of [AUDITS, 'riskyUsers', 'provisioning']) await world.collect(name);
    world.stores.containers.get('ledger')?.set(`${TENANT_ID}/riskyUsers/000000000002.json`, Buffer.from('x'));
    const status = await readStatus(world.instance(), 1000);
    expect(status.map(({ logType, state }) => [logType, state])).toEqual([
      [AUDITS, 'healthy'],
      ['riskyUsers', 'torn'],
      ['provisioning', 'healthy'],
    ]);
  });

  it('says misconfigured when the container of the ledger is not there', async () => {
    const world = await readOnce();
    world.stores.containers.delete('ledger');
    expect(await statusOf(world)).toMatchObject({ state: 'misconfigured' });
  });

  it('passes on what it cannot judge', async () => {
    const { world } = worldOf(AUDITS);
    const deps = world.instance(async (call, run) => {
      if (call.op === 'list') throw new Error('the store did not answer');
      return run();
    });
    await expect(readStatus(deps, 1000)).rejects.toThrow('the store did not answer');
  });
});

describe('a failure', () => {
  const graph = (kind: FailureKind) => new GraphFailure(kind, `Graph answered something ${kind}`);
  const cases: readonly (readonly [error: unknown, state: string, nextStep: RegExp])[] = [
    [graph('throttled'), 'throttled', /Nothing is lost; the next run tries again.* registration/],
    [graph('unlicensed'), 'unlicensed', /Entra ID P1\/P2 licence, or grant Directory\.Read\.All/],
    [graph('forbidden'), 'forbidden', /Grant the application permission AuditLog\.Read\.All with admin consent/],
    [graph('absent'), 'absent', /take directoryAudits out of LOG_TYPES/],
    ...(['transient', 'token', 'slow', 'broken', 'paging', 'filterIgnored', 'tooOld', 'refused'] as const).map(
      (kind) => [graph(kind), 'failing', /Nothing is lost; the next run tries again\./] as const,
    ),
    [new ContainerMissing('archive-2555d'), 'misconfigured', /Deploy the missing container/],
    [new LedgerTorn('entry 3 of directoryAudits is missing, entry 4 exists'), 'torn', /docs\/OPERATIONS\.md/],
    [new Error('the store did not answer'), 'failing', /the next run tries again/],
    ['a string', 'failing', /the next run tries again/],
  ];

  it.each(cases)(
    '%s is the state %s, told with operation, log type, range, cause and next step',
    async (error, state, nextStep) => {
      const world = await readOnce();
      const deps = world.instance();
      await recordFailure(deps, world.logType(AUDITS), await applyLedger(deps, AUDITS), error);
      const status = await statusOf(world);
      expect(status.state).toBe(state);
      expect(status.lastError?.time).toBe('2026-11-20T12:20:00Z');
      const message = status.lastError?.message ?? '';
      const cause = (error instanceof Error ? error.message : String(error)).replace(/\.$/, '');
      expect(message.startsWith(`collecting directoryAudits after 2026-11-20T12:05:00Z failed: ${cause}. `)).toBe(true);
      expect(message).toMatch(nextStep);
      expect(message).not.toMatch(/\.\. /);
      expect(world.logs).toEqual([
        { level: 'warn', message, fields: expect.objectContaining({ logType: AUDITS, state }) },
      ]);
    },
  );

  it.each([
    ['before the first read', 'the start of the walk', async (world: World) => applyLedger(world.instance(), AUDITS)],
    ['when the ledger cannot be read', 'a watermark that could not be read', async () => undefined],
  ])('%s says "after %s"', async (_when, where, ledger) => {
    const { world, type } = worldOf(AUDITS);
    await recordFailure(world.instance(), type, await ledger(world), new Error('no'));
    expect((await statusOf(world)).lastError?.message).toContain(
      `collecting directoryAudits after ${where} failed: no. `,
    );
  });

  it('is stored in at most 2,000 characters', async () => {
    const { world, type } = worldOf(AUDITS);
    await recordFailure(world.instance(), type, undefined, new Error('x'.repeat(40_000)));
    expect((await statusOf(world)).lastError?.message).toHaveLength(2000);
  });

  it('that tears a ledger sends to a chapter that is there', async () => {
    const world = await readOnce();
    await recordFailure(world.instance(), world.logType(AUDITS), undefined, new LedgerTorn('torn'));
    const [, file = '', chapter] = /see (\S+), "(.+)"/.exec((await statusOf(world)).lastError?.message ?? '') ?? [];
    expect(readFileSync(file, 'utf8')).toContain(`**${chapter}.**`);
  });

  it('that cannot be noted is logged, and nothing more comes of it', async () => {
    const { world, type } = worldOf(AUDITS);
    const deps = world.instance(async (call, run) => {
      if (call.op === 'commit') throw new Error('the table did not answer');
      return run();
    });
    await recordFailure(deps, type, undefined, new Error('the first error'));
    expect(world.logs.map(({ level }) => level)).toEqual(['warn', 'error']);
    expect(world.logs[1]?.message).toBe('the status of directoryAudits could not be noted: the table did not answer');
  });
});

describe('a success', () => {
  it('makes a log type healthy again and leaves its last error to be read', async () => {
    const { world, type } = worldOf(AUDITS);
    await recordFailure(world.instance(), type, undefined, new GraphFailure('throttled', 'Graph answered 429'));
    world.advance(60);
    await recordSuccess(world.instance(), type);
    expect(await statusOf(world)).toMatchObject({
      state: 'healthy',
      lastSuccess: '2026-11-20T12:21:00Z',
      lastError: { time: '2026-11-20T12:20:00Z', message: expect.stringContaining('Graph answered 429') },
    });
  });

  it('is written once a minute, however often it is told', async () => {
    const { world, type } = worldOf(AUDITS);
    const calls: StoreCall[] = [];
    const deps = world.instance(recording(calls));
    for (let n = 0; n < 7; n += 1) {
      await recordSuccess(deps, type);
      world.advance(15);
    }
    expect(calls.map(writeOf).filter((write) => write !== undefined)).toEqual(['status', 'status']);
    expect(await statusOf(world)).toMatchObject({ lastSuccess: '2026-11-20T12:21:00Z' });
  });
});
