/** Coverage as lines of text: a heading for each log type, a row for each span. */
import type { CoverageAnswer } from '../../shared/coverage.ts';
import type { SpanReport } from '../../shared/coverageReport.ts';

/** A log type that the archive could not answer for. */
export interface Unanswered {
  readonly logType: string;
  readonly problem: string;
}

const HEAD = ['from', 'to', 'state', 'records', 'last read', 'late found', 'deadline', 'cause'];
const MISSING: ReadonlySet<string> = new Set(['gap', 'unavailable']);

/** Whether something that should be there is not, or cannot be told. */
export function isMissing(answer: CoverageAnswer | Unanswered): boolean {
  return 'problem' in answer || answer.spans.some(({ state }) => MISSING.has(state));
}

export function coverageTable(answers: readonly (CoverageAnswer | Unanswered)[]): string[] {
  const rows = answers.map((answer) => ('problem' in answer ? [] : answer.spans.map(rowOf)));
  const widths = HEAD.map((title, n) => Math.max(title.length, ...rows.flat().map((row) => row[n]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `  ${cells.map((cell, n) => cell.padEnd(widths[n] ?? 0)).join('  ')}`.trimEnd();
  const parts = answers.flatMap((answer, n) => {
    if ('problem' in answer) return [`${answer.logType}: cannot be told. ${answer.problem}`, ''];
    return [headingOf(answer), line(HEAD), ...(rows[n] ?? []).map(line), ''];
  });
  const means = answers.find((answer) => 'means' in answer)?.means;
  return means === undefined ? parts.slice(0, -1) : [...parts, means];
}

function headingOf({ logType, state, coveredTo, gaps }: CoverageAnswer): string {
  const missing = gaps.length === 0 ? 'no gap' : `${gaps.length} ${gaps.length === 1 ? 'gap' : 'gaps'}`;
  return `${logType}: ${state}, covered to ${time(coveredTo)}, ${missing}`;
}

function rowOf(span: SpanReport): string[] {
  const { late, lastRead } = span;
  return [
    time(span.from),
    time(span.to),
    span.state,
    span.records === undefined ? '' : span.records.toLocaleString('en'),
    lastRead ? time(lastRead.oldest) : '',
    late ? `${late.new} new, ${late.changed} changed` : '',
    span.recoverableUntil ? time(span.recoverableUntil) : '',
    span.cause ?? '',
  ];
}

/** `2026-11-20 05:00:00`, the fraction cut. */
function time(text: string): string {
  return text.slice(0, 19).replace('T', ' ');
}
