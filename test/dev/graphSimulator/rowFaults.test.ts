import { afterEach, describe, expect, it } from 'vitest';
import { createConditions } from '../../../dev/graphSimulator/conditions.ts';
import { existingRow, type World } from '../../../dev/graphSimulator/existing.ts';
import { createFaultPlan } from '../../../dev/graphSimulator/faultPlan.ts';
import { arrivals, lateness } from '../../../dev/graphSimulator/lateness.ts';
import type { Simulator } from '../../../dev/graphSimulator/server.ts';
import { createShown } from '../../../dev/graphSimulator/shown.ts';
import { STREAMS, type Stream } from '../../../dev/graphSimulator/streams.ts';
import { createTenant } from '../../../dev/graphSimulator/tenant.ts';
import { systemClock } from '../../../shared/clock.ts';
import { DAY, HOUR, iso, lines, NOW, pathWith, readAll, setFaults, start, stored } from './client.ts';

const SIGN_INS = '/beta/auditLogs/signIns';

let simulator: Simulator;
afterEach(() => simulator?.close());

/** A world without a server: what exists, by the clock. */
function worldOf(perDay: number, faults: string[]): World {
  const tenant = createTenant(1, perDay);
  const plan = createFaultPlan(1, faults);
  return { tenant, start: NOW - 30 * DAY, plan, conditions: createConditions(), shown: createShown(tenant) };
}

const stream = (name: string) => STREAMS.get(name) as Stream;
const idOf = (record: string) => (JSON.parse(record) as { id: string }).id;

/** The version of each row of some hours that exists so long after the row's time; `undefined` where none does. */
function after(world: World, one: Stream, hours: number, delay: number) {
  const first = Math.floor((NOW - 25 * DAY) / HOUR);
  return Array.from({ length: hours }, (_, step) => world.tenant.hour(one, first + step)).flatMap((hour) =>
    [...hour.ticks.keys()].map((index) => {
      const time = world.tenant.timeOf({ stream: one, hour: hour.hour, index, changed: false, v1: false });
      return existingRow(world, one, hour, index, false, time + delay);
    }),
  );
}

describe('late-rows', () => {
  it('come with P95 2 minutes and P99 5 minutes, all but a few within an hour and all within three days', () => {
    const world = worldOf(200_000, ['late-rows']);
    const share = (delay: number) => {
      const rows = after(world, stream('nonInteractiveSignIns'), 12, delay);
      return rows.filter((row) => row !== undefined).length / rows.length;
    };
    expect(share(0)).toBe(0);
    expect(share(13_000)).toBeGreaterThan(0.4);
    expect(share(13_000)).toBeLessThan(0.6);
    expect(share(120_000)).toBeCloseTo(0.95, 2);
    expect(share(300_000)).toBeCloseTo(0.99, 2);
    expect(share(HOUR)).toBeLessThan(1);
    expect(share(HOUR)).toBeGreaterThan(0.999);
    expect(share(DAY + 1)).toBeGreaterThan(0.9999);
    expect(share(3 * DAY + 1)).toBe(1);
  });

  it.each([
    [2000, 0.25],
    [40_000, 0.0125],
    [400_000, 0.01],
  ])('of a tenant of %i a day, %f in 1,000 come after two to three days', (perDay, perThousand) => {
    const tenant = createTenant(1, perDay);
    const delays = Array.from({ length: 1_000_000 }, (_, row) => lateness(tenant, 3, 490_000 + row, 7));
    const days = delays.filter((delay) => delay > DAY);
    expect(days.every((delay) => delay >= 2 * DAY && delay <= 3 * DAY)).toBe(true);
    expect(days.length / 1000 / perThousand).toBeGreaterThan(0.5);
    expect(days.length / 1000 / perThousand).toBeLessThan(1.5);
    const hours = delays.filter((delay) => delay >= HOUR && delay <= DAY);
    expect(hours.length / 1000).toBeGreaterThan(0.08);
    expect(hours.filter((delay) => delay > 12 * HOUR).length).toBeGreaterThan(20);
  });

  it('a month of a small tenant has some that come after two days', () => {
    const world = worldOf(2000, ['late-rows']);
    const delays = [...STREAMS.values()].flatMap((one) =>
      Array.from({ length: 30 * 24 }, (_, step) => world.tenant.hour(one, Math.floor(world.start / HOUR) + step))
        .filter(({ origins }) => origins === undefined)
        .flatMap(({ hour, ticks }) => arrivals(world.tenant, one, hour, ticks).map(({ at, visible }) => visible - at)),
    );
    expect(delays.length).toBeGreaterThan(55_000);
    expect(delays.filter((delay) => delay > 2 * DAY).length).toBeGreaterThan(3);
  });

  it('are seen once the running clock has passed their delay, of the history and of what happens meanwhile', async () => {
    const clock = { ...systemClock, at: NOW, now: () => clock.at };
    simulator = await start({ perDay: 400_000, days: 4, faults: ['late-rows'], clock });
    const { tenant } = worldOf(400_000, []);
    const one = stream('directoryAudits');
    const from = Math.floor(NOW / HOUR) - 3 * 24;
    const rows = Array.from({ length: 4 * 24 }, (_, step) => from + step).flatMap((hour) =>
      arrivals(tenant, one, hour, tenant.hour(one, hour).ticks).map((arrival, index) => ({ hour, index, ...arrival })),
    );
    const late = rows.filter(({ at, visible }) => visible - at > HOUR || Math.abs(at - NOW) < 60_000);
    expect(late.some(({ at, visible }) => at < NOW && visible > NOW)).toBe(true);
    expect(late.some(({ at }) => at > NOW)).toBe(true);
    const shows = async ({ hour, index }: { hour: number; index: number }) => {
      const id = idOf(tenant.bytes({ stream: one, hour, index, changed: false, v1: false }).toString());
      const second = iso(
        Math.floor(tenant.timeOf({ stream: one, hour, index, changed: false, v1: false }) / 1000) * 1000,
      );
      const filter = `activityDateTime ge ${second} and activityDateTime le ${second.replace('Z', '.9999999Z')}`;
      const { records } = await readAll(simulator.url + pathWith('/v1.0/auditLogs/directoryAudits', filter));
      return records.map(idOf).includes(id);
    };
    for (const row of late.toSorted((a, b) => a.visible - b.visible)) {
      clock.at = row.visible - 1;
      expect(await shows(row)).toBe(false);
      clock.at = row.visible + 1;
      expect(await shows(row)).toBe(true);
    }
  });

  it('leave exactly one version of a row that moves, whatever the delays', () => {
    const world = worldOf(100_000, ['late-rows']);
    const one = stream('riskyUsers');
    for (let at = NOW - 5 * DAY; at < NOW; at += 7 * HOUR + 13_000) {
      const entities: number[] = [];
      for (let number = Math.floor(at / HOUR) - 30 * 24; number <= Math.floor(at / HOUR); number += 1) {
        const hour = world.tenant.hour(one, number);
        for (const index of hour.ticks.keys()) {
          if (existingRow(world, one, hour, index, false, at)) entities.push(hour.origins?.[index]?.row ?? -1);
        }
      }
      expect(new Set(entities).size).toBe(entities.length);
      expect(entities.length).toBe(1000);
    }
  });

  it('never leave a gap between two versions of a row', () => {
    const world = worldOf(200_000, ['late-rows']);
    const one = stream('riskDetections');
    const first = Math.floor((NOW - 10 * DAY) / HOUR);
    const versions = Map.groupBy(
      Array.from({ length: 60 }, (_, step) => world.tenant.hour(one, first + step)).flatMap((hour) =>
        [...hour.ticks.keys()].map((index) => ({ hour, index, origin: hour.origins?.[index] })),
      ),
      ({ origin }) => `${origin?.hour}/${origin?.row}`,
    );
    let gapless = 0;
    for (const entries of [...versions.values()].filter((list) => list.length > 1)) {
      const times = entries.map(({ origin }) => origin?.time ?? 0);
      for (let at = Math.min(...times), begun = false; at < Math.max(...times) + HOUR; at += 15_000) {
        const existing = entries.filter(({ hour, index }) => existingRow(world, one, hour, index, false, at)).length;
        expect(existing).toBeLessThanOrEqual(1);
        if (begun) expect(existing).toBe(1);
        begun ||= existing === 1;
      }
      gapless += 1;
    }
    expect(gapless).toBeGreaterThan(100);
  });

  it('that were shown do not vanish when the fault is switched on', async () => {
    simulator = await start({ perDay: 20_000 });
    const recent = pathWith(
      SIGN_INS,
      `createdDateTime ge ${iso(NOW - 60_000)} and signInEventTypes/any(t: t eq 'nonInteractiveUser')`,
    );
    const before = await readAll(simulator.url + recent);
    const other = await start({ perDay: 20_000, faults: ['late-rows'] });
    await setFaults(simulator, ['late-rows']);
    expect((await readAll(simulator.url + recent)).records).toEqual(before.records);
    expect((await readAll(other.url + recent)).records.length).toBeLessThan(before.records.length);
    await other.close();
  });
});

