/** Which times a filter leaves possible. */
import { type Instant, instantFromSeconds, LAST_SECOND, secondsOf } from '../archive/time.ts';
import { UNDATED } from '../archive/undated.ts';
import type { Comparison, Expression, Filter, Path, TimeKey } from './filterTree.ts';

export interface TimeBounds {
  /** First instant that may match. */
  readonly from?: Instant;
  /** First instant after all that may match. Not later than `from`: nothing can match. */
  readonly to?: Instant;
}

/** Digits of a fraction of a second that an instant has. */
const TICK_DIGITS = 7;
const LENGTH_OF_KEY = 'YYYY-MM-DDTHH:MM:SS.fffffff'.length;

/** Undated records state any time before this, or none, and are stored just before it. */
const DATED: Instant = after(UNDATED.slice(0, -1)) ?? UNDATED;

/**
 * The bounds that follow from what a filter demands of the time field, spelled as the log type has it: from comparisons
 * that all have to hold, not from those under `or` and `not`. Records whose time is before 1970 lie with the undated ones
 * and stay within the bounds there. A record that spells its time field differently is undated and may lie outside.
 */
export function timeBounds({ condition }: Filter, timeField: string): TimeBounds {
  const { from, to } = boundsOf(condition, timeField);
  return {
    ...(from !== undefined && from >= DATED && { from }),
    ...(to !== undefined && { to: to < DATED ? DATED : to }),
  };
}

function boundsOf(expression: Expression, timeField: string): TimeBounds {
  if (expression.kind === 'and') return expression.parts.map((part) => boundsOf(part, timeField)).reduce(narrow);
  if (expression.kind !== 'compare' || !isField(expression.left, timeField)) return {};
  return expression.right.kind === 'time' ? bound(expression.operator, expression.right.value) : {};
}

function isField(expression: Expression, timeField: string): expression is Path {
  return (
    expression.kind === 'path' &&
    expression.scope === 0 &&
    expression.steps.length === 1 &&
    expression.steps[0] === timeField
  );
}

function bound(operator: Comparison['operator'], time: TimeKey): TimeBounds {
  const at = notBefore(time);
  const next = after(time);
  switch (operator) {
    case 'eq':
      return { ...some('from', at), ...some('to', next) };
    case 'ge':
      return some('from', at);
    case 'gt':
      return some('from', next ?? at);
    case 'lt':
      return some('to', at);
    case 'le':
      return some('to', next);
    default:
      return {};
  }
}

function some(end: keyof TimeBounds, instant: Instant | undefined): TimeBounds {
  return instant === undefined ? {} : { [end]: instant };
}

function narrow(a: TimeBounds, b: TimeBounds): TimeBounds {
  const from = pick(a.from, b.from, (x, y) => x > y);
  const to = pick(a.to, b.to, (x, y) => x < y);
  return { ...some('from', from), ...some('to', to) };
}

function pick(a: Instant | undefined, b: Instant | undefined, better: (a: Instant, b: Instant) => boolean) {
  if (a === undefined || b === undefined) return a ?? b;
  return better(a, b) ? a : b;
}

/** The first instant that is not before a time; `undefined` when that would be after the year 9999. */
function notBefore(time: TimeKey): Instant | undefined {
  return time.length > LENGTH_OF_KEY ? after(time) : `${time}Z`;
}

/** The first instant after a time; `undefined` when that would be after the year 9999. */
function after(time: TimeKey): Instant | undefined {
  const [second = '', fraction = ''] = time.split('.');
  const ticks = Number(fraction.slice(0, TICK_DIGITS)) + 1;
  if (ticks < 10 ** TICK_DIGITS) return `${second}.${String(ticks).padStart(TICK_DIGITS, '0')}Z`;
  const next = secondsOf(`${second}Z`) + 1;
  return next > LAST_SECOND ? undefined : instantFromSeconds(next);
}
