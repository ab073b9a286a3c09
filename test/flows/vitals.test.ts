/** What status and the line at a run's end say of a log type's lag, gaps and silence. */
import { describe, expect, it } from 'vitest';
import { noteProof } from '../../shared/proof/proofRow.ts';
import { pull } from '../../shared/pull.ts';
import { AFTER_RUN } from '../../shared/runReport.ts';
import { readStatus } from '../../shared/status.ts';
import { refusal } from '../support/fakeGraph.ts';
import { DAY, row, rows, type World, worldOf } from '../support/flowHarness.ts';
import { poisoned } from '../support/poison.ts';
import { recording, type StoreCall } from '../support/storeHooks.ts';

const AUDITS = 'directoryAudits';
const HOUR = 3600;

async function run(world: World, deps = world.instance(), budget: 'reports' | 'risk' = 'reports') {
  await haveSigned(world);
  return pull(deps, budget, new AbortController().signal);
}

/** Notes what the timer that signs would have: these tests are not about it. */
async function haveSigned(world: World): Promise<void> {
  const signedAt = Math.floor(world.clock.now() / 1000);
  for (const { name } of world.config.logTypes) await noteProof(world.instance(), name, { signedAt });
}

async function statusOf(world: World) {
  await haveSigned(world);
  const [status] = await readStatus(world.instance(), 1000);
  if (!status) throw new Error('there is no status');
  return status;
}

const namesOf = ({ alarms }: { alarms: readonly { name: string; level: string }[] }) =>
  alarms.map(({ name, level }) => `${name} ${level}`);

const down = () => refusal(503, 'ServiceUnavailable');
const forbidden = () => refusal(403, 'Authorization_RequestDenied');

/** A source that keeps ten days, all of them read, with a row every ten minutes. */
async function wellWorld(): Promise<World> {
  const { world, type } = worldOf(AUDITS, { sourceDays: 10 });
  world.graph.add(AUDITS, ...rows(type, 4000, '2026-11-10T13:00:00Z', 600));
  await run(world);
  return world;
}

/** The lines that runs said at their ends. */
const saidAfterRuns = (world: World) => world.logs.filter(({ message }) => message === AFTER_RUN);

describe('a log type that is up to date', () => {
  it('has a lag of no more than what settles, and nothing missing', async () => {
    const world = await wellWorld();
    expect(await statusOf(world)).toMatchObject({
      state: 'healthy',
      lagSeconds: 900,
      oldestGap: null,
      countdownSeconds: null,
      volume: { hoursSinceLastRecord: 0, longestQuietBefore: 0 },
      alarms: [],
    });
  });

  it('is said in one line at the end of a run, at level info', async () => {
    const world = await wellWorld();
    const { bytes, rawBytes } = await statusOf(world);
    expect(saidAfterRuns(world)).toEqual([
      {
        level: 'info',
        message: AFTER_RUN,
        fields: {
          logType: AUDITS,
          state: 'healthy',
          lagSeconds: 900,
          oldestGapFrom: null,
          oldestGapTo: null,
          oldestGapCause: null,
          countdownSeconds: null,
          hoursSinceLastRecord: 0,
          longestQuietBefore: 0,
          alarms: [],
          watermark: '2026-11-20T12:05:00Z',
          storedRecords: 1435,
          storedBytes: bytes,
          storedRawBytes: rawBytes,
        },
      },
    ]);
  });

  it('costs a run four reads of the table for that line, and no write', async () => {
    const world = await wellWorld();
    const calls: StoreCall[] = [];
    await run(world, world.instance(recording(calls)));
    expect(calls.slice(-4).map(({ op, target }) => [op, target.split('/')[1]?.slice(0, 6)])).toEqual([
      ['row', 'status'],
      ['rows', 'day|20'],
      ['rows', 'damage'],
      ['row', 'proof'],
    ]);
    expect(calls.filter(({ op }) => op === 'commit' || op === 'put')).toEqual([]);
  });
});

describe('a log type that falls behind', () => {
  it('has a gap from its watermark on once that is overdue, and a countdown', async () => {
    const world = await wellWorld();
    world.graph.script = down;
    world.advance(2 * HOUR);
    expect(await statusOf(world)).toMatchObject({ oldestGap: null, countdownSeconds: null });
    world.advance(HOUR);
    expect(await statusOf(world)).toMatchObject({
      lagSeconds: 3 * HOUR + 900,
      oldestGap: {
        from: '2026-11-20T12:05:00Z',
        to: '2026-11-20T13:05:00Z',
        cause: 'not read yet: the pull is behind',
        recoverableUntil: '2026-11-30T12:05:00Z',
      },
      countdownSeconds: 10 * DAY - 3 * HOUR - 900,
      // The first walk may be under way: no alarm.
      alarms: [],
    });
  });

  it('is alarmed about from a quarter of what the source keeps on, and loudly from half of it on', async () => {
    const world = await wellWorld();
    world.graph.script = down;
    const seen: [string, string[]][] = [];
    for (const days of [2.9, 0.2, 2, 1]) {
      world.advance(days * DAY);
      await run(world);
      const status = await statusOf(world);
      const { level, fields } = saidAfterRuns(world).at(-1) ?? {};
      expect(fields).toMatchObject({ state: 'failing', lagSeconds: status.lagSeconds, alarms: status.alarms });
      expect(fields).toMatchObject({
        oldestGapFrom: '2026-11-20T12:05:00Z',
        oldestGapTo: status.oldestGap?.to,
        countdownSeconds: status.countdownSeconds,
      });
      seen.push([String(level), namesOf(status)]);
    }
    expect(seen).toEqual([
      ['info', []],
      ['warn', ['gap warning', 'lag warning']],
      ['error', ['gap critical', 'lag critical']],
      ['error', ['gap critical', 'lag critical']],
    ]);
    world.graph.script = () => undefined;
    await run(world);
    expect(await statusOf(world)).toMatchObject({ alarms: [], oldestGap: null });
  });

  it('no longer counts what is lost, once the source has forgotten it', async () => {
    const world = await wellWorld();
    world.advance(12 * DAY);
    await run(world);
    const { entries } = world.check(AUDITS);
    expect(entries.filter(({ kind }) => kind === 'gap')).toHaveLength(1);
    expect(await statusOf(world)).toMatchObject({ oldestGap: null, countdownSeconds: null, alarms: [] });
  });
});

