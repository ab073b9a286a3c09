/**
 * What can go wrong with one call to the store or to Graph, as data, and what that means to the caller.
 *
 * A crashed process is one whose call never returns: nothing of it runs on, not even its error handling.
 */
import type { FakeRequest } from '../support/fakeGraph.ts';

/** How a call ends for its caller. */
export type Ending = 'answer' | 'error' | 'crash';

export interface CallFault {
  readonly name: string;
  /** How often the call takes effect while the caller waits. */
  readonly effects: 0 | 1 | 2;
  readonly ending: Ending;
  /** The network delivers it after the caller has given it up. */
  readonly late?: true;
  /** The caller is held until the next timer fires: before the call takes effect, or before its answer arrives. */
  readonly held?: 'before' | 'after';
}

/** Every call, to the store or to Graph, can meet these. */
export const CALL_FAULTS: readonly CallFault[] = [
  { name: 'crash before', effects: 0, ending: 'crash' },
  { name: 'crash after', effects: 1, ending: 'crash' },
  { name: 'error before', effects: 0, ending: 'error' },
  { name: 'error after', effects: 1, ending: 'error' },
  { name: 'sent twice', effects: 2, ending: 'answer' },
  { name: 'delivered late', effects: 0, ending: 'error', late: true },
  { name: 'request delayed', effects: 1, ending: 'answer', held: 'before' },
  { name: 'answer delayed', effects: 1, ending: 'answer', held: 'after' },
];

/** Answers of Graph that are no page, or the wrong one. */
export interface GraphFault {
  readonly name: string;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly code?: string;
  readonly message?: string;
  /** What becomes of a good page. */
  readonly spoil?: 'cut off' | 'loops' | 'filter ignored';
}

export const GRAPH_FAULTS: readonly GraphFault[] = [
  { name: 'throttled', status: 429, headers: { 'retry-after': '5' }, code: 'TooManyRequests' },
  { name: 'throttled without a hint', status: 429, code: 'UnknownError' },
  { name: 'throttled for long', status: 429, headers: { 'retry-after': '600' }, code: 'TooManyRequests' },
  { name: 'unavailable', status: 503, code: 'ServiceUnavailable' },
  { name: 'too slow', status: 504, code: 'UnknownError' },
  { name: 'token expired', status: 401, code: 'InvalidAuthenticationToken' },
  { name: 'paging lost', status: 400, code: 'UnknownError', message: 'DirectoryPageTokenNotFound' },
  { name: 'page cut off', spoil: 'cut off' },
  { name: 'page loops', spoil: 'loops' },
  { name: 'filter ignored', spoil: 'filter ignored' },
];

/** Answers of Graph that stay as they are for a while: the log type cannot be had. */
export const WITHHELD = {
  unlicensed: {
    name: 'unlicensed',
    status: 403,
    code: 'Authentication_RequestFromNonPremiumTenantOrB2CTenant',
    message: "Neither tenant is B2C or tenant doesn't have premium license",
  },
  forbidden: { name: 'forbidden', status: 403, code: 'Authorization_RequestDenied' },
} as const satisfies Readonly<Record<string, GraphFault>>;

/** Decides what goes wrong with a call; `undefined` lets it go well. `n` counts all calls of the schedule from 0. */
export interface FaultSource {
  onCall(n: number): CallFault | undefined;
  onGraph(n: number, request: FakeRequest): GraphFault | undefined;
}

/** Faults at random calls. `rate` is the share of calls that meet one. */
export function randomFaults(random: () => number, rate: number, graphRate: number): FaultSource {
  const pick = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)];
  return {
    onCall: () => (random() < rate ? pick(CALL_FAULTS) : undefined),
    onGraph: () => (random() < graphRate ? pick(GRAPH_FAULTS) : undefined),
  };
}

/** One fault, by name, at one call. */
export function faultAt(at: number, name: string): FaultSource {
  return {
    onCall: (n) => (n === at ? CALL_FAULTS.find((fault) => fault.name === name) : undefined),
    onGraph: (n) => (n === at ? GRAPH_FAULTS.find((fault) => fault.name === name) : undefined),
  };
}

export const noFaults: FaultSource = { onCall: () => undefined, onGraph: () => undefined };
