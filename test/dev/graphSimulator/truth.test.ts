import { request } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { createConditions } from '../../../dev/graphSimulator/conditions.ts';
import { ENDPOINTS, type Endpoint } from '../../../dev/graphSimulator/endpoints.ts';
import { createFaultPlan } from '../../../dev/graphSimulator/faultPlan.ts';
import { createMissingRows } from '../../../dev/graphSimulator/missingRows.ts';
import { createPageMaker } from '../../../dev/graphSimulator/pageMaker.ts';
import type { Simulator } from '../../../dev/graphSimulator/server.ts';
import { createShown } from '../../../dev/graphSimulator/shown.ts';
import { createTenant } from '../../../dev/graphSimulator/tenant.ts';
import { LOG_TYPES } from '../../../shared/logTypes.ts';
import {
  DAY,
  get,
  HOUR,
  iso,
  lines,
  NOW,
  pathWith,
  readAll,
  recordsOf,
  report,
  setFaults,
  start,
  stored,
} from './client.ts';

const SIGN_INS = '/beta/auditLogs/signIns';

let simulator: Simulator;
afterEach(() => simulator.close());

function isJson(body: Buffer): boolean {
  try {
    JSON.parse(body.toString());
    return true;
  } catch {
    return false;
  }
}

/** Reads an answer; goes away when the first piece is not the whole. */
function leaveWhenSlow(url: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { headers: { authorization: 'Bearer x' } }, (response) => {
      response.once('data', (piece: Buffer) => {
        const whole = piece.length === Number(response.headers['content-length']);
        if (!whole) response.destroy();
        response.once('close', () => resolve(whole));
        response.resume();
      });
    });
    outgoing.on('error', reject).end();
  });
}

