/** What an answer claims of its range. */
import type { CoverageAnswer } from './answers.ts';

export interface Claims {
  /** The worst state of the range. */
  readonly coverage: string;
  /** Up to where it was read without a hole, from its begin on. */
  readonly coveredTo: string;
  /** Entries of the ledger that the answer rests on. */
  readonly entries: string;
  /** Size and root of the newest signed checkpoint over no more than these entries; empty where there is none. */
  readonly checkpoint: string;
  /** Fields of the filter that no record of the log type is known to have, in a list; empty where there are none. */
  readonly unknownFields: string;
}

/** The claims in the headers of an answer. */
export function claimsOf(headers: Headers): Claims {
  const claim = (name: string) => headers.get(`x-archive-${name}`) ?? '';
  return {
    coverage: claim('coverage'),
    coveredTo: claim('covered-to'),
    entries: claim('entries'),
    checkpoint: claim('checkpoint'),
    unknownFields: claim('unknown-fields'),
  };
}

/** The same claims from the coverage of the range, for a request that was never answered. */
export function claimsOfCoverage({ state, coveredTo, entries }: CoverageAnswer): Claims {
  return { coverage: state, coveredTo, entries: String(entries), checkpoint: '', unknownFields: '' };
}
