/**
 * What a tenant, a cloud or a single bad row does to one log type: status and ledger say so, the others go on, and when
 * it is over nothing is missing that Graph still had.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GapEntry } from '../../shared/archive/entry.ts';
import type { LogTypeStatus } from '../../shared/status.ts';
import {
  compareWithTruth,
  faultsOf,
  type Host,
  notArchived,
  pullAll,
  readLines,
  runTimers,
  type Stack,
  setConditions,
  startStack,
  statusOf,
} from '../support/stack.ts';
import { storedEntries } from '../support/storedLedger.ts';

const HOUR_MS = 3_600_000;

async function gapsOf(stack: Stack, logType: string): Promise<GapEntry['gap'][]> {
  const entries = await storedEntries(stack, logType);
  return entries.flatMap((entry) => (entry.kind === 'gap' ? [entry.gap] : []));
}

const statesOf = (statuses: readonly LogTypeStatus[]) =>
  Object.fromEntries(statuses.map(({ logType, state }) => [logType, state]));

const watermarksOf = (statuses: readonly LogTypeStatus[]) =>
  Object.fromEntries(statuses.map(({ logType, watermark }) => [logType, watermark]));

describe('a tenant whose licence lapses for a day, while one log type is forbidden', () => {
  const UNLICENSED = [
    'interactiveSignIns',
    'nonInteractiveSignIns',
    'servicePrincipalSignIns',
    'managedIdentitySignIns',
    'riskDetections',
    'servicePrincipalRiskDetections',
    'riskyUsers',
    'riskyServicePrincipals',
  ];
  const STATES = {
    ...Object.fromEntries(UNLICENSED.map((logType) => [logType, 'unlicensed'])),
    provisioning: 'forbidden',
    directoryAudits: 'healthy',
  };
  let stack: Stack;
  let host: Host;
  let before: LogTypeStatus[];
  let began: number;
  beforeAll(async () => {
    stack = await startStack({ days: 3, perDay: 4_000, seed: 51 });
    host = await stack.startHost();
    before = await pullAll(host, stack.target);
    began = stack.now;
    await setConditions(stack.simulator.url, [
      { name: 'unlicensed', logTypes: UNLICENSED },
      { name: 'forbidden', logTypes: ['provisioning'] },
    ]);
  });
  afterAll(() => stack.close());

  const liveOn = async (hours: number) => {
    await stack.pass(hours * HOUR_MS);
    host = await stack.startHost();
    await runTimers(host);
    await runTimers(host);
  };

  it('says so of each log type within an hour, with the next step, and goes on with the others', async () => {
    await liveOn(1);
    const statuses = await statusOf(host);
    expect(statesOf(statuses)).toEqual(STATES);
    const errors = new Map(statuses.map(({ logType, lastError }) => [logType, lastError?.message]));
    expect(errors.get('riskyUsers')).toMatch(/licence/);
    expect(errors.get('provisioning')).toMatch(/Grant the application permission AuditLog\.Read\.All/);
    expect(errors.get('directoryAudits')).toBeUndefined();
  });

  it('moves no watermark but that of the log type that can be read', async () => {
    await liveOn(11);
    await liveOn(12);
    expect(statesOf(await statusOf(host))).toEqual(STATES);
    expect(watermarksOf(await statusOf(host))).toEqual({
      ...watermarksOf(before),
      directoryAudits: new Date(stack.target * 1000).toISOString().replace('.000', ''),
    });
  });

  it('says in each ledger from when on it could not be had, and says it again after a day', async () => {
    for (const [logType, state] of Object.entries(STATES)) {
      const gaps = await gapsOf(stack, logType);
      const expected = state === 'healthy' ? [] : [state, state];
      expect([logType, gaps.map(({ unavailable }) => unavailable)]).toEqual([logType, expected]);
      const head = watermarksOf(before)[logType];
      expect(gaps.map(({ from }) => from)).toEqual(expected.map(() => head));
      // The last one reaches to the settled end of what should have been read.
      expect(gaps.length === 0 || Date.parse(gaps.at(-1)?.to ?? '') - began).toBeGreaterThan(0);
    }
  });

  it('has everything that Graph still has once it is over, and says that all is well', async () => {
    await setConditions(stack.simulator.url, []);
    await stack.pass(HOUR_MS);
    host = await stack.startHost();
    const statuses = await pullAll(host, stack.target);
    await runTimers(host);
    expect(new Set(Object.values(statesOf(statuses)))).toEqual(new Set(['healthy']));
    expect(faultsOf(await compareWithTruth(host, stack.simulator.url))).toEqual([]);
    expect(await notArchived(host, stack.simulator.url, 'tenant')).toEqual({});
  });
});

describe('a second that Graph cannot show', () => {
  let stack: Stack;
  let host: Host;
  /** Seconds since 1970. */
  let second: number;
  beforeAll(async () => {
    stack = await startStack({ days: 2, perDay: 6_000, seed: 52 });
    second = await timeOfARecord(stack);
    const text = new Date(second * 1000).toISOString();
    await setConditions(stack.simulator.url, [
      { name: 'poisoned-second', logTypes: ['directoryAudits'], second: text.replace('.000', '') },
    ]);
    host = await stack.startHost();
    await pullAll(host, stack.target);
  });
  afterAll(() => stack.close());

  /** A request reaches a second beyond each end of its window, and both its ends belong to it. */
  const [BEFORE, AFTER] = [2, 2];

  it('is a gap of that second in the ledger, and of no more than the requests that touch it', async () => {
    const gaps = await gapsOf(stack, 'directoryAudits');
    const spans = gaps.map(({ from, to }) => [Date.parse(from) / 1000 - second, Date.parse(to) / 1000 - second]);
    console.log(spans, JSON.stringify(gaps));
    expect(spans).toEqual([
      [-2, -1],
      [-1, 0],
      [0, 1],
      [1, 2],
    ]);
    expect(gaps.every(({ unavailable }) => unavailable === undefined)).toBe(true);
  });

  it('costs nothing else: all other rows of it and of the other log types are there', async () => {
    expect(faultsOf(await compareWithTruth(host, stack.simulator.url))).toEqual([]);
    const lacking = await notArchived(host, stack.simulator.url, 'tenant');
    expect(Object.keys(lacking)).toEqual(['directoryAudits']);
    const around = (from: number, to: number) => `from=${iso(second + from)}&to=${iso(second + to)}`;
    const hidden = await countLines(
      `${stack.simulator.url}/_simulator/tenant/directoryAudits?${around(-BEFORE, AFTER)}`,
    );
    expect(lacking.directoryAudits).toBe(hidden);
    expect(new Set(Object.values(statesOf(await statusOf(host))))).toEqual(new Set(['healthy']));
  });

  it('is filled by a later sweep once Graph shows it', async () => {
    await setConditions(stack.simulator.url, []);
    await stack.pass(26 * HOUR_MS);
    host = await stack.startHost();
    await runTimers(host);
    expect(await notArchived(host, stack.simulator.url, 'tenant')).toEqual({});
    expect(faultsOf(await compareWithTruth(host, stack.simulator.url))).toEqual([]);
  });

  async function timeOfARecord({ simulator, now }: Stack): Promise<number> {
    const range = `from=${iso(now / 1000 - 30 * 3600)}&to=${iso(now / 1000)}`;
    for await (const line of readLines(`${simulator.url}/_simulator/tenant/directoryAudits?${range}`)) {
      const { activityDateTime } = JSON.parse(line.toString()) as { activityDateTime: string };
      return Math.floor(Date.parse(activityDateTime) / 1000);
    }
    throw new Error('the tenant has no record');
  }
});

