/**
 * Filters as text, in OData as the archive reads it: clauses made of a value that was clicked, joined with `and`, and
 * taken apart again at the places where they were joined.
 */
import { ELEMENT, type Path } from '../json/layout.ts';
import { spoken } from '../json/tokens.ts';

export type Operator = 'eq' | 'ne';

const NAME = /^[A-Za-z_@][A-Za-z0-9_@.]*$/;
/** A time is written without quotes. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;
const VARIABLES = 'xyzuvw';

/**
 * The clause that holds for records with this value, or with `ne` for those without it.
 * @param token the value as stored. @returns `undefined` where a filter cannot name the path.
 */
export function clauseOf(path: Path, token: string, operator: Operator): string | undefined {
  if (path.some((name) => name !== ELEMENT && !NAME.test(name))) return undefined;
  const isInList = path.includes(ELEMENT);
  const clause = within(path, literalOf(token), isInList ? 'eq' : operator, 0);
  if (clause === undefined) return undefined;
  return isInList && operator === 'ne' ? `not ${clause}` : clause;
}

/** A text as a filter writes it. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A filter and one clause more; the filter itself if it has that clause. */
export function withClause(filter: string, clause: string): string {
  const clauses = clausesOf(filter);
  if (clauses.includes(clause)) return filter;
  return [...clauses.map(closed), clause].join(' and ');
}

/** A filter without one of its clauses. */
export function withoutClause(filter: string, index: number): string {
  const rest = clausesOf(filter).toSpliced(index, 1);
  return rest.length > 1 ? rest.map(closed).join(' and ') : (rest[0] ?? '');
}

/**
 * The parts of a filter that must all hold: it is cut at each `and` that stands in no parentheses and no text. Where an
 * `or` stands outside of them too, it is one part.
 */
export function clausesOf(filter: string): string[] {
  const parts = wordsOutside(filter);
  if (parts.some(({ word }) => word === 'or')) return [filter.trim()];
  const cuts = parts.filter(({ word }) => word === 'and');
  const starts = [0, ...cuts.map(({ end }) => end)];
  const ends = [...cuts.map(({ start }) => start), filter.length];
  return starts.map((start, n) => filter.slice(start, ends[n]).trim()).filter((clause) => clause !== '');
}

function closed(clause: string): string {
  return wordsOutside(clause).some(({ word }) => word === 'or') ? `(${clause})` : clause;
}

/** Words that stand in no parentheses and no text. */
function wordsOutside(filter: string): { word: string; start: number; end: number }[] {
  const words: { word: string; start: number; end: number }[] = [];
  let depth = 0;
  for (const { 0: text, index } of filter.matchAll(/'(?:[^']|'')*'?|[()]|[^\s()']+/g)) {
    if (text === '(') depth += 1;
    else if (text === ')') depth -= 1;
    else if (depth === 0) words.push({ word: text, start: index, end: index + text.length });
  }
  return words;
}

function literalOf(token: string): string {
  if (!token.startsWith('"')) return token;
  const text = spoken(token);
  return TIME.test(text) ? text : quoted(text);
}

function within(path: Path, literal: string, operator: Operator, depth: number): string | undefined {
  const at = path.indexOf(ELEMENT);
  const variable = VARIABLES[depth];
  if (at < 0) return `${path.join('/')} ${operator} ${literal}`;
  // A list in a list has no name that a filter could use.
  if (variable === undefined || at === 0 || path[at + 1] === ELEMENT) return undefined;
  const body = within([variable, ...path.slice(at + 1)], literal, operator, depth + 1);
  return body && `${path.slice(0, at).join('/')}/any(${variable}: ${body})`;
}
