/**
 * Graph's request limits, in real time: 5 in any 10 s for reports, 1 in any second for Identity Protection
 * (https://learn.microsoft.com/graph/throttling-limits), both times the speed of the simulation. Always on; going over
 * them is counted.
 */
import type { GraphBudget } from '../../shared/logTypes.ts';

const LIMITS: Readonly<Record<GraphBudget, { readonly count: number; readonly windowMs: number }>> = {
  reports: { count: 5, windowMs: 10_000 },
  risk: { count: 1, windowMs: 1000 },
};

export interface Limiter {
  /** Takes one request at `at` (real milliseconds): 0 when it is allowed, else how long until one would be. */
  take(budget: GraphBudget, at: number): number;
  readonly violations: Readonly<Record<GraphBudget, number>>;
}

/** `speed` multiplies the limits; below 1 it lengthens the windows instead. */
export function createLimiter(speed: number): Limiter {
  const granted: Record<GraphBudget, number[]> = { reports: [], risk: [] };
  const violations: Record<GraphBudget, number> = { reports: 0, risk: 0 };
  return {
    violations,
    take(budget, at) {
      const count = Math.floor(LIMITS[budget].count * Math.max(1, speed));
      const windowMs = LIMITS[budget].windowMs / Math.min(1, speed);
      const recent = granted[budget].filter((time) => time > at - windowMs);
      granted[budget] = recent;
      if (recent.length < count) {
        recent.push(at);
        return 0;
      }
      violations[budget] += 1;
      return Math.max(1, (recent[recent.length - count] ?? at) + windowMs - at);
    },
  };
}