function iso(second: number): string {
  return new Date(Math.floor(second) * 1000).toISOString();
}

async function countLines(url: string): Promise<number> {
  let count = 0;
  for await (const _line of readLines(url)) count += 1;
  return count;
}

describe('a Graph that keeps less than the settings say', () => {
  it('costs what it no longer has and nothing else: a first walk begins later, a sweep says what it was refused', async () => {
    const stack = await startStack({ days: 4, perDay: 3_000, seed: 53 });
    try {
      await setConditions(stack.simulator.url, [{ name: 'minimum-time', logTypes: ['directoryAudits'], days: 2 }]);
      let host = await stack.startHost();
      const statuses = await pullAll(host, stack.target);
      const from = new Map(statuses.map((status) => [status.logType, Date.parse(status.from ?? '')]));
      const oldest = Math.floor((stack.now - 48 * HOUR_MS) / (24 * HOUR_MS)) * 24 * HOUR_MS;
      expect(from.get('directoryAudits')).toBe(oldest + HOUR_MS);
      expect(from.get('provisioning')).toBeLessThan(oldest - 20 * HOUR_MS);
      expect(await gapsOf(stack, 'directoryAudits')).toEqual([]);

      await setConditions(stack.simulator.url, [{ name: 'minimum-time', logTypes: ['provisioning'], days: 1 }]);
      await stack.pass(15 * HOUR_MS);
      host = await stack.startHost();
      await runTimers(host);
      const gaps = await gapsOf(stack, 'provisioning');
      console.log(JSON.stringify(gaps), JSON.stringify(await statusOf(host)));
      expect(gaps.length).toBeGreaterThan(0);
      expect(gaps.every(({ cause }) => /Minimum allowed time/.test(cause))).toBe(true);
      expect(watermarksOf(await statusOf(host)).provisioning).toBe(iso(stack.target).replace('.000', ''));
      expect(new Set(Object.values(statesOf(await statusOf(host))))).toEqual(new Set(['healthy']));
      expect(faultsOf(await compareWithTruth(host, stack.simulator.url))).toEqual([]);
      expect(await notArchived(host, stack.simulator.url, 'tenant')).toEqual({});
    } finally {
      await stack.close();
    }
  });
});

describe('an app without the permission for policies', () => {
  it('is told so of the sign-ins that lack them, which are archived as Graph shows them', async () => {
    const stack = await startStack({ days: 1, perDay: 4_000, seed: 54 });
    try {
      await setConditions(stack.simulator.url, [{ name: 'withheld-policies', logTypes: ['interactiveSignIns'] }]);
      const host = await stack.startHost();
      await pullAll(host, stack.target);
      const told = host
        .output()
        .split('\n')
        .filter((line) => line.includes('Policy.Read.ConditionalAccess'));
      expect(told).toHaveLength(1);
      expect(told[0]).toContain('interactiveSignIns');
      expect(faultsOf(await compareWithTruth(host, stack.simulator.url))).toEqual([]);
    } finally {
      await stack.close();
    }
  });
});
