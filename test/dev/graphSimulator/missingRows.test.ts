import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFaultPlan } from '../../../dev/graphSimulator/faultPlan.ts';
import { createMissingRows, type Read } from '../../../dev/graphSimulator/missingRows.ts';
import type { Simulator } from '../../../dev/graphSimulator/server.ts';
import { createShown } from '../../../dev/graphSimulator/shown.ts';
import { STREAMS, type Stream } from '../../../dev/graphSimulator/streams.ts';
import { createTenant } from '../../../dev/graphSimulator/tenant.ts';
import { DAY, get, HOUR, iso, lines, NOW, pathWith, readAll, recordsOf, setFaults, start, stored } from './client.ts';

const AUDITS = '/v1.0/auditLogs/directoryAudits';
const FROM = NOW - 8 * HOUR;
const TO = NOW - 2 * HOUR;
const timeOf = (record: string) => Date.parse((JSON.parse(record) as { activityDateTime: string }).activityDateTime);

let simulator: Simulator;
beforeEach(async () => {
  simulator = await start({ perDay: 60_000, days: 1, faults: ['missing-rows'] });
});
afterEach(() => simulator.close());

const urlOf = (from: number, to: number, top = 100) =>
  simulator.url + pathWith(AUDITS, `activityDateTime ge ${iso(from)} and activityDateTime le ${iso(to)}`, top);
const read = async (from: number, to: number, top?: number) => (await readAll(urlOf(from, to, top))).records;
const truth = () => lines(simulator, 'truth/directoryAudits');

/** The rows that a first read of the range goes without. */
async function leftOutOf(records: readonly string[]): Promise<string[]> {
  const all = await lines(simulator, `tenant/directoryAudits?from=${iso(FROM)}&to=${iso(TO)}`);
  const shown = new Set(records);
  return all.filter((record) => !shown.has(record));
}

describe('a read', () => {
  const tenant = createTenant(1, 60_000);
  const one = STREAMS.get('directoryAudits') as Stream;
  const hour = Math.floor((NOW - DAY) / HOUR);
  const rows = Array.from({ length: 24 }, (_, step) => hour + step).flatMap((number) =>
    [...tenant.hour(one, number).ticks.keys()].map((index) => ({
      stream: one,
      hour: number,
      index,
      changed: false,
      v1: false,
    })),
  );
  const everything = { from: undefined, to: undefined };
  const honest = (id: number) => ({ id, core: everything, honest: true });
  const ignoring = (id: number) => ({ id, core: everything, honest: false });

  it('that ignores its filter shows no row that is or could be left out, and decides nothing', () => {
    const shown = createShown(tenant);
    const missing = createMissingRows(tenant, createFaultPlan(1, ['missing-rows']), shown);
    const out = (read: Read) => rows.filter((row) => missing.leavesOut(row, read, []));
    const before = out(ignoring(1));
    expect(before.length).toBeGreaterThan(20);
    expect(out(honest(2))).toEqual(before);
    expect(out(ignoring(3))).toEqual(before);
    expect(out(honest(4))).toEqual([]);
    shown.mark(before);
    expect(out(ignoring(5))).toEqual([]);
  });

  it('keeps what was left out so when the fault is switched off', () => {
    const plan = createFaultPlan(1, ['missing-rows']);
    const missing = createMissingRows(tenant, plan, createShown(tenant));
    const out = (read: Read) => rows.filter((row) => missing.leavesOut(row, read, []));
    const before = out(honest(1));
    plan.names = [];
    expect(out(honest(1))).toEqual(before);
    expect(out(honest(2))).toEqual([]);
    const fresh = createMissingRows(tenant, plan, createShown(tenant));
    expect(rows.filter((row) => fresh.leavesOut(row, honest(1), []))).toEqual([]);
  });
});

