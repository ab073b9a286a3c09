/**
 * Keeping sketches up to date: what a pull run does with the time that nothing else needs.
 *
 * Of each log type the two latest months are looked at, the newest day first, for that is where most searches go; and one
 * month more, the next in turn, whose files are opened to see that they are still there. What is lost comes back that way;
 * a new round begins a day after the last, because the files are large.
 * Days are sketched once the head has passed them. Readers never build: an answer must not wait for it.
 */

import { DAY } from './archive/hours.ts';
import { sketchKey } from './archive/sketch.ts';
import { LAYERS } from './archive/sketchValues.ts';
import { instantFromSeconds } from './archive/time.ts';
import { nowSeconds } from './clock.ts';
import type { Deps } from './deps.ts';
import { messageOf } from './errors.ts';
import type { LogType } from './logTypes.ts';
import { firstHourFrom, type IndexedSegment, partitionOf, segmentsBetween } from './segmentIndex.ts';
import { buildDay, buildMonth } from './sketchBuild.ts';
import { coverOf, hintsOf, readSketches, type SketchHint, type Span } from './sketchIndex.ts';
import { endOf, isDue, monthAfter, monthAt, startOf } from './sketchSpans.ts';

/** A log type and the second up to which its head has been read. */
export interface Target {
  readonly logType: LogType;
  readonly headTo: number;
}

const TURN_ROW = 'sketching';

/** @param hasTime asked before each segment that is opened. What goes wrong is logged: no run fails for want of sketches. */
export async function keepSketches(deps: Deps, targets: readonly Target[], hasTime: () => boolean): Promise<void> {
  for (const target of targets) {
    if (!hasTime()) return;
    try {
      await keepLogType(deps, target, hasTime);
    } catch (error) {
      deps.log('warn', `sketches could not be made: ${messageOf(error)}`, { logType: target.logType.name });
    }
  }
}

async function keepLogType(deps: Deps, target: Target, hasTime: () => boolean): Promise<void> {
  const { name } = target.logType;
  const month = monthAt(nowSeconds(deps));
  for (const recent of [month, monthAfter(month, -1)]) {
    await keepMonth(deps, target, recent, await hintsOf(deps, name, recent), hasTime);
  }
  const next = hasTime() ? await monthInTurn(deps, name) : undefined;
  if (next === undefined) return;
  await keepMonth(deps, target, next, await intactHints(deps, name, next), hasTime);
  // Cut short, it has its turn again.
  if (hasTime()) await passTurn(deps, name, next);
}

/** Makes what is due of a month. */
async function keepMonth(
  deps: Deps,
  { logType, headTo }: Target,
  month: Span,
  hints: ReadonlyMap<Span, SketchHint>,
  hasTime: () => boolean,
): Promise<void> {
  const now = nowSeconds(deps);
  const days = new Map<Span, SketchHint>();
  for (const [day, segments] of [...(await daysOf(deps, logType.name, month))].reverse()) {
    const hint = hints.get(day);
    const due = endOf(day) <= headTo && hint?.of !== coverOf(segments.map(sketchKey)) && isDue(endOf(day), now, hint);
    if (due && !hasTime()) return;
    const current = due ? await buildDay(deps, logType, day, segments, hint, hasTime) : hint;
    if (current) days.set(day, current);
  }
  const hint = hints.get(month);
  const of = coverOf([...days.values()].map((day) => day.of));
  const over = endOf(month) <= headTo && days.size > 0;
  if (over && hasTime() && hint?.of !== of && isDue(endOf(month), now, hint))
    await buildMonth(deps, logType.name, month, days);
}

async function daysOf(deps: Deps, logType: string, month: Span): Promise<Map<Span, IndexedSegment[]>> {
  const days = new Map<Span, IndexedSegment[]>();
  const [from, to] = [instantFromSeconds(startOf(month)), instantFromSeconds(endOf(month))];
  for await (const segment of segmentsBetween(deps, logType, from, to)) {
    const day = segment.minTime.slice(0, 'YYYY-MM-DD'.length);
    const segments = days.get(day);
    if (segments) segments.push(segment);
    else days.set(day, [segment]);
  }
  return days;
}

/** The hints of a month without those whose files are gone or damaged. A month's file that is there vouches for its days. */
async function intactHints(deps: Deps, logType: string, month: Span): Promise<Map<Span, SketchHint>> {
  const hints = await hintsOf(deps, logType, month);
  if (await readSketches(deps, logType, 'actors', month, hints.get(month))) return hints;
  for (const [span, hint] of hints) {
    for (const layer of LAYERS) {
      if (!(await readSketches(deps, logType, layer, span, hint))) hints.delete(span);
    }
  }
  return hints;
}

/** The month after the one that had its turn last. After the newest comes the oldest, a day later. */
async function monthInTurn(deps: Deps, logType: string): Promise<Span | undefined> {
  const row = await deps.state.get(partitionOf(deps, logType), TURN_ROW);
  const later = row && (await firstHourFrom(deps, logType, monthAfter(String(row.values.month), 1)));
  const mayBegin = !row || nowSeconds(deps) - Number(row.values.at) >= DAY;
  const hour = later ?? (mayBegin ? await firstHourFrom(deps, logType, '') : undefined);
  return hour?.slice(0, 'YYYY-MM'.length);
}

async function passTurn(deps: Deps, logType: string, month: Span): Promise<void> {
  await deps.state.commit(partitionOf(deps, logType), [
    { kind: 'upsert', key: TURN_ROW, values: { month, at: nowSeconds(deps) } },
  ]);
}
