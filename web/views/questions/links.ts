/** From a count to the records that were counted. */
import { withClause } from '../../filter/clauses.ts';
import { hrefOf } from '../../state/place.ts';
import type { AnswerRow } from './answer.ts';
import type { Part, Split } from './kinds.ts';
import { partClause } from './values.ts';

/** The search for the records of a row, or of one part of it; `undefined` where a filter cannot tell them. */
export function searchOf(log: string, { search }: AnswerRow, split?: Split, part?: Part): string | undefined {
  if (!search) return undefined;
  const { from, to, filter } = search;
  return hrefOf('search', {
    log,
    from,
    to,
    filter: split && part ? withClause(filter, partClause(split, part)) : filter,
  });
}