describe('a second that cannot be read', () => {
  it('is the oldest gap until it is read after all', async () => {
    const { world, type } = worldOf(AUDITS, { sourceDays: 10 });
    world.graph.add(AUDITS, row(type, 'poisoned', '2026-11-16T10:10:10Z'));
    world.graph.script = poisoned(['2026-11-16T10:10:10Z']);
    for (let n = 0; n < 6; n += 1) await run(world);
    const status = await statusOf(world);
    expect(status).toMatchObject({
      watermark: '2026-11-20T12:05:00Z',
      oldestGap: {
        from: '2026-11-16T10:10:10Z',
        cause: expect.stringContaining('Graph'),
      },
    });
    expect(namesOf(status)).toEqual(['gap warning']);
    world.graph.script = () => undefined;
    world.advance(4 * DAY);
    await run(world);
    expect(world.check(AUDITS).lines).toEqual([...world.graph.shown(AUDITS)]);
    expect(await statusOf(world)).toMatchObject({ oldestGap: null, alarms: [] });
  });
});

describe('a log type that cannot be had', () => {
  it('is an alarm with its next step at once, and its countdown runs', async () => {
    const world = await wellWorld();
    world.graph.script = forbidden;
    world.advance(HOUR);
    await run(world);
    expect(namesOf(await statusOf(world))).toEqual(['unavailable warning']);
    world.advance(5 * HOUR);
    await run(world);
    const status = await statusOf(world);
    expect(status.oldestGap).toMatchObject({
      from: '2026-11-20T12:05:00Z',
      cause: expect.stringMatching(/^forbidden/),
    });
    expect(status.countdownSeconds).toBe(10 * DAY - 6 * HOUR - 900);
    expect(status.alarms[0]?.text).toContain('Grant the application permission AuditLog.Read.All');
    world.advance(5 * DAY);
    await run(world);
    expect(namesOf(await statusOf(world))).toEqual(['unavailable critical', 'lag critical']);
    world.graph.script = () => undefined;
    await run(world);
    expect(await statusOf(world)).toMatchObject({ state: 'healthy', oldestGap: null, alarms: [] });
  });

  it('has a countdown before anything of it was read, too', async () => {
    const { world } = worldOf(AUDITS, { sourceDays: 10 });
    world.graph.script = forbidden;
    await run(world);
    await run(world);
    expect(await statusOf(world)).toMatchObject({
      watermark: null,
      lagSeconds: null,
      oldestGap: { from: '2026-11-10T13:00:00Z', cause: expect.stringMatching(/^forbidden/) },
    });
  });
});

describe('a state type', () => {
  it('that is read whole once a day has nothing missing', async () => {
    const { world, type } = worldOf('riskyUsers');
    world.graph.add('riskyUsers', ...rows(type, 20, '2019-03-02T10:00:00Z', 3000));
    for (let n = 0; n < 3; n += 1) {
      await run(world, world.instance(), 'risk');
      world.advance(0.7 * DAY);
    }
    await run(world, world.instance(), 'risk');
    expect(await statusOf(world)).toMatchObject({
      lagSeconds: 900,
      oldestGap: null,
      countdownSeconds: null,
      alarms: [],
    });
  });
});

describe('a log type that falls silent', () => {
  it('is an alarm although every read of it succeeds', async () => {
    const { world, type } = worldOf(AUDITS, { sourceDays: 10 });
    world.graph.add(AUDITS, ...rows(type, 1000, '2026-11-10T13:00:00Z', 600));
    await run(world);
    // The last row is of 11:30 on the 17th: three days of nothing.
    const status = await statusOf(world);
    expect(status.volume).toEqual({ hoursSinceLastRecord: 72, longestQuietBefore: 0 });
    expect(status.alarms).toEqual([]);
    world.graph.add(AUDITS, ...rows(type, 40, '2026-11-17T11:40:00Z', 6000, 'later'));
    world.advance(4 * HOUR);
    await run(world);
    world.advance(8 * HOUR);
    await run(world);
    expect(namesOf(await statusOf(world))).toEqual(['silence warning']);
    expect(saidAfterRuns(world).at(-1)).toMatchObject({ level: 'warn', fields: { alarms: [{ name: 'silence' }] } });
  });
});

describe('a line that cannot be said', () => {
  it('is said to be so, and the run goes well', async () => {
    const world = await wellWorld();
    let stepped = false;
    const deps = world.instance(async (call, go) => {
      if (stepped && call.op === 'rows') throw new Error('the table did not answer');
      stepped ||= call.op === 'row' && call.target.endsWith('/status');
      return go();
    });
    expect(await run(world, deps)).toMatchObject({ failed: [], behind: [] });
    expect(world.logs.at(-1)).toEqual({
      level: 'error',
      message: 'how directoryAudits is doing cannot be told: the table did not answer',
      fields: { logType: AUDITS },
    });
  });
});
