/**
 * What values a record must hold for a filter to be true of it, in fields whose values sketches know: so that segments
 * which cannot hold them need not be opened.
 *
 * Only whole values count. `tolower` of a text beyond ASCII tells nothing, because sketches fold ASCII letters alone;
 * `toupper` tells nothing, because what is not ASCII may become it.
 */
import { hashValue, type Layer, layerOf } from '../archive/sketchValues.ts';
import { type Expression, isLiteral } from './filterTree.ts';

export type ValueNeed =
  | { readonly kind: 'value'; readonly layer: Layer; readonly value: number }
  | { readonly kind: 'and' | 'or'; readonly parts: readonly ValueNeed[] };

/** `undefined`: nothing is necessary that sketches could tell. */
export function valueNeedOf(expression: Expression): ValueNeed | undefined {
  switch (expression.kind) {
    case 'and':
      return allOf(expression.parts.map(valueNeedOf));
    case 'or':
      return oneOf(expression.parts.map(valueNeedOf));
    case 'any':
      return expression.body && valueNeedOf(expression.body);
    case 'in':
      return oneOf(expression.options.map((option) => valueIn(expression.left, option)));
    case 'compare':
      return expression.operator === 'eq' ? valueIn(expression.left, expression.right) : undefined;
    default:
      return undefined;
  }
}

/** Whether a need may be met. @param has whether a value may be there. */
export function mayBeMet(need: ValueNeed, has: (layer: Layer, value: number) => boolean): boolean {
  if (need.kind === 'value') return has(need.layer, need.value);
  const met = (part: ValueNeed) => mayBeMet(part, has);
  return need.kind === 'and' ? need.parts.every(met) : need.parts.some(met);
}

/** The layers that a need names. */
export function layersOf(need: ValueNeed): ReadonlySet<Layer> {
  return need.kind === 'value' ? new Set([need.layer]) : new Set(need.parts.flatMap((part) => [...layersOf(part)]));
}

function allOf(parts: readonly (ValueNeed | undefined)[]): ValueNeed | undefined {
  const known = parts.filter((part) => part !== undefined);
  return known.length > 1 ? { kind: 'and', parts: known } : known[0];
}

function oneOf(parts: readonly (ValueNeed | undefined)[]): ValueNeed | undefined {
  const known = parts.filter((part) => part !== undefined);
  if (known.length < parts.length) return undefined;
  return known.length > 1 ? { kind: 'or', parts: known } : known[0];
}

const ASCII = /^[\0-\x7f]*$/;

function valueIn(subject: Expression, literal: Expression): ValueNeed | undefined {
  if (!isLiteral(literal) || (literal.kind !== 'text' && literal.kind !== 'guid')) return undefined;
  const path = subject.kind === 'case' && subject.name === 'tolower' ? subject.text : subject;
  if (path.kind !== 'path' || (path !== subject && !ASCII.test(literal.value))) return undefined;
  const layer = layerOf(path.steps.at(-1) ?? '', path.scope === 0 && path.steps.length === 1);
  return layer && { kind: 'value', layer, value: hashValue(literal.value) };
}
