/** Keeping sketches: what is opened for them, when, and that it never stands in the way of a run. */
import { describe, expect, it } from 'vitest';
import { applyLedger } from '../../shared/ledger.ts';
import { pull } from '../../shared/pull.ts';
import { endOf, isDue, monthAfter, monthAt } from '../../shared/sketchSpans.ts';
import { DAY, seconds, worldOf } from '../support/flowHarness.ts';
import { AUDITS, keep, keepAll, manyDays, matcherOf, opened, searched, userRow } from '../support/searching.ts';
import { storeRows } from '../support/storedRows.ts';
import { type Around, plainly, recording, type StoreCall } from '../support/storeHooks.ts';

describe('keeping sketches', () => {
  it('opens nothing when nothing is new', async () => {
    const { world } = await manyDays();
    await keepAll(world);
    const calls: StoreCall[] = [];
    await keep(world, recording(calls));
    expect(opened(calls)).toEqual([]);
    expect(calls.filter(({ op }) => op === 'put')).toEqual([]);
  });

  it('leaves the day alone that is not over', async () => {
    const { world, type } = worldOf(AUDITS, { sourceDays: 365 });
    await storeRows(world, type, [
      userRow(type, 'a', '2026-11-19T07:00:00Z', 'x'),
      userRow(type, 'b', '2026-11-20T07:00:00Z', 'x'),
    ]);
    await keepAll(world);
    const rows = [...(world.stores.partitions.get(`${world.config.tenantId}|${AUDITS}`)?.keys() ?? [])];
    expect(rows.filter((key) => key.startsWith('sketch|'))).toEqual(['sketch|2026-11-19']);
  });

  it('takes late segments in eight days after the day, and opens only those', async () => {
    const { world, type } = worldOf(AUDITS, { sourceDays: 365 });
    await storeRows(world, type, [userRow(type, 'a', '2026-11-19T07:00:00Z', 'x')]);
    await keep(world);
    await storeRows(world, type, [userRow(type, 'late', '2026-11-19T09:00:00Z', 'y')]);
    const calls: StoreCall[] = [];
    world.advance(7 * DAY);
    await keep(world, recording(calls));
    expect(opened(calls)).toEqual([]);
    world.advance(DAY);
    await keep(world, recording(calls));
    expect(opened(calls)).toEqual(['2026-11-19T09']);
    const { opened: hours } = await searched(world, type, matcherOf("initiatedBy/user/userPrincipalName eq 'x'"));
    expect(hours).toEqual(['2026-11-19T07']);
  });

  it('goes on where the time was up', async () => {
    const { world, type } = worldOf(AUDITS, { sourceDays: 365 });
    const list = Array.from({ length: 12 }, (_, hour) =>
      userRow(type, `${hour}`, `2026-11-19T${String(hour).padStart(2, '0')}:00:00Z`, `user${hour}@x`),
    );
    await storeRows(world, type, list);
    const calls: StoreCall[] = [];
    for (let run = 0; run < 20; run += 1) {
      const before = opened(calls).length;
      await keep(world, recording(calls), () => opened(calls).length < before + 3);
      world.advance(900);
    }
    expect(opened(calls).toSorted()).toEqual(list.map((_row, hour) => `2026-11-19T${String(hour).padStart(2, '0')}`));
    const { opened: hours } = await searched(world, type, matcherOf("initiatedBy/user/userPrincipalName eq 'user8@x'"));
    expect(hours).toEqual(['2026-11-19T08']);
  });

  it('is done at the end of a run, and its failure is none of the run', async () => {
    const { world, type } = worldOf(AUDITS, { sourceDays: 3 });
    world.graph.add(
      AUDITS,
      userRow(type, 'a', '2026-11-19T07:00:00Z', 'x'),
      userRow(type, 'b', '2026-11-18T07:00:00Z', 'y'),
    );
    const broken: Around = (call, run) => {
      if (call.target.startsWith('work/')) throw new Error('no answer');
      return run();
    };
    const run = (around: Around) => pull(world.instance(around), 'reports', new AbortController().signal);
    expect(await run(broken)).toMatchObject({ failed: [], behind: [] });
    expect(world.logs.filter(({ level }) => level === 'warn').map(({ message }) => message)).toContain(
      'sketches could not be made: no answer',
    );
    expect(await run(plainly)).toMatchObject({ failed: [], behind: [] });
    expect((await applyLedger(world.instance(), AUDITS)).segments).toBe(2);
    const { opened: hours } = await searched(world, type, matcherOf("initiatedBy/user/userPrincipalName eq 'y'"));
    expect(hours).toEqual(['2026-11-18T07']);
  });
});

describe('the time at which sketches are made', () => {
  const end = endOf('2026-11-19');
  const at = (days: number) => end + days * DAY;
  const made = (days: number, whole = true) => ({ of: '', at: at(days), whole });

  it('is the end of a day or a month', () => {
    expect(end).toBe(seconds('2026-11-20T00:00:00Z'));
    expect(endOf('2026-12')).toBe(seconds('2027-01-01T00:00:00Z'));
    expect([monthAt(end), monthAfter('2026-01', -1), monthAfter('2026-12', 1)]).toEqual([
      '2026-11',
      '2025-12',
      '2027-01',
    ]);
  });

  it.each([
    ['none was made', undefined, 0, true],
    ['the time was up then', made(0, false), 0.1, true],
    ['segments came on the next day', made(0), 1, false],
    ['eight days have passed', made(0), 8, true],
    ['eight days had passed then', made(8), 25, false],
    ['twenty-six days have passed', made(8), 26, true],
    ['segments came after all sweeps', made(26), 26.1, true],
  ])('and then, when %s', (_what, hint, now, due) => {
    expect(isDue(end, at(now), hint)).toBe(due);
  });
});
