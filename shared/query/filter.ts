/**
 * The filter of a request: OData's `$filter`, as Graph documents it for sign-ins, audits, provisioning and risk.
 * What it means is said in `filterEvaluate.ts`.
 */
import { BadFilter, type Refuse } from './badFilter.ts';
import { Grammar } from './filterGrammar.ts';
import { tokenize } from './filterTokens.ts';
import type { Expression, Filter } from './filterTree.ts';

/** Characters of a filter, at most. */
const MAX_LENGTH = 4000;

/**
 * @param parameter the name of the query parameter it came in, for messages.
 * @throws BadFilter with the position and what belongs there.
 */
export function parseFilter(text: string, parameter = 'filter'): Filter {
  const refuse: Refuse = (position, expected, found) => {
    throw new BadFilter(parameter, position, expected, found);
  };
  if (text.length > MAX_LENGTH) refuse(MAX_LENGTH, `at most ${MAX_LENGTH} characters`, `${text.length}`);
  const condition = new Grammar(tokenize(text, refuse), refuse).read();
  return { condition, comparesNumbers: comparesNumbers(condition) };
}

/** Whether a number is compared: with a literal, or perhaps with another property. */
function comparesNumbers(expression: Expression): boolean {
  switch (expression.kind) {
    case 'compare':
      return [expression.left, expression.right].some(comparesNumbers) || arePaths(expression.left, expression.right);
    case 'in':
      return [expression.left, ...expression.options].some(comparesNumbers);
    case 'any':
    case 'all':
      return expression.body !== undefined && comparesNumbers(expression.body);
    case 'not':
      return comparesNumbers(expression.part);
    case 'and':
    case 'or':
      return expression.parts.some(comparesNumbers);
    default:
      return expression.kind === 'number';
  }
}

function arePaths(left: Expression, right: Expression): boolean {
  return left.kind === 'path' && right.kind === 'path';
}