describe('changed-rows', () => {
  it('are one row in thirty, from ten minutes to twenty days after they happened, and never of a type that moves', () => {
    const world = worldOf(50_000, ['changed-rows']);
    const changed = (name: string, delay: number) => {
      const rows = after(world, stream(name), 24, delay);
      return rows.filter((row) => row?.changed).length / rows.length;
    };
    expect(changed('nonInteractiveSignIns', 599_000)).toBe(0);
    const [hour, week, all] = [HOUR, 7 * DAY, 20 * DAY].map((delay) => changed('nonInteractiveSignIns', delay)) as [
      number,
      number,
      number,
    ];
    expect(hour).toBeGreaterThan(0);
    expect(week).toBeGreaterThan(hour);
    expect(all).toBeGreaterThan(week);
    expect(all).toBeCloseTo(1 / 30, 2);
    for (const name of ['riskDetections', 'riskyUsers']) expect(changed(name, 20 * DAY)).toBe(0);
    expect(changed('directoryAudits', 20 * DAY)).toBeGreaterThan(0.01);
  });

  it('have other bytes under the same id and time, and stay changed once they were shown so', async () => {
    simulator = await start({ perDay: 5000, days: 10 });
    const range = `from=${iso(NOW - 9 * DAY)}&to=${iso(NOW - 8 * DAY)}`;
    const first = await lines(simulator, `tenant/directoryAudits?${range}`);
    await setFaults(simulator, ['changed-rows']);
    const audits = pathWith(
      '/v1.0/auditLogs/directoryAudits',
      `activityDateTime ge ${iso(NOW - 9 * DAY)} and activityDateTime le ${iso(NOW - 8 * DAY)}`,
    );
    const later = (await readAll(simulator.url + audits)).records.toReversed();
    const key = (text: string) =>
      (({ id, activityDateTime }) => `${id} ${activityDateTime}`)(JSON.parse(text) as Record<string, string>);
    expect(later.map(key)).toEqual(first.map(key));
    expect(later.filter((text, at) => text !== first[at]).length).toBeGreaterThan(1);
    await setFaults(simulator, []);
    expect((await readAll(simulator.url + audits)).records.toReversed()).toEqual(later);
    expect(later.map(stored)).toEqual(later);
  });
});
