/** What an archive says it holds: that it names what is missing, and raises no alarm where nothing is. */
import { describe, expect, it } from 'vitest';
import { formatSeconds } from '../../shared/archive/time.ts';
import { type CoverageAnswer, readCoverage } from '../../shared/coverage.ts';
import { exportRange } from '../../shared/export.ts';
import type { LogType } from '../../shared/logTypes.ts';
import { pull } from '../../shared/pull.ts';
import {
  configBody,
  type EntryBody,
  ledgerBodies,
  rangeOf,
  readBody,
  type ToldRead,
  writeLedger,
} from '../support/coverageLedger.ts';
import { DAY, row, rows, seconds, type World, worldOf } from '../support/flowHarness.ts';

const AUDITS = 'directoryAudits';
const HOUR = 3600;
const OVERDUE = 900 + 2 * HOUR;

type Span = readonly [from: number, to: number];

/** Another random number between 0 and 1 at each call, the same for the same seed. */
function random(seed: number): () => number {
  let state = seed * 2_654_435_761 + 1;
  return () => {
    state = Math.imul(state ^ (state >>> 15), 2_246_822_519) + 0x9e3779b9;
    return ((state ^ (state >>> 13)) >>> 0) / 2 ** 32;
  };
}

/** Spans without the parts that others cover. */
function minus(spans: readonly Span[], others: readonly Span[]): Span[] {
  return others.reduce<Span[]>(
    (left, [from, to]) =>
      left.flatMap(([a, b]): Span[] => {
        const parts: Span[] = [
          [a, Math.min(b, from)],
          [Math.max(a, to), b],
        ];
        return parts.filter(([start, end]) => start < end);
      }),
    [...spans],
  );
}

const spansOf = (reads: readonly ToldRead[]): Span[] => reads.map(({ from, to }) => [from, to]);

/** What no read covers between `from` and `now`, and what coverage must call it; judged from the reads alone. */
function missingOf(reads: readonly ToldRead[], from: number, now: number): string[] {
  const began = reads[0]?.from ?? now;
  const reached = Math.max(...reads.map(({ to }) => to));
  const edges = [began, reached, now - OVERDUE].filter((edge) => edge > from && edge < now);
  return minus([[from, now]], spansOf(reads))
    .flatMap((span) => edges.reduce<Span[]>((parts, edge) => parts.flatMap((part) => cutAt(part, edge)), [span]))
    .sort(([a], [b]) => a - b)
    .map(([a, b]) => {
      const isLate = b <= now - OVERDUE;
      const state = b <= began ? 'unavailable' : b <= reached || isLate ? 'gap' : 'pending';
      return `${state} ${formatSeconds(a)} ${formatSeconds(b)}`;
    });
}

function cutAt([from, to]: Span, edge: number): Span[] {
  if (edge <= from || edge >= to) return [[from, to]];
  return [
    [from, edge],
    [edge, to],
  ];
}

/** What coverage says of what was not read; neighbours of one state are joined, on both sides of the comparison. */
function namedBy({ spans }: CoverageAnswer): string[] {
  return spans
    .filter(({ firstRead }) => firstRead === undefined)
    .map(({ state, from, to }) => `${state} ${from} ${to}`);
}

/** Joins neighbours of one state. */
function joined(lines: readonly string[]): string[] {
  const result: string[] = [];
  for (const line of lines) {
    const [state, from, to] = line.split(' ');
    const before = result.at(-1)?.split(' ');
    if (before?.[0] === state && before?.[2] === from) result[result.length - 1] = `${state} ${before?.[1]} ${to}`;
    else result.push(line);
  }
  return result;
}

/** A walk of windows of any width up to the watermark, and sweeps of whole hours over what it has read. */
function randomReads(next: () => number, now: number, until: number): ToldRead[] {
  const start = now - Math.floor(3 * DAY + next() * DAY);
  const reads: ToldRead[] = [];
  let reached = start;
  while (reached < until) {
    const width = next() < 0.3 ? 1 + next() * 900 : HOUR * (1 + next() * 12);
    const to = Math.min(until, Math.floor(reached + width));
    reads.push({ from: reached, to, at: Math.min(now, Math.max(to + 900, start + 2 * DAY)) });
    reached = to;
  }
  const sweeps = Math.floor(next() * 4);
  for (let n = 0; n < sweeps; n += 1) {
    const from = Math.ceil((start + next() * DAY) / HOUR) * HOUR;
    const to = from + HOUR * (1 + Math.floor(next() * 24));
    if (to <= until) reads.push({ from, to, at: now, why: 'sweep' });
  }
  return reads;
}

/** One head window is removed or shortened, at its begin or its end. */
function damaged(reads: readonly ToldRead[], next: () => number): ToldRead[] {
  const heads = reads.filter(({ why }) => why !== 'sweep');
  const victim = heads[Math.floor(next() * heads.length)];
  const how = next();
  return reads.flatMap((read) => {
    if (read !== victim) return [read];
    const middle = read.from + Math.floor((read.to - read.from) * next());
    if (how < 0.4 || middle === read.from) return [];
    return [how < 0.7 ? { ...read, to: middle } : { ...read, from: middle }];
  });
}

