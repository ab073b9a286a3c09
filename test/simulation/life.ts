/**
 * One instance of the app, from start to end or crash: production code whose every call to the outside waits for its
 * turn and may meet a fault.
 */
import type { Clock } from '../../shared/clock.ts';
import type { Config } from '../../shared/config.ts';
import type { ExpireDeps } from '../../shared/expiry/deps.ts';
import type { Deleter } from '../../shared/storage/port.ts';
import { GRAPH_ORIGIN, logTypeOf } from '../support/fakeGraph.ts';
import { type Around, hooked, hookedDeleters } from '../support/storeHooks.ts';
import type { CallFault, FaultSource, GraphFault } from './faults.ts';
import type { PageShown, SimulatedGraph } from './graph.ts';
import type { Judge } from './judge.ts';
import { createReads } from './reads.ts';
import { count, type Tally } from './tally.ts';
import type { Turns } from './turns.ts';

/** What all instances of a schedule share. */
export interface Outside {
  readonly config: Config;
  readonly graph: SimulatedGraph;
  readonly judge: Pick<Judge, 'blobs' | 'state' | 'acknowledged'>;
  readonly deleter: Deleter;
  readonly turns: Turns;
  readonly faults: FaultSource;
  readonly tally: Tally;
  /** What the network still holds back. */
  readonly late: (() => Promise<unknown>)[];
  /** What Graph answers to every request just now; `undefined` when the log types can be had. */
  withheld(): GraphFault | undefined;
  /** Milliseconds since 1970, the same for all. */
  now(): number;
  /** Counts a call, lets time pass, and says whether the schedule goes on. */
  called(toGraph: boolean): number | undefined;
  /** Lets time pass: milliseconds. */
  pass(milliseconds: number): void;
  trace(line: string): void;
  found(violation: string): void;
}

/** The message of a call that failed. */
export const NO_ANSWER = 'no answer came (simulated)';
/** What the Graph budget lets pass between two requests. */
const INTERVAL_MS = 2500;

/** Runs `work` as one process whose clock is `skew` seconds off. Resolves when it has ended or crashed. */
export async function live(
  outside: Outside,
  name: string,
  skew: number,
  work: (deps: ExpireDeps) => Promise<unknown>,
): Promise<void> {
  const { graph, judge, turns, faults, tally } = outside;
  const reads = createReads(judge.acknowledged);
  let die = () => {};
  const death = new Promise<void>((resolve) => {
    die = resolve;
  });
  const neverMore = <T>(): Promise<T> => {
    die();
    return new Promise<T>(() => {});
  };

  async function call<T>(what: string, run: (n: number) => Promise<T>): Promise<T> {
    await turns.turn();
    const n = outside.called(what.startsWith('graph'));
    if (n === undefined) return neverMore();
    const fault = faults.onCall(n);
    outside.trace(`${n} ${name} ${what}${fault ? ` -- ${fault.name}` : ''}`);
    return fault ? suffer(fault, () => run(n)) : run(n);
  }

  async function suffer<T>(fault: CallFault, run: () => Promise<T>): Promise<T> {
    count(tally, `fault: ${fault.name}`);
    if (fault.held === 'before') await turns.hold();
    if (fault.late) outside.late.push(run);
    let answer: T | undefined;
    for (let n = 0; n < fault.effects; n += 1) answer = await run();
    if (fault.held === 'after') await turns.hold();
    if (fault.ending === 'crash') return neverMore();
    if (fault.ending === 'answer') return answer as T;
    reads.failed();
    throw new Error(NO_ANSWER);
  }

  const around: Around = async ({ op, target }, run) => {
    const answer = await call(`${op} ${target}`, run);
    if (answer === 'taken') count(tally, 'race: number taken');
    return answer;
  };

  /** The page is judged as read only when its answer reaches the instance. */
  async function get(url: string) {
    const logType = logTypeOf(url);
    reads.asks(url, outside.config.logTypes.find((each) => each.name === logType.name) ?? logType);
    let page: PageShown | undefined;
    const answer = await call(`graph ${decodeURIComponent(url.slice(GRAPH_ORIGIN.length))}`, async (n) => {
      const given = graph.answer(url, (request) => outside.withheld() ?? faults.onGraph(n, request));
      page = given.page;
      if (given.fault) count(tally, `graph: ${given.fault.name}`);
      if (given.fault) outside.trace(`    -- ${given.fault.name}`);
      return given.answer;
    });
    if (page) reads.gets(page);
    else reads.failed();
    return answer;
  }

  const clock: Clock = {
    now: () => outside.now() + skew * 1000,
    elapsed: () => outside.now(),
    async sleep(milliseconds) {
      outside.pass(milliseconds);
      await call(`sleep ${Math.round(milliseconds)}`, async () => undefined);
    },
  };
  const deps: ExpireDeps = {
    config: outside.config,
    clock,
    graph: { origin: GRAPH_ORIGIN, get },
    budgetOf: () => ({ intervalMs: INTERVAL_MS, grant: async () => outside.pass(INTERVAL_MS) }),
    log: (level, message, fields) => {
      outside.trace(`    ${name} ${level}: ${message}`);
      if (fields?.state === 'torn' || fields?.state === 'misconfigured') outside.found(message);
    },
    ...hooked(judge, around),
    ...hookedDeleters(outside.deleter, around),
  };
  const ended = work(deps).then(
    () => reads.ends(),
    (error: Error) => outside.found(`a run ended with: ${error.message}`),
  );
  await Promise.race([ended, death]);
}
