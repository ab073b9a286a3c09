/** What was counted, as the rows that the picture and the table are drawn from. */
import type { SpanReport } from '../../api/answers.ts';
import { withClause } from '../../filter/clauses.ts';
import { spoken } from '../../json/tokens.ts';
import { lookOf } from '../../parts/states.ts';
import { rangeParams, type Span } from '../../state/ranges.ts';
import type { Question } from './kinds.ts';
import { stepsOf } from './steps.ts';
import type { TalliedRow, Tally } from './tally.ts';
import { clausesFor, type Value } from './values.ts';

/** A value as it is shown: its name, and its key where that is something else. */
export interface Label {
  readonly name: string;
  readonly key: string;
  /** Others have the same name. */
  readonly isAmbiguous: boolean;
}

export interface AnswerRow {
  /** Different for each row. */
  readonly id: string;
  /** Of values: one for each dimension. */
  readonly labels: readonly Label[];
  /** Of time: its begin and end within the range, in milliseconds since 1970. */
  readonly span?: Span;
  /** `undefined` where nothing was counted yet. */
  readonly total: number | undefined;
  /** Of each part. */
  readonly parts: readonly number[];
  /** What makes the numbers of this row less than they seem. */
  readonly note: string;
  /** The search that finds its records; absent where a filter cannot tell them. */
  readonly search?: { readonly from: string; readonly to: string; readonly filter: string };
}

export interface Asked {
  readonly question: Question;
  readonly filter: string;
  readonly from: string;
  readonly to: string;
  readonly span: Span;
  readonly step: number;
  /** All records of the range were counted. */
  readonly isWhole: boolean;
  /** What is held of the range, as far as that is known. */
  readonly spans: readonly SpanReport[];
}

const NOTHING: Label = { name: '(none)', key: '', isAmbiguous: false };
const REST: Label = { ...NOTHING, name: '(all others)' };
/** States in which records may be missing. */
const MISSING = ['gap', 'unavailable', 'deleted', 'pending'];

/** Rows of time in their order, all of them; rows of values by how many, those that have any. */
export function rowsOf(tally: Tally, asked: Asked): AnswerRow[] {
  return asked.question.rows.kind === 'values' ? rowsOfValues(tally, asked) : rowsOfTime(tally, asked);
}

function rowsOfTime(tally: Tally, { span, step, isWhole, filter, from, to, spans }: Asked): AnswerRow[] {
  /** Before this everything was counted. */
  const reached = isWhole ? span.to : (tally.last ?? span.from);
  return stepsOf(span, step).map((begin) => {
    const part = { from: Math.max(begin, span.from), to: Math.min(begin + step, span.to) };
    const isCut = part.to - part.from < step;
    const isBegun = isWhole || (tally.last !== undefined && part.from <= reached);
    const row = tally.rows.get(String(begin));
    const own = rangeParams(part);
    return {
      id: String(begin),
      labels: [],
      span: part,
      total: isBegun ? (row?.total ?? 0) : undefined,
      parts: row?.parts ?? [],
      note: [
        ...missingIn(spans, part),
        ...(isCut ? ['partly outside of the range'] : []),
        ...(part.to <= reached ? [] : [isBegun ? 'counted in part' : 'not counted yet']),
      ].join(', '),
      // The ends of the range as they were asked for, to the last digit.
      search: { from: part.from === span.from ? from : own.from, to: part.to === span.to ? to : own.to, filter },
    };
  });
}

/** The states in which records may be missing from this stretch, by name. */
function missingIn(spans: readonly SpanReport[], { from, to }: Span): string[] {
  const touched = spans.filter((span) => Date.parse(span.from) < to && Date.parse(span.to) > from);
  return MISSING.filter((state) => touched.some((span) => span.state === state)).map((state) => lookOf(state).label);
}

function rowsOfValues(tally: Tally, { question, filter, from, to, isWhole }: Asked): AnswerRow[] {
  const dimensions = question.rows.kind === 'values' ? question.rows.of : [];
  const keysOf = keysByName(tally.rows.values());
  // What is past the bound is no value: it goes last, however much it is.
  const rank = ([, { values }]: readonly [string, TalliedRow]) => (values ? 0 : 1);
  const sorted = [...tally.rows].toSorted((a, b) => rank(a) - rank(b) || b[1].total - a[1].total);
  return sorted.map(([id, { values, total, parts }]) => {
    const clauses = dimensions.map((dimension, n) => values && clausesFor(values[n], dimension));
    const isNamed = clauses.every((clause) => clause !== undefined);
    return {
      id,
      labels: dimensions.map((_, n) => (values ? labelOf(values[n], keysOf) : REST)),
      total,
      parts,
      note: isWhole ? '' : 'counted in part',
      ...(isNamed && { search: { from, to, filter: clauses.flat().reduce(withClause, filter) } }),
    };
  });
}

function labelOf(value: Value | undefined, keysOf: ReadonlyMap<string, ReadonlySet<string>>): Label {
  if (!value) return NOTHING;
  const { name, token } = value;
  const key = spoken(token);
  if (name === '' || name === key) return { name: key, key: '', isAmbiguous: false };
  return { name, key, isAmbiguous: (keysOf.get(name)?.size ?? 0) > 1 };
}

/** Of each name the keys that have it. */
function keysByName(rows: Iterable<TalliedRow>): ReadonlyMap<string, ReadonlySet<string>> {
  const keys = new Map<string, Set<string>>();
  for (const { values = [] } of rows) {
    for (const value of values) {
      if (!value) continue;
      const known = keys.get(value.name) ?? new Set();
      keys.set(value.name, known.add(value.token));
    }
  }
  return keys;
}
