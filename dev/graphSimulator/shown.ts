/**
 * What was shown: two bytes for each row of each hour that was ever part of a page delivered whole, that is, handed to the
 * network to its end. Bytes of records are not kept; they can be made again.
 *
 * Beside "shown" stands a stricter mark, "certain": shown in a read whose every page was delivered whole and under its
 * filter, well inside the asked range. A reader may hold what was shown; it must hold what is certain.
 */

import { compareInstants, type Instant } from './instant.ts';
import type { Range } from './query.ts';
import type { Stream } from './streams.ts';
import type { Row, TenantRows } from './tenant.ts';

export interface Shown {
  /** Marks rows of a page that was delivered whole. */
  mark(rows: readonly Row[]): void;
  /**
   * Collects the rows that read `read` has shown well inside `core`; `last` is its last page, which makes them certain.
   */
  collect(read: number, rows: readonly Row[], core: Range, last: boolean): void;
  /** Whether any bytes of the row were ever shown. */
  any(row: Row): boolean;
  /** Whether the row's later bytes were ever shown. */
  changed(row: Row): boolean;
  /** The versions of a row that were shown, first bytes first. */
  versions(stream: Stream, hour: number, index: number, certain: boolean): Row[];
  /** Hours of a log type with anything shown, ascending. */
  hours(stream: Stream): number[];
  count(stream: Stream): number;
}

/** Reads that are not finished; the oldest is given up beyond this. */
const OPEN_READS = 64;
const FORMS = [false, true].flatMap((withoutPolicies) =>
  [false, true].flatMap((v1) => [false, true].map((changed) => ({ changed, v1, withoutPolicies }))),
);
const CERTAIN_SHIFT = FORMS.length;
const ANY = bitsOf(() => true);
const CHANGED = bitsOf(({ changed }) => changed);

/** An empty memory of what a tenant showed. */
export function createShown(tenant: TenantRows): Shown {
  const marks = new Map<Stream, Map<number, Uint16Array>>();
  const counts = new Map<Stream, number>();
  const open = new Map<number, Row[]>();

  const flagsOf = ({ stream, hour }: Pick<Row, 'stream' | 'hour'>) => marks.get(stream)?.get(hour);
  const flagsFor = (row: Row): Uint16Array => {
    const hours = marks.get(row.stream) ?? new Map<number, Uint16Array>();
    marks.set(row.stream, hours);
    const flags = hours.get(row.hour) ?? new Uint16Array(tenant.hour(row.stream, row.hour).ticks.length);
    hours.set(row.hour, flags);
    return flags;
  };
  const set = (row: Row, bit: number): boolean => {
    const flags = flagsFor(row);
    const former = flags[row.index] ?? 0;
    flags[row.index] = former | bit;
    return (former & bit) === 0;
  };

  return {
    mark(rows) {
      for (const row of rows) {
        if (set(row, formBit(row))) counts.set(row.stream, (counts.get(row.stream) ?? 0) + 1);
      }
    },
    collect(read, rows, core, last) {
      const inside = rows.filter((row) =>
        within(core, { hour: row.hour, tick: tenant.hour(row.stream, row.hour).ticks[row.index] ?? 0 }),
      );
      const collected = (open.get(read) ?? []).concat(inside);
      open.delete(read);
      if (last) for (const row of collected) set(row, formBit(row) << CERTAIN_SHIFT);
      else open.set(read, collected);
      const [oldest] = open.keys();
      if (open.size > OPEN_READS && oldest !== undefined) open.delete(oldest);
    },
    any: (row) => ((flagsOf(row)?.[row.index] ?? 0) & ANY) !== 0,
    changed: (row) => ((flagsOf(row)?.[row.index] ?? 0) & CHANGED) !== 0,
    versions(stream, hour, index, certain) {
      const flags = (flagsOf({ stream, hour })?.[index] ?? 0) >> (certain ? CERTAIN_SHIFT : 0);
      return FORMS.map((form) => ({ stream, hour, index, ...form })).filter((row) => flags & formBit(row));
    },
    hours: (stream) => [...(marks.get(stream)?.keys() ?? [])].sort((a, b) => a - b),
    count: (stream) => counts.get(stream) ?? 0,
  };
}

/** Whether an instant lies in a range, ends included. */
export function within({ from, to }: Range, instant: Instant): boolean {
  return (
    (from === undefined || compareInstants(from, instant) <= 0) &&
    (to === undefined || compareInstants(instant, to) <= 0)
  );
}

type Form = Pick<Row, 'changed' | 'v1' | 'withoutPolicies'>;

function formBit({ changed, v1, withoutPolicies }: Form): number {
  return 1 << ((changed ? 1 : 0) + (v1 ? 2 : 0) + (withoutPolicies ? 4 : 0));
}

function bitsOf(some: (form: Form) => boolean): number {
  return FORMS.filter(some).reduce((bits, form) => bits | formBit(form), 0);
}