describe('a thousand archives', () => {
  const { world, type } = worldOf(AUDITS, { sourceDays: 30, now: '2026-11-20T12:20:30Z' });
  const now = Math.floor(world.clock.now() / 1000);
  const deps = world.instance();

  async function told(reads: readonly ToldRead[], from: number): Promise<CoverageAnswer> {
    writeLedger(
      world,
      type,
      reads.map((read) => readBody(world, type, read)),
    );
    return readCoverage(deps, type, rangeOf(from, now));
  }

  it('that are whole raise no alarm: their tail up to now is pending', async () => {
    for (let seed = 0; seed < 1000; seed += 1) {
      const reads = randomReads(random(seed), now, world.until());
      const from = reads[0]?.from ?? now;
      const answer = await told(reads, from);
      expect(namedBy(answer)).toEqual([`pending ${formatSeconds(world.until())} ${formatSeconds(now)}`]);
      expect(answer).toMatchObject({ state: 'pending', gaps: [], ...rangeOf(from, now) });
      expect(answer.coveredTo).toBe(rangeOf(world.until(), now).from);
      const { coverage } = await exportRange(deps, type, { range: rangeOf(from, now), versions: 'all' });
      expect(coverage).toEqual({ state: 'pending', coveredTo: answer.coveredTo });
    }
  });

  it('that lack a window, or a part of one, name exactly what is missing', async () => {
    const alarms = { gap: 0, unavailable: 0, pending: 0 };
    let damages = 0;
    for (let seed = 0; damages < 1000; seed += 1) {
      const next = random(seed);
      const whole = randomReads(next, now, world.until());
      const from = whole[0]?.from ?? now;
      const reads = damaged(whole, next);
      const lost = minus(spansOf(whole), spansOf(reads));
      // Another read covers it: then nothing is missing.
      if (lost.length === 0 || reads.length === 0) continue;
      damages += 1;
      const answer = await told(reads, from);
      const missing = joined(missingOf(reads, from, now));
      expect(namedBy(answer)).toEqual(missing);
      for (const state of ['gap', 'unavailable', 'pending'] as const) {
        if (missing.some((line) => line.startsWith(state))) alarms[state] += 1;
      }
      const gaps = missing.filter((line) => line.startsWith('gap'));
      expect(answer.gaps.map((gap) => `${gap.state} ${gap.from} ${gap.to}`)).toEqual(gaps);
      for (const gap of answer.gaps) {
        expect(gap.recoverable).toBe('yes');
        expect(gap.recoverableUntil).toBe(formatSeconds(seconds(gap.from) + 30 * DAY));
      }
      const [first] = minus([[from, now]], spansOf(reads));
      expect(answer.coveredTo).toBe(rangeOf(first?.[0] ?? now, now).from);
      const { coverage } = await exportRange(deps, type, { range: rangeOf(from, now), versions: 'all' });
      const worst = ['gap', 'unavailable', 'pending'].find((state) => missing.some((line) => line.startsWith(state)));
      expect(coverage).toEqual({ state: worst, coveredTo: answer.coveredTo });
    }
    expect(alarms.gap).toBeGreaterThan(800);
    expect(alarms.unavailable).toBeGreaterThan(10);
  });
});

/** An archive that the flows made: a week's walk, and the sweeps of five days after it. */
async function pulledWorld(
  name: string,
  settings: Parameters<typeof worldOf>[1] = {},
): Promise<{ world: World; type: LogType }> {
  const { world, type } = worldOf(name, { sourceDays: 7, ...settings });
  world.graph.add(type.name, ...rows(type, 60, '2026-11-15T00:00:00Z', 4000));
  for (let run = 0; run < 30; run += 1) {
    await pull(world.instance(), type.budget, new AbortController().signal);
    world.advance(4 * HOUR);
    const late = new Date(world.clock.now() - 30 * HOUR * 1000).toISOString();
    world.graph.add(type.name, row(type, `late-${run}`, late));
  }
  await pull(world.instance(), type.budget, new AbortController().signal);
  return { world, type };
}

const toldReads = (bodies: readonly EntryBody[]): ToldRead[] =>
  bodies.flatMap((body) =>
    body.kind === 'read' ? [{ from: seconds(body.read.from), to: seconds(body.read.to), at: seconds(body.time) }] : [],
  );

/** Whether two entries read a second in common. */
function overlaps(a: EntryBody, b: EntryBody): boolean {
  return a.kind === 'read' && b.kind === 'read' && a.read.from < b.read.to && b.read.from < a.read.to;
}

