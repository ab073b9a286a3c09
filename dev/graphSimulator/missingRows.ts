/**
 * The fault `missing-rows`: a row that was never shown is left out of the first read that asks for it well inside its
 * range, as if that read had missed it. From then on only another read that again asks for it well inside its range
 * shows it, and no other answer does, so that "a later read of the right span finds it" is the only way to it.
 *
 * "Well inside" is three seconds from both ends: readers ask a little wider than they need and drop the margin.
 */
import type { FaultPlan } from './faultPlan.ts';
import { FAULTS } from './faultTable.ts';
import { plusTicks, TICKS_PER_SECOND } from './instant.ts';
import type { Range } from './query.ts';
import { hash } from './random.ts';
import { type Shown, within } from './shown.ts';
import type { Row, TenantRows } from './tenant.ts';

/** A first-page request and the pages that follow it. */
export interface Read {
  readonly id: number;
  /** The asked range without three seconds at either end. */
  readonly core: Range;
  /** The answer keeps to the filter. */
  readonly honest: boolean;
}

export interface MissingRows {
  /** Whether a read goes without this row. What it decides anew is noted in `marks`. */
  leavesOut(row: Row, read: Read, marks: string[]): boolean;
  /** Takes back what was decided for an answer that was not delivered whole. */
  undo(marks: readonly string[]): void;
}

const PURPOSE = 15;
const ONE_IN = FAULTS.find(({ name }) => name === 'missing-rows')?.oneIn ?? 1;
const MARGIN_TICKS = 3 * TICKS_PER_SECOND;

/** The part of a range that lies at least three seconds inside. */
export function coreOf({ from, to }: Range): Range {
  return { from: from && plusTicks(from, MARGIN_TICKS), to: to && plusTicks(to, -MARGIN_TICKS) };
}

/** Which rows are chosen depends on the seed; what became of them is remembered here. */
export function createMissingRows(tenant: TenantRows, plan: FaultPlan, shown: Shown): MissingRows {
  /** The read that each row was left out of. */
  const left = new Map<string, number>();
  const isInside = (row: Row, { core }: Read) =>
    within(core, { hour: row.hour, tick: tenant.hour(row.stream, row.hour).ticks[row.index] ?? 0 });

  return {
    leavesOut(row, read, marks) {
      if (hash(tenant.seed, row.stream.ordinal * 64 + PURPOSE, row.hour, row.index) % ONE_IN !== 0) return false;
      const key = `${row.stream.ordinal}/${row.hour}/${row.index}`;
      if (shown.any(row)) {
        left.delete(key);
        return false;
      }
      const leftOutOf = left.get(key);
      if (leftOutOf !== undefined) return leftOutOf === read.id || !read.honest || !isInside(row, read);
      if (!plan.has('missing-rows')) return false;
      // An answer without its filter is no read of the row; it must not be the way to it either.
      if (!read.honest) return true;
      if (!isInside(row, read)) return false;
      left.set(key, read.id);
      marks.push(key);
      return true;
    },
    undo(marks) {
      for (const key of marks) left.delete(key);
    },
  };
}
