/**
 * Which request is hit by which fault: a function of the seed and of a count of requests.
 *
 * A request is hit by one fault at most. However many are switched on, no more than one request in three is hit; the same
 * fault never hits the same URL three times running, and no URL is hit five times running: who asks again gets through.
 */

import { expandFaults, FAULTS, type Fault, unknownFaults } from './faultTable.ts';
import { chance } from './random.ts';

/** Share of all requests that is hit at most. */
const MOST = 1 / 3;
const SAME_IN_A_ROW = 2;
const ANY_IN_A_ROW = 4;
/** URLs whose recent answers are remembered. */
const REMEMBERED = 5000;
const PURPOSE = 0xfa17;

interface Streak {
  readonly name: string;
  readonly same: number;
  readonly any: number;
}

export interface FaultPlan {
  /** The faults that are on. May be set to `all`; a name that is none throws. */
  names: readonly string[];
  has(name: string): boolean;
  /** The fault that hits the `count`-th request, if any. */
  draw(count: number, url: string, paging: boolean): Fault | undefined;
}

/** @throws Error naming the first unknown fault. */
export function createFaultPlan(seed: number, initial: readonly string[]): FaultPlan {
  let enabled: ReadonlySet<string> = new Set();
  let faults: readonly Fault[] = [];
  const streaks = new Map<string, Streak>();

  const plan: FaultPlan = {
    get names() {
      return [...enabled];
    },
    set names(names) {
      const [unknown] = unknownFaults(names);
      if (unknown !== undefined) throw new Error(`there is no fault '${unknown}'`);
      enabled = new Set(expandFaults(names));
      faults = FAULTS.filter(({ name, stage }) => enabled.has(name) && stage !== 'tenant');
    },
    has: (name) => enabled.has(name),
    draw(count, url, paging) {
      const fault = pick(faults, chance(seed, PURPOSE, count, 0));
      const hit = fault !== undefined && (paging || !fault.pagingOnly) && remember(streaks, url, fault.name);
      if (!hit) streaks.delete(url);
      return hit ? fault : undefined;
    },
  };
  plan.names = initial;
  return plan;
}

function pick(faults: readonly Fault[], luck: number): Fault | undefined {
  const sum = faults.reduce((total, { oneIn }) => total + 1 / oneIn, 0);
  const scale = Math.min(1, MOST / sum);
  let below = 0;
  return faults.find(({ oneIn }) => {
    below += scale / oneIn;
    return luck < below;
  });
}

/** Counts a hit; false when the URL has been hit often enough. */
function remember(streaks: Map<string, Streak>, url: string, name: string): boolean {
  const former = streaks.get(url);
  const same = former?.name === name ? former.same + 1 : 1;
  const any = (former?.any ?? 0) + 1;
  if (same > SAME_IN_A_ROW || any > ANY_IN_A_ROW) return false;
  streaks.set(url, { name, same, any });
  const [oldest] = streaks.keys();
  if (streaks.size > REMEMBERED && oldest !== undefined) streaks.delete(oldest);
  return true;
}