describe('an archive that the pull has made', () => {
  it('misses nothing, and names whichever window is taken out of it with all its re-reads', async () => {
    const { world, type } = await pulledWorld(AUDITS);
    const now = Math.floor(world.clock.now() / 1000);
    const bodies = ledgerBodies(world, type);
    const from = toldReads(bodies)[0]?.from ?? 0;
    const whole = await readCoverage(world.instance(), type, rangeOf(from, now));
    expect(namedBy(whole)).toEqual([`pending ${formatSeconds(world.until())} ${formatSeconds(now)}`]);
    expect(whole.spans.some(({ state }) => state === 'settled' || state === 'closed')).toBe(true);
    const heads = bodies.filter((body) => body.kind === 'read' && body.read.why === 'head');
    expect(heads.length).toBeGreaterThan(20);
    for (const head of heads) {
      const rest = bodies.map((body) =>
        // Its number stays taken, by an entry that reads nothing: the names of later segments carry numbers too.
        overlaps(body, head) ? configBody(world, type, seconds(body.time), ['PT2H', 'P1D', 'P3D', 'P6D']) : body,
      );
      writeLedger(world, type, rest);
      const answer = await readCoverage(world.instance(), type, rangeOf(from, now));
      const missing = joined(missingOf(toldReads(rest), from, now));
      expect(namedBy(answer)).toEqual(missing);
      expect(missing[0]).not.toMatch(/^pending/);
    }
  });

  it('tells of each age what its re-reads found, adding up to what the ledger says', async () => {
    const { world, type } = await pulledWorld(AUDITS);
    const now = Math.floor(world.clock.now() / 1000);
    const reads = ledgerBodies(world, type).flatMap((body) => (body.kind === 'read' ? [body.read] : []));
    const answer = await readCoverage(world.instance(), type, rangeOf(seconds(reads[0]?.from ?? ''), now));
    const sweeps = reads.filter(({ why }) => why === 'sweep');
    const sum = (list: readonly { new: number }[]) => list.reduce((total, each) => total + each.new, 0);
    expect(sum(sweeps)).toBeGreaterThan(20);
    expect(sum(answer.lateness)).toBe(sum(sweeps));
    expect(answer.spans.reduce((total, { late }) => total + (late?.new ?? 0), 0)).toBe(sum(sweeps));
    expect(answer.lateness.map(({ age }) => age)).toEqual(['PT2H', 'P1D', 'P3D', 'P6D', null]);
    expect(answer.schedule).toEqual({ sweepAges: ['PT2H', 'P1D', 'P3D', 'P6D'], sourceRetentionDays: 7 });
    expect(sum(answer.lateness.filter(({ records }) => records > 0))).toBeGreaterThan(0);
    for (const { records, perMillion, ...counts } of answer.lateness) {
      const rate = (count: number) => Math.round((count * 1e6) / records);
      expect(perMillion).toEqual(records > 0 ? { new: rate(counts.new), changed: rate(counts.changed) } : null);
    }
  });

  it('gives every piece with each of its re-reads when asked for hours', async () => {
    const { world, type } = await pulledWorld(AUDITS);
    const now = Math.floor(world.clock.now() / 1000);
    const reads = ledgerBodies(world, type).flatMap((body, seq) => (body.kind === 'read' ? [{ ...body, seq }] : []));
    const range = rangeOf(seconds(reads[0]?.read.from ?? ''), now);
    const { pieces = [], spans } = await readCoverage(world.instance(), type, range, 'hours');
    expect(pieces.map(({ from }) => from)).toEqual([pieces[0]?.from, ...pieces.slice(0, -1).map(({ to }) => to)]);
    expect(new Set(pieces.map(({ state }) => state))).toEqual(new Set(spans.map(({ state }) => state)));
    for (const piece of pieces.filter(({ firstRead }) => firstRead !== undefined)) {
      const again = reads.filter(({ read }) => read.from <= piece.from && read.to >= piece.to).slice(1);
      const hour = piece.from.slice(0, 13);
      expect(piece.rereads).toEqual(
        again.map(({ seq, time, read }) => ({
          seq,
          at: time,
          ...(read.hours[hour] ?? { new: 0, changed: 0, vanished: 0 }),
        })),
      );
    }
  });

  it('that shows the present state only claims versions, from the first second there is', async () => {
    const { world, type } = await pulledWorld('riskyUsers');
    const now = Math.floor(world.clock.now() / 1000);
    const answer = await readCoverage(world.instance(), type, rangeOf(0, now));
    expect(answer.claims).toBe('versions visible at our reads');
    expect(namedBy(answer)).toEqual([`pending ${formatSeconds(world.until())} ${formatSeconds(now)}`]);
    const reads = ledgerBodies(world, type).flatMap((body) => (body.kind === 'read' ? [body.read] : []));
    const snapshots = reads.filter(({ why, from }) => why === 'snapshot' && from === formatSeconds(0));
    expect(snapshots.length).toBeGreaterThan(3);
    expect(answer.spans[0]?.rereads?.most).toBeGreaterThanOrEqual(snapshots.length);
  });
});