describe('the truth', () => {
  it('is every record of every page delivered whole, once, in stored form and in order of time', async () => {
    simulator = await start({ perDay: 4000, days: 1 });
    for (const { name, api, path, timeField, signInEventType } of LOG_TYPES.values()) {
      expect(await lines(simulator, `truth/${name}`)).toEqual([]);
      const filter = signInEventType && `signInEventTypes/any(t: t eq '${signInEventType}')`;
      const url = simulator.url + pathWith(`/${api}${path}`, filter, 500);
      const { records } = await readAll(url);
      await get(url);
      const truth = await lines(simulator, `truth/${name}`);
      expect(truth.toSorted(), name).toEqual(records.toSorted());
      const times = truth.map((line) => Date.parse(String((JSON.parse(line) as Record<string, unknown>)[timeField])));
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      expect((await report(simulator)).shown[name]).toBe(truth.length);
    }
  });

  it('is half open on the printed time', async () => {
    simulator = await start({ perDay: 5000, days: 1 });
    await readAll(simulator.url + pathWith(SIGN_INS));
    await readAll(simulator.url + pathWith('/v1.0/auditLogs/directoryAudits'));
    for (const [name, field] of [
      ['interactiveSignIns', 'createdDateTime'],
      ['directoryAudits', 'activityDateTime'],
    ] as const) {
      const all = await lines(simulator, `truth/${name}`);
      const times = all.map((line) => (JSON.parse(line) as Record<string, string>)[field] ?? '');
      const [from, to] = [times[30] ?? '', times[60] ?? ''];
      const expected = all.filter((_, at) => (times[at] ?? '') >= from && (times[at] ?? '') < to);
      expect(await lines(simulator, `truth/${name}?from=${from}&to=${to}`)).toEqual(expected);
      expect(await lines(simulator, `tenant/${name}?from=${from}&to=${to}`)).toEqual(expected);
      const second = `${from.slice(0, 19)}`;
      const later = all.filter((_, at) => Date.parse(times[at] ?? '') >= Date.parse(`${second}.001Z`));
      expect(await lines(simulator, `truth/${name}?from=${second}.001Z`)).toEqual(later);
    }
  });

  it('keeps every byte of a record but the line breaks between its tokens', async () => {
    simulator = await start({ perDay: 60_000, days: 1 });
    const { body } = await get(simulator.url + pathWith(SIGN_INS));
    const records = recordsOf(body);
    const truth = await lines(simulator, 'truth/interactiveSignIns');
    expect(truth.toReversed()).toEqual(records.map(stored));
    expect(records.some((record) => record.includes('\r\n'))).toBe(true);
    expect(records.some((record) => /[^\r]\n/.test(record))).toBe(true);
    for (const [at, line] of truth.toReversed().entries())
      expect(JSON.parse(line)).toEqual(JSON.parse(records[at] ?? ''));
  });

  it('counts no page that was truncated or broken', async () => {
    simulator = await start({ perDay: 5000, faults: ['truncated-page', 'broken-page'] });
    let spoilt = 0;
    for (let hour = 1; hour < 40; hour += 1) {
      const before = (await report(simulator)).shown.nonInteractiveSignIns ?? 0;
      const filter = `createdDateTime ge ${iso(NOW - (hour + 1) * HOUR)} and createdDateTime lt ${iso(NOW - hour * HOUR)}`;
      const url =
        simulator.url +
        pathWith(SIGN_INS, `${filter.replace(' lt ', ' le ')} and signInEventTypes/any(t: t eq 'nonInteractiveUser')`);
      const answer = await get(url).catch(() => undefined);
      const whole = answer?.status === 200 && isJson(answer.body) ? recordsOf(answer.body).length : 0;
      if (whole === 0) spoilt += 1;
      expect((await report(simulator)).shown.nonInteractiveSignIns).toBe(before + whole);
    }
    expect(spoilt).toBeGreaterThan(1);
  });

  it('counts no page whose reader went away', async () => {
    simulator = await start({ perDay: 5000, days: 2, speed: 10, faults: ['slow-page'] });
    let left = 0;
    for (let hour = 1; hour < 45 && left < 2; hour += 1) {
      const before = (await report(simulator)).shown.nonInteractiveSignIns ?? 0;
      const filter = `createdDateTime le ${iso(NOW - hour * HOUR)} and signInEventTypes/any(t: t eq 'nonInteractiveUser')`;
      const whole = await leaveWhenSlow(simulator.url + pathWith(SIGN_INS, filter, 2));
      if (!whole) left += 1;
      expect((await report(simulator)).shown.nonInteractiveSignIns).toBe(before + (whole ? 2 : 0));
    }
    expect(left).toBe(2);
    // The server notices a reader's leaving later than the reader does.
    const shown = (await report(simulator)).shown.nonInteractiveSignIns;
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect((await report(simulator)).shown.nonInteractiveSignIns).toBe(shown);
  });

  it('has both versions of a row that was shown before and after it changed', async () => {
    simulator = await start({ perDay: 4000, days: 10 });
    const url = simulator.url + pathWith('/v1.0/auditLogs/directoryAudits');
    await readAll(url);
    const before = await lines(simulator, 'truth/directoryAudits');
    await setFaults(simulator, ['changed-rows']);
    await readAll(url);
    const after = await lines(simulator, 'truth/directoryAudits');
    expect(after).toEqual(expect.arrayContaining(before));
    const ids = after.map((line) => (JSON.parse(line) as { id: string }).id);
    expect(after.length - before.length).toBe(ids.length - new Set(ids).size);
    expect(after.length).toBeGreaterThan(before.length + 10);
    expect(await lines(simulator, 'tenant/directoryAudits')).toHaveLength(before.length);
  });

  it('has v1.0 sign-ins as v1.0 printed them', async () => {
    simulator = await start({ perDay: 3000, days: 1 });
    const { records } = await readAll(`${simulator.url}/v1.0/auditLogs/signIns`);
    expect((await lines(simulator, 'truth/interactiveSignIns')).toReversed()).toEqual(records);
    await readAll(simulator.url + SIGN_INS);
    expect(await lines(simulator, 'truth/interactiveSignIns')).toHaveLength(2 * records.length);
  });
});

