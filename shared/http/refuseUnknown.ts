/** A parameter that a route does not know is refused: a slip must not be ignored. */
import { BadQuery } from '../query/range.ts';
import type { Parameters } from './route.ts';

/**
 * @param known what the table of routes says of the query of an operation.
 * @throws BadQuery for a parameter that is not one of `known`, or that is given twice; it shows a right query.
 */
export function refuseUnknown(query: URLSearchParams, known: Parameters = {}): void {
  for (const name of new Set(query.keys())) {
    const isKnown = Object.hasOwn(known, name);
    if (isKnown && query.getAll(name).length === 1) continue;
    const fault = isKnown ? 'is given more than once' : 'is not a parameter of this route';
    throw new BadQuery(name.slice(0, 80), `'${name.slice(0, 80)}' ${fault}. ${rightQuery(known)}`);
  }
}

function rightQuery(known: Parameters): string {
  const examples = Object.entries(known).map(([name, { example }]) => `${name}=${example}`);
  return examples.length > 0 ? `A right example: ${examples.join('&')}` : 'It takes none: leave out what follows the ?';
}
