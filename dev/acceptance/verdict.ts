/** What a check of a real deployment can come to. */
export type Verdict = 'ok' | 'FAILED' | 'not shown';

export interface Outcome {
  readonly verdict: Verdict;
  /** What was seen, and where it is not `ok` what to do. */
  readonly seen: string;
}

export const ok = (seen: string): Outcome => ({ verdict: 'ok', seen });
export const failed = (seen: string): Outcome => ({ verdict: 'FAILED', seen });
/** Neither shown nor disproved: a right is missing, or nothing is there yet to look at. */
export const notShown = (seen: string): Outcome => ({ verdict: 'not shown', seen });
