/** The answers of coverage: ranges, what could not be had, the summary, and what an export says of itself. */
import { describe, expect, it } from 'vitest';
import { formatSeconds } from '../../shared/archive/time.ts';
import { readCoverage, summariseCoverage } from '../../shared/coverage.ts';
import { exportRange } from '../../shared/export.ts';
import { LedgerTorn } from '../../shared/ledger.ts';
import { pull } from '../../shared/pull.ts';
import { inflated } from '../../shared/serve/encode.ts';
import { rangeOf } from '../support/coverageLedger.ts';
import { refusal } from '../support/fakeGraph.ts';
import { createWorld, DAY, rows, seconds, worldOf } from '../support/flowHarness.ts';
import { recording, type StoreCall } from '../support/storeHooks.ts';

const AUDITS = 'directoryAudits';
const HOUR = 3600;
const OVERDUE = 900 + 2 * HOUR;

describe('without a range', () => {
  it('coverage is told from the start of the archive to now', async () => {
    const { world, type } = worldOf(AUDITS);
    await world.collectAll(AUDITS);
    const now = Math.floor(world.clock.now() / 1000);
    const answer = await readCoverage(world.instance(), type, undefined);
    expect(answer).toMatchObject(rangeOf(seconds('2026-11-19T13:00:00Z'), now));
    expect(answer.spans.map(({ state }) => state)).toEqual(['provisional', 'pending']);
    expect(answer.nextSweep).toBe('2026-11-20T13:00:00Z');
    expect(answer.means).toMatch(/^Complete means .* Microsoft Graph showed .* AD FS .* first-party .* activity logs/);
  });

  it('coverage is told of 31 days where the archive is older, or has not begun', async () => {
    const { world, type } = worldOf(AUDITS, { sourceDays: 60 });
    const now = Math.floor(world.clock.now() / 1000);
    expect(await readCoverage(world.instance(), type, undefined)).toMatchObject(rangeOf(now - 31 * DAY, now));
    await world.collectAll(AUDITS);
    expect(await readCoverage(world.instance(), type, undefined)).toMatchObject(rangeOf(now - 31 * DAY, now));
  });
});

describe('what could not be had', () => {
  it('is unavailable with its cause and deadline, until it is read', async () => {
    const { world, type } = worldOf(AUDITS, { sourceDays: 7 });
    await world.collectAll(AUDITS);
    const watermark = world.until();
    world.graph.script = () =>
      refusal(403, 'Authentication_RequestFromNonPremiumTenantOrB2CTenant', 'no premium license');
    for (let run = 0; run < 3; run += 1) {
      world.advance(2 * DAY);
      await pull(world.instance(), type.budget, new AbortController().signal);
    }
    const now = Math.floor(world.clock.now() / 1000);
    const { gaps, state } = await readCoverage(world.instance(), type, rangeOf(watermark - HOUR, now));
    expect(state).toBe('unavailable');
    expect(gaps).toEqual([
      {
        from: formatSeconds(watermark),
        to: formatSeconds(now),
        state: 'unavailable',
        cause: 'unlicensed: the tenant has no licence for it',
        recoverableUntil: formatSeconds(watermark + 7 * DAY),
        recoverable: 'yes',
      },
    ]);
    world.graph.script = () => undefined;
    await pull(world.instance(), type.budget, new AbortController().signal);
    expect((await readCoverage(world.instance(), type, rangeOf(watermark - HOUR, now))).gaps).toEqual([]);
  });

  it('is lost in part, and then for good, when nobody reads it', async () => {
    const { world, type } = worldOf(AUDITS, { sourceDays: 7 });
    await world.collectAll(AUDITS);
    const watermark = world.until();
    const recoverable = async (age: number) => {
      world.advance(watermark + age - Math.floor(world.clock.now() / 1000));
      const { gaps } = await readCoverage(world.instance(), type, rangeOf(watermark, watermark + DAY));
      const summary = await summariseCoverage(world.instance(), rangeOf(watermark, watermark + DAY));
      return [gaps.map((gap) => gap.recoverable), summary.logTypes[0]?.nextDeadline];
    };
    expect(await recoverable(3 * DAY)).toEqual([['yes'], formatSeconds(watermark + 7 * DAY)]);
    expect(await recoverable(7 * DAY + HOUR)).toEqual([['partly'], formatSeconds(watermark + 7 * DAY + HOUR)]);
    expect(await recoverable(9 * DAY)).toEqual([['no'], null]);
  });
});

