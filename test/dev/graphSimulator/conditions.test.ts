import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CONDITIONS } from '../../../dev/graphSimulator/conditionTable.ts';
import { expandFaults } from '../../../dev/graphSimulator/faultTable.ts';
import type { Simulator } from '../../../dev/graphSimulator/server.ts';
import {
  type Answer,
  DAY,
  errorOf,
  get,
  HOUR,
  iso,
  lines,
  NOW,
  pathWith,
  readAll,
  recordsOf,
  report,
  setConditions,
  start,
} from './client.ts';

const AUDITS = '/v1.0/auditLogs/directoryAudits';
const SIGN_INS = '/beta/auditLogs/signIns';
const FROM = NOW - 20 * HOUR;
const TO = NOW - 2 * HOUR;

let simulator: Simulator;
beforeEach(async () => {
  simulator = await start({ perDay: 3000, days: 20 });
});
afterEach(() => simulator.close());

const audits = (from: number, to: number, top?: number) =>
  simulator.url + pathWith(AUDITS, `activityDateTime ge ${iso(from)} and activityDateTime le ${iso(to)}`, top);
const signIns = (kind: string, from = FROM, to = TO) =>
  simulator.url +
  pathWith(
    SIGN_INS,
    `createdDateTime ge ${iso(from)} and createdDateTime le ${iso(to)} and signInEventTypes/any(t: t eq '${kind}')`,
  );
const refusal = (answer: Answer) => ({ status: answer.status, ...errorOf(answer) });

describe.each([
  [
    { name: 'unlicensed' },
    {
      status: 403,
      code: 'Authentication_RequestFromNonPremiumTenantOrB2CTenant',
      message: "Neither tenant is B2C or tenant doesn't have premium license",
    },
  ],
  [
    { name: 'forbidden' },
    {
      status: 403,
      code: 'Authentication_MSGraphPermissionMissing',
      message: 'Calling principal does not have required MSGraph permissions AuditLog.Read.All',
    },
  ],
  [{ name: 'absent' }, { status: 400, code: 'BadRequest', message: "Resource not found for the segment 'signIns'." }],
  [
    { name: 'slow-second', second: iso(Math.floor((NOW - 5 * HOUR) / 1000) * 1000) },
    { status: 504, code: 'UnknownError', message: 'The gateway did not receive a response in time.' },
  ],
])('%j', (condition, expected) => {
  it('answers every read of the log types named, and of no other, until it is taken back', async () => {
    await setConditions(simulator, [{ ...condition, logTypes: ['interactiveSignIns', 'managedIdentitySignIns'] }]);
    for (let count = 0; count < 10; count += 1) {
      expect(refusal(await get(signIns('interactiveUser')))).toMatchObject(expected);
      expect(refusal(await get(signIns('managedIdentity')))).toMatchObject(expected);
      expect(refusal(await get(`${simulator.url}/v1.0/auditLogs/signIns`))).toMatchObject(expected);
      expect((await get(signIns('nonInteractiveUser'))).status).toBe(200);
      expect((await get(audits(FROM, TO))).status).toBe(200);
    }
    expect((await report(simulator)).shown.interactiveSignIns).toBe(0);
    await setConditions(simulator, []);
    expect((await get(signIns('interactiveUser'))).status).toBe(200);
    expect((await get(signIns('managedIdentity'))).status).toBe(200);
  });
});

describe('minimum-time', () => {
  it('refuses a lower bound before midnight UTC of so many days ago, in words that say which', async () => {
    await setConditions(simulator, [{ name: 'minimum-time', logTypes: ['directoryAudits'], days: 7 }]);
    const minimum = Date.UTC(2026, 10, 14);
    expect(refusal(await get(audits(minimum - 1000, TO)))).toMatchObject({
      status: 400,
      message:
        "Specified argument was out of the range of valid values. (Parameter 'Minimum allowed time for activityDateTime is 11/14/2026 12:00:00 AM')",
    });
    expect((await get(audits(minimum, TO))).status).toBe(200);
    expect((await get(signIns('interactiveUser', NOW - 15 * DAY))).status).toBe(200);
    await setConditions(simulator, []);
    expect((await get(audits(NOW - 15 * DAY, TO))).status).toBe(200);
  });
});