describe('what a reader must have', () => {
  const range = (from: number, to: number, top: number) =>
    pathWith(
      SIGN_INS,
      `createdDateTime ge ${iso(from)} and createdDateTime le ${iso(to)} and signInEventTypes/any(t: t eq 'nonInteractiveUser')`,
      top,
    );
  const certain = () => lines(simulator, 'truth/nonInteractiveSignIns?certain=true');

  it('is nothing while a read is not finished, then all of it but three seconds at either end', async () => {
    simulator = await start({ perDay: 60_000, days: 1 });
    const [from, to] = [NOW - 2 * HOUR, NOW - HOUR];
    await get(simulator.url + range(from, to, 100));
    expect((await lines(simulator, 'truth/nonInteractiveSignIns')).length).toBe(100);
    expect(await certain()).toEqual([]);
    const { records } = await readAll(simulator.url + range(from, to, 100));
    const must = await certain();
    expect(records.length - must.length).toBeLessThan(20);
    const time = (line: string) => Date.parse((JSON.parse(line) as { createdDateTime: string }).createdDateTime);
    const expected = records.toReversed().filter((line) => time(line) >= from + 4000 && time(line) < to - 4000);
    expect(must).toEqual(expect.arrayContaining(expected));
    expect(records).toEqual(expect.arrayContaining(must));
    for (const line of must) expect(time(line) >= from + 2000 && time(line) <= to - 3000).toBe(true);
  });

  it('is nothing of an answer that ignored its filter, though it was shown', () => {
    const tenant = createTenant(1, 2000);
    const shown = createShown(tenant);
    const plan = createFaultPlan(1, []);
    const world = { tenant, shown, plan, conditions: createConditions(), start: NOW - DAY };
    const pages = createPageMaker(world, createMissingRows(tenant, plan, shown));
    const path = '/v1.0/auditLogs/directoryAudits';
    const endpoint = ENDPOINTS.get(path) as Endpoint;
    const parameters = new URLSearchParams({ $filter: `activityDateTime ge ${iso(NOW - 20 * HOUR)}` });
    const request = { endpoint, parameters, address: `http://127.0.0.1${path}?x`, dice: 0, now: NOW };
    const marked = (certain: boolean) =>
      shown
        .hours(endpoint.streams[0])
        .flatMap((hour) =>
          [...tenant.hour(endpoint.streams[0], hour).ticks.keys()].flatMap((index) =>
            shown.versions(endpoint.streams[0], hour, index, certain),
          ),
        ).length;
    pages.make({ ...request, count: 1, fault: 'ignored-filter' }).settle(true);
    expect(marked(false)).toBeGreaterThan(50);
    expect(marked(true)).toBe(0);
    pages.make({ ...request, count: 2, fault: 'repeating-next-link' }).settle(true);
    expect(marked(true)).toBe(0);
    pages.make({ ...request, count: 3, fault: undefined }).settle(false);
    expect(marked(true)).toBe(0);
    pages.make({ ...request, count: 4, fault: undefined }).settle(true);
    expect(marked(true)).toBeGreaterThan(50);
    expect(marked(true)).toBeLessThan(marked(false));
  });
});

describe('the control routes', () => {
  it('describe the simulator', async () => {
    simulator = await start({ seed: 5, perDay: 700, days: 3, speed: 20, faults: ['short-pages'] });
    await get(simulator.url + SIGN_INS);
    expect(await report(simulator)).toMatchObject({
      tenantId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      seed: 5,
      days: 3,
      perDay: 700,
      start: new Date(NOW - 3 * DAY).toISOString(),
      now: new Date(NOW).toISOString(),
      speed: 20,
      faults: ['short-pages'],
      requests: 1,
      violations: { reports: 0, risk: 0 },
    });
    expect(Object.keys((await report(simulator)).shown)).toEqual([...LOG_TYPES.keys()]);
  });

  it.each([
    ['/_simulator/truth/nothing', 404],
    ['/_simulator/elsewhere', 404],
    ['/_simulator/truth/directoryAudits?from=yesterday', 400],
    ['/_simulator/tenant/directoryAudits?to=2026-11-21', 400],
  ])('refuse %s', async (path, status) => {
    simulator = await start({ days: 1, perDay: 100 });
    const answer = await get(simulator.url + path);
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body.toString())).toHaveProperty('error');
  });
});
