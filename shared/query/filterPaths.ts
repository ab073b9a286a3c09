/** Which properties a filter speaks of, and what follows for a record of which only one is known. */
import { evaluate } from './filterEvaluate.ts';
import type { Expression, Filter, Path } from './filterTree.ts';

/** Every path of an expression, those of the variables of its lambdas too. */
export function* pathsOf(expression: Expression): Generator<Path> {
  switch (expression.kind) {
    case 'path':
      yield expression;
      return;
    case 'compare':
      yield* ofAll([expression.left, expression.right]);
      return;
    case 'in':
      yield* pathsOf(expression.left);
      return;
    case 'any':
    case 'all':
      yield* ofAll(expression.body ? [expression.over, expression.body] : [expression.over]);
      return;
    case 'test':
      yield* ofAll([expression.text, expression.part]);
      return;
    case 'case':
      yield* pathsOf(expression.text);
      return;
    case 'not':
      yield* pathsOf(expression.part);
      return;
    case 'and':
    case 'or':
      yield* ofAll(expression.parts);
  }
}

function* ofAll(expressions: readonly Expression[]): Generator<Path> {
  for (const expression of expressions) yield* pathsOf(expression);
}

/** Whether a filter speaks of a field of the record, in whatever case. */
export function mentions({ condition }: Filter, field: string): boolean {
  return [...pathsOf(condition)].some((path) => isOf(path, field));
}

/**
 * Whether a filter may be true of a record whose `field` is `value`: `false` only where a part that has to hold speaks of
 * nothing else and is false.
 */
export function mayMatch({ condition, comparesNumbers }: Filter, field: string, value: unknown): boolean {
  if (condition.kind === 'and')
    return condition.parts.every((part) => mayMatch({ condition: part, comparesNumbers }, field, value));
  const ofRecord = [...pathsOf(condition)].filter(({ scope }) => scope === 0);
  if (ofRecord.length === 0 || !ofRecord.every((path) => isOf(path, field))) return true;
  return evaluate({ condition, comparesNumbers }, { [field]: value });
}

function isOf({ scope, steps: [first = ''] }: Path, field: string): boolean {
  return scope === 0 && first.toLowerCase() === field.toLowerCase();
}