describe('the summary of all log types', () => {
  it('says how much of the range is in which state, and where it ends', async () => {
    const world = createWorld({ logTypes: [AUDITS, 'provisioning'] });
    await world.collectAll(AUDITS);
    const [from, now] = [seconds('2026-11-20T00:00:00Z'), Math.floor(world.clock.now() / 1000)];
    const { logTypes } = await summariseCoverage(world.instance(), rangeOf(from, now));
    expect(logTypes).toEqual([
      {
        logType: AUDITS,
        ...rangeOf(from, now),
        state: 'pending',
        coveredTo: rangeOf(world.until(), now).from,
        seconds: { provisional: world.until() - from, pending: now - world.until() },
        openGaps: 0,
        nextDeadline: null,
      },
      {
        logType: 'provisioning',
        ...rangeOf(from, now),
        state: 'unavailable',
        coveredTo: rangeOf(from, now).from,
        seconds: { unavailable: now - OVERDUE - from, pending: OVERDUE },
        openGaps: 0,
        nextDeadline: null,
      },
    ]);
  });

  it('names a torn ledger and a missing container as states of their log types', async () => {
    const { world, type } = worldOf(AUDITS);
    await world.collectAll(AUDITS);
    const blobs = world.stores.containers.get('ledger');
    for (const name of [...(blobs?.keys() ?? [])]) blobs?.set(name, Buffer.from('{}'));
    world.stores.partitions.clear();
    await expect(readCoverage(world.instance(), type, undefined)).rejects.toThrow(LedgerTorn);
    const torn = await summariseCoverage(world.instance(), undefined);
    expect(torn.logTypes).toEqual([{ logType: AUDITS, state: 'torn', error: expect.stringContaining('is damaged') }]);
    world.stores.containers.delete('ledger');
    const missing = await summariseCoverage(world.instance(), undefined);
    expect(missing.logTypes).toMatchObject([{ logType: AUDITS, state: 'misconfigured' }]);
  });
});

describe('the coverage of an export', () => {
  it('is that of the entries it is answered from, also when another commits meanwhile', async () => {
    const { world, type } = worldOf(AUDITS);
    world.graph.add(AUDITS, ...rows(type, 20, '2026-11-20T08:00:00Z', 900));
    await world.collectAll(AUDITS);
    world.advance(HOUR);
    let met = 0;
    const deps = world.instance(async (call, run) => {
      if (call.op !== 'rows' || !call.target.includes('/day|')) return run();
      met += 1;
      if (met === 1) await world.collectAll(AUDITS);
      return run();
    });
    const range = rangeOf(seconds('2026-11-20T00:00:00Z'), seconds('2026-11-21T00:00:00Z'));
    const { pin, coverage, pieces } = await exportRange(deps, type, { range, versions: 'all' });
    const body = inflated(pieces);
    const lines = Buffer.concat(await Array.fromAsync(body))
      .toString('utf8')
      .split('\n')
      .slice(0, -1);
    expect(coverage).toEqual({ state: 'pending', coveredTo: rangeOf(world.until(), world.until()).from });
    expect(pin.head?.to).toBe(world.until());
    expect(lines.toSorted()).toEqual(world.check(AUDITS).lines.toSorted());
    expect(met).toBe(2);
  });

  it('takes one look at the ledger and one query of the table', async () => {
    const { world, type } = worldOf(AUDITS);
    await world.collectAll(AUDITS);
    const calls: StoreCall[] = [];
    const range = rangeOf(seconds('2026-11-20T00:00:00Z'), seconds('2026-11-20T12:00:00Z'));
    const { coverage } = await exportRange(world.instance(recording(calls)), type, { range, versions: 'all' });
    expect(coverage).toEqual({ state: 'provisional', coveredTo: range.to });
    const partition = `${world.config.tenantId}|${AUDITS}`;
    expect(calls.map(({ op, target }) => `${op} ${target}`).filter((call) => !call.startsWith('list'))).toEqual([
      `row ${partition}/watermark`,
      `rows ${partition}/day|2026-11-20`,
    ]);
  });

  it('keeps to the range, to the fraction of a second', async () => {
    const { world, type } = worldOf(AUDITS);
    await world.collectAll(AUDITS);
    const covered = async (from: string, to: string) =>
      (await exportRange(world.instance(), type, { range: { from, to }, versions: 'all' })).coverage;
    const [from, to] = ['2026-11-20T05:00:00.1234567Z', '2026-11-20T06:00:00.7654321Z'];
    expect(await covered(from, to)).toEqual({ state: 'provisional', coveredTo: to });
    const early = '2026-11-01T00:00:00.1234567Z';
    expect(await covered(early, to)).toEqual({ state: 'unavailable', coveredTo: early });
    expect(await covered(from, '9999-12-31T23:59:59.9999999Z')).toEqual({
      state: 'pending',
      coveredTo: rangeOf(world.until(), 0).from,
    });
  });
});