describe('missing-rows', () => {
  it('are left out of the first read, well inside its range, and found by the next', async () => {
    const first = await read(FROM, TO);
    const missing = await leftOutOf(first);
    expect(missing.length).toBeGreaterThan(5);
    expect(missing.length).toBeLessThan(first.length / 15);
    for (const record of missing) {
      expect(timeOf(record)).toBeGreaterThanOrEqual(FROM + 3000);
      expect(timeOf(record)).toBeLessThanOrEqual(TO - 3000);
    }
    const shown = await truth();
    for (const record of missing) expect(shown).not.toContain(record);
    expect(await leftOutOf(await read(FROM, TO))).toEqual([]);
    expect(await truth()).toEqual(expect.arrayContaining(missing));
  });

  it('are found by no read that has them near its end, and by none that ignores its filter', async () => {
    const missing = await leftOutOf(await read(FROM, TO));
    const one = missing[0] ?? '';
    const time = timeOf(one);
    expect(await read(time - 2000, time + HOUR)).not.toContain(one);
    expect(await read(time - HOUR, time + 2000)).not.toContain(one);
    await setFaults(simulator, ['ignored-filter']);
    const ignoring: string[] = [];
    for (let count = 0; count < 150; count += 1) {
      const records = recordsOf((await get(urlOf(NOW - 2 * HOUR, NOW - HOUR, 1000))).body).map(stored);
      if (records.some((record) => timeOf(record) < NOW - 2 * HOUR)) ignoring.push(...records);
    }
    expect(ignoring.filter((record) => timeOf(record) < TO).length).toBeGreaterThan(100);
    const untouched = missing.filter((record) => record === one || Math.abs(timeOf(record) - time) > HOUR);
    expect(untouched.length).toBeGreaterThan(2);
    for (const record of untouched) expect(ignoring).not.toContain(record);
    expect(await read(time - 4000, time + 4000)).toContain(one);
    expect(await read(time - 1000, time + 1000)).toContain(one);
  });

  it('stay left out on every page of the read, asked for as often as one likes', async () => {
    const first = JSON.parse((await get(urlOf(FROM, TO, 50))).body.toString()) as Record<string, string>;
    const link = String(first['@odata.nextLink']);
    const once = recordsOf((await get(link)).body);
    expect(recordsOf((await get(link)).body)).toEqual(once);
    const missing = await leftOutOf(await read(FROM, TO));
    const [newest, oldest] = [timeOf(once[0] ?? ''), timeOf(once.at(-1) ?? '')];
    const here = missing.filter((record) => timeOf(record) < newest && timeOf(record) > oldest);
    expect(here).toEqual([]);
  });

  it('that a near end has shown before are left out of nothing', async () => {
    const all = await lines(simulator, `tenant/directoryAudits?from=${iso(FROM)}&to=${iso(TO)}`);
    const missing = new Set(await leftOutOf(await read(FROM, TO)));
    const fresh = await start({ perDay: 60_000, days: 1, faults: ['missing-rows'] });
    const one = all.find((record) => missing.has(record)) ?? '';
    const range = (from: number, to: number) =>
      fresh.url + pathWith(AUDITS, `activityDateTime ge ${iso(from)} and activityDateTime le ${iso(to)}`);
    expect((await readAll(range(timeOf(one) - 2000, timeOf(one) + 2000))).records).toContain(one);
    expect((await readAll(range(FROM, TO))).records).toContain(one);
    await fresh.close();
  });

  it('are decided anew when the answer was not delivered whole', async () => {
    // Many narrow first pages, some of them spoilt: of those the next answer is the first one again.
    const other = await start({ perDay: 60_000, days: 1, faults: ['missing-rows', 'truncated-page', 'broken-page'] });
    const spoilt: string[] = [];
    const found: string[] = [];
    for (let from = NOW - 20 * HOUR; from < NOW - HOUR; from += 900_000) {
      const filter = `activityDateTime ge ${iso(from)} and activityDateTime le ${iso(from + 900_000)}`;
      const url = other.url + pathWith(AUDITS, filter, 1000);
      const answer = await get(url).catch(() => undefined);
      if (answer && isJson(answer.body)) continue;
      const all = await lines(other, `tenant/directoryAudits?from=${iso(from)}&to=${iso(from + 900_000)}`);
      const next = (await readAll(url)).records;
      spoilt.push(...all.filter((record) => !next.includes(record)));
      const last = (await readAll(url)).records;
      found.push(...all.filter((record) => !next.includes(record) && last.includes(record)));
    }
    expect(spoilt.length).toBeGreaterThan(0);
    expect(found).toEqual(spoilt);
    await other.close();
  });
});

function isJson(body: Buffer): boolean {
  try {
    JSON.parse(body.toString());
    return true;
  } catch {
    return false;
  }
}
