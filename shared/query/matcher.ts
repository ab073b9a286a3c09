/** Which stored lines a filter is true of. */
import { evaluate } from './filterEvaluate.ts';
import { parseRecord } from './filterRecord.ts';
import type { Filter } from './filterTree.ts';
import { type ValueNeed, valueNeedOf } from './filterValueNeeds.ts';
import { linesOf, prefilter } from './prefilter.ts';

export interface Matcher {
  /** @throws SyntaxError when the line is not JSON and its bytes do not rule it out. */
  readonly matches: (line: Buffer) => boolean;
  /** The matching lines of a block, without their newlines; views on the bytes given. @throws SyntaxError as `matches`. */
  readonly matchesOf: (lines: Buffer) => Generator<Buffer, void>;
  /** What a matching record must hold; `undefined` where that cannot be told. */
  readonly need?: ValueNeed | undefined;
}

export function matcher(filter: Filter): Matcher {
  const first = prefilter(filter);
  const isTrueOf = (line: Buffer) => evaluate(filter, parseRecord(line, filter.comparesNumbers));
  return {
    matches: (line) => (first?.mayMatch(line) ?? true) && isTrueOf(line),
    *matchesOf(lines) {
      for (const line of first?.mayMatchOf(lines) ?? linesOf(lines)) if (isTrueOf(line)) yield line;
    },
    need: valueNeedOf(filter.condition),
  };
}