describe('withheld-policies', () => {
  const keysOf = (records: readonly string[]) =>
    records.map((record) => Object.hasOwn(JSON.parse(record) as object, 'appliedConditionalAccessPolicies'));

  it('leaves appliedConditionalAccessPolicies out of every sign-in of the log types named, and nothing else', async () => {
    const before = (await readAll(signIns('interactiveUser'))).records;
    await setConditions(simulator, [{ name: 'withheld-policies', logTypes: ['interactiveSignIns'] }]);
    const { records } = await readAll(signIns('interactiveUser'));
    expect(new Set(keysOf(before))).toEqual(new Set([true]));
    expect(new Set(keysOf(records))).toEqual(new Set([false]));
    const whole = before.map((record) => {
      const { appliedConditionalAccessPolicies: _, ...rest } = JSON.parse(record) as Record<string, unknown>;
      return rest;
    });
    expect(records.map((record) => JSON.parse(record))).toEqual(whole);
    expect(new Set(keysOf((await readAll(signIns('nonInteractiveUser'))).records))).toEqual(new Set([true]));
    const v1 = recordsOf((await get(`${simulator.url}/v1.0/auditLogs/signIns`)).body);
    expect(new Set(keysOf(v1))).toEqual(new Set([false]));
    await setConditions(simulator, []);
    expect((await readAll(signIns('interactiveUser'))).records).toEqual(before);
    const truth = await lines(simulator, 'truth/interactiveSignIns');
    expect(truth.filter((line) => records.includes(line))).toHaveLength(records.length);
    expect(truth).toEqual(expect.arrayContaining([...before, ...records]));
    expect(truth.length).toBe(before.length + records.length + v1.length);
  });
});

describe('poisoned-second', () => {
  const second = Math.floor((NOW - 5 * HOUR) / 1000) * 1000;

  it('breaks every page of a range that touches the second, and no other', async () => {
    const link = String(
      (JSON.parse((await get(audits(FROM, TO, 20))).body.toString()) as Record<string, string>)['@odata.nextLink'],
    );
    const shown = (await report(simulator)).shown.directoryAudits;
    await setConditions(simulator, [{ name: 'poisoned-second', logTypes: ['directoryAudits'], second: iso(second) }]);
    const broken = [
      audits(FROM, TO),
      link,
      `${simulator.url}${AUDITS}`,
      audits(second, second + 1),
      audits(FROM, second + 1),
      audits(second + 999, TO),
    ];
    for (const url of [...broken, ...broken]) {
      const { status, body } = await get(url);
      expect(status).toBe(200);
      expect(body.toString()).toMatch(
        /\{"id":"Sync_HM0PK_XXXXX"\{"error":\{"code":"BadRequest","message":"The property/,
      );
      expect(() => JSON.parse(body.toString())).toThrow();
    }
    expect((await report(simulator)).shown.directoryAudits).toBe(shown);
    for (const url of [audits(second + 1000, TO), audits(FROM, second), signIns('interactiveUser')]) {
      expect(recordsOf((await get(url)).body).length).toBeGreaterThan(0);
    }
  });
});

describe('conditions', () => {
  it('are several at once, of which the first of the table answers', async () => {
    const second = iso(Math.floor((NOW - 5 * HOUR) / 1000) * 1000);
    const given = [
      { name: 'poisoned-second', logTypes: ['directoryAudits', 'interactiveSignIns'], second },
      { name: 'forbidden', logTypes: ['directoryAudits'] },
      { name: 'unlicensed', logTypes: ['directoryAudits'] },
    ];
    await setConditions(simulator, given);
    expect(refusal(await get(audits(FROM, TO))).code).toBe('Authentication_RequestFromNonPremiumTenantOrB2CTenant');
    expect((await get(signIns('interactiveUser'))).body.toString()).toContain('Sync_HM0PK_XXXXX');
    expect((await report(simulator)).conditions).toEqual(given);
    expect(JSON.parse((await get(`${simulator.url}/_simulator/conditions`)).body.toString())).toEqual(given);
  });

  it('are no faults: all means none of them', () => {
    const faults = expandFaults(['all']);
    expect(CONDITIONS.filter(({ name }) => faults.includes(name))).toEqual([]);
  });

  it.each([
    ['all', 'the body is not a JSON array of conditions'],
    [[{ name: 'gremlins', logTypes: ['directoryAudits'] }], "there is no condition 'gremlins'"],
    [[null], "there is no condition 'undefined'"],
    [[{ name: 'absent', logTypes: [] }], "'absent' wants a list of log types"],
    [[{ name: 'absent', logTypes: ['audits'] }], "there is no log type 'audits'"],
    [[{ name: 'absent', logTypes: ['directoryAudits'], days: 7 }], "'absent' takes name, logTypes"],
    [[{ name: 'minimum-time', logTypes: ['directoryAudits'] }], "'minimum-time' takes name, logTypes, days"],
    [[{ name: 'minimum-time', logTypes: ['directoryAudits'], days: 0 }], "'days' wants a whole number of 1 or more"],
    [
      [{ name: 'slow-second', logTypes: ['directoryAudits'], second: '2026-11-20T05:00:00.5Z' }],
      "'second' wants a whole second such as 2026-11-20T05:00:00Z",
    ],
  ])('refuse %j and stay as they were', async (value, message) => {
    const given = [{ name: 'forbidden', logTypes: ['directoryAudits'] }];
    await setConditions(simulator, given);
    const answer = await setConditions(simulator, value);
    expect([answer.status, JSON.parse(answer.body.toString())]).toEqual([400, { error: message }]);
    expect((await report(simulator)).conditions).toEqual(given);
  });
});
