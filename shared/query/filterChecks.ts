/** What a filter may combine: checked where it is read, so that a refusal has a position. */
import { type Refuse, shown } from './badFilter.ts';
import { isTime } from './filterNames.ts';
import {
  type Comparison,
  type Expression,
  isLiteral,
  type Literal,
  type Membership,
  type Operator,
  type TextCase,
} from './filterTree.ts';

/** A part of a filter and where it starts. */
export interface Placed<Part extends Expression = Expression> {
  readonly at: number;
  readonly value: Part;
}

/** The same relation seen from the other side. */
const MIRRORED: Readonly<Record<Operator, Operator>> = { eq: 'eq', ne: 'ne', gt: 'lt', ge: 'le', lt: 'gt', le: 'ge' };

/** Kinds that may stand where something true or false belongs; a property may. */
const CONDITIONS: ReadonlySet<string> = new Set<Expression['kind']>([
  ...(['null', 'boolean', 'path', 'compare', 'in', 'any', 'all', 'test', 'not', 'and', 'or'] as const),
]);
const TEXTS: ReadonlySet<string> = new Set<Expression['kind']>(['text', 'path', 'case']);

export function requireCondition(expression: Expression, at: number, refuse: Refuse): Expression {
  if (CONDITIONS.has(expression.kind)) return expression;
  return refuse(at, 'something that is true or false, such as a comparison', inWords(expression));
}

export function requireText(expression: Expression, at: number, refuse: Refuse): Expression {
  return TEXTS.has(expression.kind)
    ? expression
    : refuse(at, 'a property or a text in single quotes', inWords(expression));
}

/** `tolower` and `toupper`: of a literal at once. */
export function fold(name: TextCase, text: Expression): Expression {
  if (text.kind !== 'text') return { kind: 'case', name, text };
  return { kind: 'text', value: changeCase(name, text.value) };
}

export function changeCase(name: TextCase, text: string): string {
  return name === 'tolower' ? text.toLowerCase() : text.toUpperCase();
}

/** A comparison, with a literal on its right side if there is one. */
export function compare(operator: Operator, left: Placed, right: Placed, refuse: Refuse): Comparison {
  if (isLiteral(left.value) && !isLiteral(right.value)) return compare(MIRRORED[operator], right, left, refuse);
  const timed = requireTimes([left, right], refuse);
  return { kind: 'compare', operator, left: left.value, right: right.value, timed };
}

export function member(left: Placed, options: readonly Placed<Literal>[], refuse: Refuse): Membership {
  const timed = requireTimes([left, ...options], refuse);
  return { kind: 'in', left: left.value, options: options.map(({ value }) => value), timed };
}

/**
 * Whether the sides are times. If one is, a literal on another must be a time or null: Graph refuses times in quotes, and
 * comparing them as text would be wrong, because string order is not time order.
 */
function requireTimes(sides: readonly Placed[], refuse: Refuse): boolean {
  const timed = sides.some(({ value }) => value.kind === 'time' || (value.kind === 'path' && isTime(value)));
  const wrong = sides.find(({ value }) => isLiteral(value) && value.kind !== 'time' && value.kind !== 'null');
  if (timed && wrong !== undefined)
    refuse(wrong.at, 'a time without quotes, such as 2026-11-20T00:00:00Z', inWords(wrong.value));
  return timed;
}

function inWords(expression: Expression): string {
  switch (expression.kind) {
    case 'text':
      return `the text '${shown(expression.value)}'`;
    case 'number':
    case 'boolean':
    case 'guid':
      return shown(String(expression.value));
    case 'time':
      return 'a time';
    case 'case':
      return expression.name;
    default:
      return 'a condition';
  }
}
