/** How much of a range lies in each state of coverage. */
import type { SpanReport } from '../../api/answers.ts';
import { STATES } from '../../parts/states.ts';
import type { Span } from '../../state/ranges.ts';

/** States in which everything was read. */
const READ: readonly string[] = ['provisional', 'closed', 'settled'];

export interface Share {
  readonly state: string;
  readonly milliseconds: number;
}

/** What was read of the range, in milliseconds, and what was not: by state, from the worst. */
export function sharesOf(spans: readonly SpanReport[], range: Span): { read: number; lacking: readonly Share[] } {
  const byState = new Map<string, number>(Object.keys(STATES).map((state) => [state, 0]));
  for (const { state, from, to } of spans) {
    const length = Math.min(Date.parse(to), range.to) - Math.max(Date.parse(from), range.from);
    byState.set(state, (byState.get(state) ?? 0) + Math.max(0, length));
  }
  const shares = [...byState].map(([state, milliseconds]) => ({ state, milliseconds }));
  const isRead = ({ state }: Share) => READ.includes(state);
  return {
    read: shares.filter(isRead).reduce((sum, { milliseconds }) => sum + milliseconds, 0),
    lacking: shares.filter((share) => !isRead(share) && share.milliseconds > 0),
  };
}
