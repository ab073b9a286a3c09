/**
 * Counts records as they come and keeps none of them. Memory is bounded by how many different values are kept: past the
 * bound further ones are counted together, and the tally says so.
 */
import type { Question } from './kinds.ts';
import { HOUR, startOfStep } from './steps.ts';
import { at, partOf, type Value, valuesOf } from './values.ts';

export interface TalliedRow {
  /** Begin of a stretch of time, in milliseconds since 1970. */
  readonly at?: number;
  /** Its values, one for each dimension; absent in the row of all that are too many. */
  readonly values?: readonly (Value | undefined)[];
  /** Records, or different values. */
  total: number;
  /** Records of each part. */
  readonly parts: number[];
  readonly seen: Set<unknown>;
}

export interface Tally {
  readonly records: number;
  /** What is counted: the records, or the different values of all of them. */
  readonly total: number;
  /** Of all records. */
  readonly parts: readonly number[];
  /** Records without a time, which are in no row of time. */
  readonly undated: number;
  /** Time of the last record, in milliseconds since 1970. */
  readonly last: number | undefined;
  readonly rows: ReadonlyMap<string, TalliedRow>;
  /** There were more different values than are kept: some rows lack, or count too few. */
  readonly isCut: boolean;
  /** @param record parsed. */
  add(record: unknown): void;
}

/** Different rows, and different values over all rows. */
const BOUNDS = { rows: 10_000, distinct: 200_000 };
/** The row of what is past the bound. */
const REST = 'rest';

/** @param step of rows of time, in milliseconds. @param bounds for tests. */
export function createTally(question: Question, timeField: string, step: number, bounds = BOUNDS): Tally {
  const { rows: by, split, distinct } = question;
  const rows = new Map<string, TalliedRow>();
  const newRow = (row: Pick<TalliedRow, 'at' | 'values'>): TalliedRow => {
    return { ...row, total: 0, parts: (split?.parts ?? []).map(() => 0), seen: new Set() };
  };
  const all = newRow({});
  let [records, undated, kept, isCut] = [0, 0, 0, false];
  let last: number | undefined;

  const rowFor = (key: string, made: Pick<TalliedRow, 'at' | 'values'>): TalliedRow => {
    const known = rows.get(key);
    if (known) return known;
    const isPast = rows.size >= bounds.rows && key !== REST;
    isCut ||= isPast;
    if (isPast) return rowFor(REST, {});
    const row = newRow(made);
    rows.set(key, row);
    return row;
  };
  const count = (row: TalliedRow, record: unknown) => {
    if (distinct === undefined) {
      row.total += 1;
      if (split) row.parts[partOf(record, split)] = (row.parts[partOf(record, split)] ?? 0) + 1;
      return;
    }
    const value = at(record, distinct);
    if (value === undefined || value === null || value === '' || row.seen.has(value)) return;
    isCut ||= kept >= bounds.distinct;
    if (kept >= bounds.distinct) return;
    row.seen.add(value);
    row.total += 1;
    kept += 1;
  };

  return {
    get records() {
      return records;
    },
    get total() {
      return all.total;
    },
    parts: all.parts,
    get undated() {
      return undated;
    },
    get last() {
      return last;
    },
    rows,
    get isCut() {
      return isCut;
    },
    add: (record) => {
      records += 1;
      const time = Date.parse(String(at(record, timeField)));
      if (!Number.isNaN(time)) last = time;
      count(all, record);
      if (by.kind === 'values') {
        const values = by.of.map((dimension) => valuesOf(record, dimension));
        for (const made of combined(values)) count(rowFor(keyOf(made), { values: made }), record);
        return;
      }
      if (Number.isNaN(time)) {
        undated += 1;
        return;
      }
      const begin = startOfStep(time, by.kind === 'week' ? HOUR : step);
      count(rowFor(String(begin), { at: begin }), record);
    },
  };
}

/** Each value of the one with each of the others. */
function combined<T>(lists: readonly (readonly T[])[]): T[][] {
  return lists.reduce<T[][]>((made, list) => made.flatMap((row) => list.map((value) => [...row, value])), [[]]);
}

function keyOf(values: readonly (Value | undefined)[]): string {
  return JSON.stringify(values.map((value) => value && [value.path, value.token]));
}
