/**
 * What a filter means for one record.
 *
 * - Texts compare character by character, case included, for all functions and operators: so does Graph with these
 *   resources (documented for provisioning; reported of sign-ins, microsoft-graph-docs issue 13684, whose user names are
 *   stored in small letters). `tolower` is there for the rest. Greater and less go by UTF-16 code units.
 * - Names of properties need not have the case of the record; the exact one goes first.
 * - A property that is missing is null. `eq null` and `ne null` ask for that; null is neither greater nor less than
 *   anything, and equal to null only. A function of null is null, `not` null is null, and a record for which the whole
 *   filter is null does not match (OData 4.01 part 2, 5.1.1).
 * - Values of different types are not equal, and neither is greater: `errorCode eq '0'` is false of a number. `ne` is
 *   always the opposite of `eq`.
 * - Where one side is a time, the other is read as one, exactly; a text that is no time equals none.
 * - Integers compare to their last digit if the record came from `parseRecord`; other numbers as doubles.
 * - A function of what is no text is false or, for `tolower` and `toupper`, equal to nothing.
 * - A guid without quotes matches a text in any case; one in quotes is a text.
 * - `any` and `all` of nothing, or of null, are false and true. A value that is no list has neither. A list in the middle
 *   or at the end of a path equals nothing, not even null.
 */
import { changeCase } from './filterChecks.ts';
import { storedTimeKey } from './filterLiterals.ts';
import type { Comparison, Expression, Filter, Lambda, Membership, Path, TextTest } from './filterTree.ts';
import { Guid, isEqual, order, UNRELATED } from './filterValues.ts';

type Truth = boolean | null;
/** The record, then what the variables of the lambdas stand for, outermost first. */
type Scopes = readonly unknown[];

/** @param record what `parseRecord` or `JSON.parse` made of a line. */
export function evaluate({ condition }: Filter, record: unknown): boolean {
  return truth(condition, [record]) === true;
}

const TESTS: Readonly<Record<TextTest, (text: string, part: string) => boolean>> = {
  startswith: (text, part) => text.startsWith(part),
  endswith: (text, part) => text.endsWith(part),
  contains: (text, part) => text.includes(part),
};

function truth(expression: Expression, scopes: Scopes): Truth {
  const value = resolve(expression, scopes);
  return value === null || value === true ? value : false;
}

function resolve(expression: Expression, scopes: Scopes): unknown {
  switch (expression.kind) {
    case 'null':
      return null;
    case 'guid':
      return new Guid(expression.value);
    case 'path':
      return follow(expression, scopes);
    case 'case':
      return ofTexts([expression.text], scopes, UNRELATED, ([text = '']) => changeCase(expression.name, text));
    case 'test':
      return ofTexts([expression.text, expression.part], scopes, false, ([text = '', part = '']) =>
        TESTS[expression.name](text, part),
      );
    case 'compare':
      return compared(expression, scopes);
    case 'in':
      return isMember(expression, scopes);
    case 'any':
    case 'all':
      return quantified(expression, scopes);
    case 'not':
      return negated(truth(expression.part, scopes));
    case 'and':
      return joined(expression.parts, false, scopes);
    case 'or':
      return joined(expression.parts, true, scopes);
    default:
      return expression.value;
  }
}

/** A function of texts: null if one of them is null, `otherwise` if one is anything else. */
function ofTexts(
  parts: readonly Expression[],
  scopes: Scopes,
  otherwise: unknown,
  result: (texts: readonly string[]) => string | boolean,
): unknown {
  const values = parts.map((part) => resolve(part, scopes));
  if (values.includes(null)) return null;
  return values.every((value) => typeof value === 'string') ? result(values) : otherwise;
}

function compared({ operator, left, right, timed }: Comparison, scopes: Scopes): boolean {
  const [a, b] = [operand(left, scopes, timed), operand(right, scopes, timed)];
  switch (operator) {
    case 'eq':
      return isEqual(a, b);
    case 'ne':
      return !isEqual(a, b);
    case 'gt':
      return order(a, b) > 0;
    case 'ge':
      return order(a, b) >= 0;
    case 'lt':
      return order(a, b) < 0;
    case 'le':
      return order(a, b) <= 0;
  }
}

function isMember({ left, options, timed }: Membership, scopes: Scopes): boolean {
  const value = operand(left, scopes, timed);
  return options.some((option) => isEqual(value, operand(option, scopes, timed)));
}

/** A side of a comparison; of one between times, as a time. */
function operand(expression: Expression, scopes: Scopes, timed: boolean): unknown {
  const value = resolve(expression, scopes);
  if (!timed || expression.kind === 'time' || value === null) return value;
  return (typeof value === 'string' ? storedTimeKey(value) : undefined) ?? UNRELATED;
}

function quantified({ kind, over, body }: Lambda, scopes: Scopes): boolean {
  const list = follow(over, scopes) ?? [];
  if (!Array.isArray(list)) return false;
  if (body === undefined) return list.length > 0;
  const holds = (element: unknown) => truth(body, [...scopes, element ?? null]) === true;
  return kind === 'any' ? list.some(holds) : list.every(holds);
}

function negated(value: Truth): Truth {
  return value === null ? null : !value;
}

/** `decisive` is what decides for the whole: true for `or`, false for `and`. */
function joined(parts: readonly Expression[], decisive: boolean, scopes: Scopes): Truth {
  let result: Truth = !decisive;
  for (const part of parts) {
    const value = truth(part, scopes);
    if (value === decisive) return decisive;
    if (value === null) result = null;
  }
  return result;
}

/** The value at the end of a path; null when the path leads nowhere. */
function follow({ scope, steps }: Path, scopes: Scopes): unknown {
  let value = scopes[scope];
  for (const step of steps) {
    if (Array.isArray(value)) return UNRELATED;
    value = typeof value === 'object' && value !== null ? property(value, step) : null;
  }
  return value ?? null;
}

function property(holder: object, name: string): unknown {
  if (Object.hasOwn(holder, name)) return (holder as Record<string, unknown>)[name];
  const folded = name.toLowerCase();
  for (const key of Object.keys(holder)) {
    if (key.length === name.length && key.toLowerCase() === folded) return (holder as Record<string, unknown>)[key];
  }
  return null;
}
