/** What the URL says of the view "Questions". */
import { quoted, withClause } from '../../filter/clauses.ts';
import { isoSeconds } from '../../parts/times.ts';
import type { Params } from '../../state/place.ts';
import { readQuery } from '../../state/query.ts';
import { type Span, spanOf } from '../../state/ranges.ts';
import type { Question, Subject } from './kinds.ts';
import { DAY, HOUR, startOfStep, stepOf, WEEK } from './steps.ts';
import { QUESTIONS } from './table.ts';
import { fieldsOf } from './values.ts';

export interface QuestionPlace {
  readonly question: Question;
  /** The log type; `undefined` where the archive keeps none that the question can be asked of. */
  readonly log: string | undefined;
  /** Those that it can be asked of here. */
  readonly logTypes: readonly string[];
  readonly from: string;
  readonly to: string;
  /** Whom or what it may be about, and who or what that is; empty where none is named. */
  readonly subject: Subject | undefined;
  readonly named: string;
  /** Of a week: the hour whose stretches are listed, 0 on Monday at midnight. */
  readonly hour: number | undefined;
}

/** What the archive is asked for. */
export interface CountQuery {
  readonly log: string;
  readonly from: string;
  readonly to: string;
  readonly filter: string;
  /** Top-level fields. */
  readonly select: string;
}

/** Rows of time at most, where the step follows from the range. */
const MOST_STEPS = 100;

/** @param kept log types of the archive. @param now milliseconds since 1970. */
export function readQuestion(params: Params, kept: readonly string[], now: number): QuestionPlace {
  const question = QUESTIONS.find(({ name }) => name === params.question) ?? (QUESTIONS[0] as Question);
  const logTypes = question.logTypes.filter((name) => kept.includes(name));
  const log = logTypes.find((name) => name === params.log) ?? logTypes[0];
  const { to } = readQuery(params, '', now);
  const from = params.from ?? isoSeconds(firstDay(question, Date.parse(to) || now));
  const subject = question.subject?.logTypes.test(log ?? '') ? question.subject : undefined;
  const hour =
    /^\d{1,3}$/.test(params.hour ?? '') && Number(params.hour) < WEEK / HOUR ? Number(params.hour) : undefined;
  return { question, log, logTypes, from, to, subject, named: (subject && params[subject.name]?.trim()) ?? '', hour };
}

/** Whole days, or weeks where they are what is counted: the first should not seem less than it was. */
function firstDay({ rows, days }: Question, to: number): number {
  return startOfStep(to - days * DAY, rows.kind === 'time' && rows.step === WEEK ? WEEK : DAY);
}

/** Whether everything that the question needs is said. */
export function isAsked({ subject, named }: QuestionPlace): boolean {
  return !subject?.isRequired || named !== '';
}

/** The filter of a question, about whom or what it is. */
export function filterOf({ question, subject, named }: Pick<QuestionPlace, 'question' | 'subject' | 'named'>): string {
  const own = named === '' ? undefined : subject?.filters.find(([form]) => form.test(named))?.[1];
  if (own === undefined) return question.filter;
  const clause = own.replace('{lower}', () => quoted(named.toLowerCase())).replace('{}', () => quoted(named));
  return withClause(question.filter, clause);
}

/** The request that brings no more than what is counted. */
export function countQuery(place: QuestionPlace, log: string, timeField: string): CountQuery {
  const { rows, split, distinct } = place.question;
  const dimensions = rows.kind === 'values' ? rows.of : [];
  const paths = [timeField, ...(split ? [split.path] : []), ...(distinct ? [distinct] : [])];
  const { from, to } = place;
  return { log, from, to, filter: filterOf(place), select: fieldsOf(dimensions, paths).join(',') };
}

/** How long a row of time is, in milliseconds. */
export function stepFor({ rows }: Question, range: { readonly from: string; readonly to: string }): number {
  if (rows.kind === 'week') return HOUR;
  const span: Span | undefined = spanOf(range);
  return (rows.kind === 'time' ? rows.step : undefined) ?? (span ? stepOf(span, MOST_STEPS) : DAY);
}
