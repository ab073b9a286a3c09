/**
 * What a tenant, a cloud or a single bad row does to one log type: status and ledger say so, the others go on, and when
 * it is over nothing is missing that Graph still had.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GapEntry } from '../../shared/archive/entry.ts';
import { formatSeconds } from '../../shared/archive/time.ts';
import { LOG_TYPES } from '../../shared/logTypes.ts';
import type { LogTypeStatus } from '../../shared/status.ts';
import {
  compareWithTruth,
  faultsOf,
  type Host,
  hashLines,
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

describe('a tenant whose licence lapses for a day and an hour, while one log type is forbidden', () => {
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
    stack = await startStack({ days: 3, perDay: 1_500, seed: 51 });
    host = await stack.startHost();
    before = await pullAll(host, stack.target);
    began = stack.now;
    await setConditions(stack.simulator.url, [
      { name: 'unlicensed', logTypes: UNLICENSED },
      { name: 'forbidden', logTypes: ['provisioning'] },
    ]);
  }, 300_000);
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
    await liveOn(12);
    await liveOn(12);
    expect(statesOf(await statusOf(host))).toEqual(STATES);
    expect(watermarksOf(await statusOf(host))).toEqual({
      ...watermarksOf(before),
      directoryAudits: iso(stack.target),
    });
  });

  it('says in each ledger from when on it could not be had, and says it again after a day', async () => {
    const settled = (hours: number) => iso(began / 1000 + (hours - 1 / 4) * 3600);
    for (const [logType, state] of Object.entries(STATES)) {
      const from = watermarksOf(before)[logType];
      const gaps = (await gapsOf(stack, logType)).map(({ from, to, unavailable }) => ({ from, to, unavailable }));
      const expected = [1, 25].map((hours) => ({ from, to: settled(hours), unavailable: state }));
      expect([logType, gaps]).toEqual([logType, state === 'healthy' ? [] : expected]);
    }
  });

  it('has everything that Graph still has once it is over, and says that all is well', async () => {
    await setConditions(stack.simulator.url, []);
    await stack.pass(HOUR_MS);
    host = await stack.startHost();
    await pullAll(host, stack.target);
    // The state is written at the end of a run, a moment after the watermark.
    await runTimers(host);
    expect(new Set(Object.values(statesOf(await statusOf(host))))).toEqual(new Set(['healthy']));
    expect(faultsOf(await compareWithTruth(host, stack.simulator.url))).toEqual([]);
    expect(await notArchived(host, stack.simulator.url, 'tenant')).toEqual({});
  });
});

describe('a second that Graph cannot show', () => {
  /** One log type gets broken JSON for it, another the gateway's time-out. */
  const CONDITIONS = { directoryAudits: 'poisoned-second', managedIdentitySignIns: 'slow-second' };
  const HIDDEN = Object.keys(CONDITIONS);
  let stack: Stack;
  let host: Host;
  /** By log type, seconds since 1970. */
  const seconds = new Map<string, number>();
  beforeAll(async () => {
    const settings = { LOG_TYPES: [...HIDDEN, 'interactiveSignIns', 'riskDetections'].join() };
    stack = await startStack({ days: 3, perDay: 4_000, seed: 52, settings });
    for (const logType of HIDDEN) seconds.set(logType, await timeOfARecord(logType));
    await setConditions(
      stack.simulator.url,
      Object.entries(CONDITIONS).map(([logType, name]) => {
        return { name, logTypes: [logType], second: iso(seconds.get(logType) ?? 0) };
      }),
    );
    host = await stack.startHost();
    await pullAll(host, stack.target);
  }, 300_000);
  afterAll(() => stack.close());

  it('is a gap of that second in the ledger, and of no other', async () => {
    for (const { logType } of await statusOf(host)) {
      const second = seconds.get(logType);
      const gaps = await gapsOf(stack, logType);
      const spans = gaps.map(({ from, to }) => [from, to].map((time) => Date.parse(time) / 1000 - (second ?? 0)));
      expect([logType, spans]).toEqual([logType, second === undefined ? [] : [[0, 1]]]);
      expect(gaps.every(({ unavailable, cause }) => unavailable === undefined && cause.length > 0)).toBe(true);
    }
  });

  it('costs nothing else: all other rows of it and of the other log types are there', async () => {
    expect(faultsOf(await compareWithTruth(host, stack.simulator.url))).toEqual([]);
    const hidden: Record<string, number> = {};
    for (const [logType, second] of seconds) {
      const range = `from=${iso(second)}&to=${iso(second).replace('Z', '.9999999Z')}`;
      hidden[logType] = (await hashLines(`${stack.simulator.url}/_simulator/tenant/${logType}?${range}`)).lines;
    }
    expect(await notArchived(host, stack.simulator.url, 'tenant')).toEqual(hidden);
    expect(new Set(Object.values(statesOf(await statusOf(host))))).toEqual(new Set(['healthy']));
  });

  it('is filled by the next sweep once Graph shows it', async () => {
    await setConditions(stack.simulator.url, []);
    await stack.pass(28 * HOUR_MS);
    host = await stack.startHost();
    await runTimers(host);
    expect(await notArchived(host, stack.simulator.url, 'tenant')).toEqual({});
    expect(faultsOf(await compareWithTruth(host, stack.simulator.url))).toEqual([]);
  });

  /** The second of a record that is some hours old: the first re-read of a span that failed then comes at a day. */
  async function timeOfARecord(logType: string): Promise<number> {
    const range = `from=${iso(stack.now / 1000 - 9 * 3600)}&to=${iso(stack.now / 1000)}`;
    for await (const line of readLines(`${stack.simulator.url}/_simulator/tenant/${logType}?${range}`)) {
      const record = JSON.parse(line.toString()) as Record<string, string>;
      return Math.floor(Date.parse(record[LOG_TYPES.get(logType)?.timeField ?? ''] ?? '') / 1000);
    }
    throw new Error('the tenant has no record');
  }
});

/** As conditions, ledger and status write it. */
function iso(second: number): string {
  return formatSeconds(Math.floor(second));
}

describe('a Graph that keeps less than the settings say', () => {
  it('costs what it no longer has and nothing else: a first walk begins later, a sweep says what it was refused', async () => {
    const settings = { LOG_TYPES: 'directoryAudits,provisioning,riskDetections' };
    const stack = await startStack({ days: 4, perDay: 3_000, seed: 53, settings });
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
      expect(gaps.length).toBeGreaterThan(0);
      expect(gaps.every(({ cause }) => /Minimum allowed time/.test(cause))).toBe(true);
      expect(watermarksOf(await statusOf(host)).provisioning).toBe(iso(stack.target));
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
    const stack = await startStack({ days: 1, perDay: 1_500, seed: 54 });
    try {
      await setConditions(stack.simulator.url, [{ name: 'withheld-policies', logTypes: ['interactiveSignIns'] }]);
      const host = await stack.startHost();
      await pullAll(host, stack.target);
      const told = host
        .output()
        .split('\n')
        .filter((line) => line.includes('Graph leaves appliedConditionalAccessPolicies out'));
      expect(told).toHaveLength(1);
      expect(told[0]).toMatch(/Policy\.Read\.ConditionalAccess.*interactiveSignIns/);
      const alarmed = (await statusOf(host)).filter(({ alarms }) => alarms.some(({ name }) => name === 'policies'));
      expect(alarmed.map(({ logType }) => logType)).toEqual(['interactiveSignIns']);
      expect(faultsOf(await compareWithTruth(host, stack.simulator.url))).toEqual([]);
    } finally {
      await stack.close();
    }
  });
});
