/** A Graph that answers from a script, and a clock that remembers its sleeps instead of sleeping. */
import type { Clock } from '../../shared/clock.ts';
import type { GraphClient } from '../../shared/graph/client.ts';
import { type PageSource, windowUrl } from '../../shared/graph/pages.ts';
import type { GraphAnswer } from '../../shared/graph/transport.ts';
import { LOG_TYPES, type LogType } from '../../shared/logTypes.ts';

export const ORIGIN = 'https://graph.microsoft.com';
export const NOW = Date.parse('2026-11-21T08:00:00Z');
export const INTERVAL_MS = 2500;

/** 2026-11-20T05:00:00Z to 06:00:00Z. */
export const WINDOW = { from: 1_795_150_800, to: 1_795_154_400 };
export const AUDITS = LOG_TYPES.get('directoryAudits') as LogType;
export const FIRST = windowUrl(ORIGIN, AUDITS, WINDOW);

/** A link of that window: `$skiptoken=<name>`. */
export const link = (name: string) => `${ORIGIN}/v1.0/auditLogs/directoryAudits?$top=1000&$skiptoken=${name}`;

/** An answer, or what a request fails with. */
export type Step = GraphAnswer | Error;

/** A page of records with these ids. */
export function page(ids: readonly string[], nextLink?: string, headers: Record<string, string> = {}): GraphAnswer {
  const value = ids.map((id) => ({ id, activityDateTime: '2026-11-20T05:30:00Z' }));
  const body = JSON.stringify({ '@odata.context': 'x', ...(nextLink && { '@odata.nextLink': nextLink }), value });
  return { status: 200, headers, body: Buffer.from(body) };
}

export const refusal = (status: number, headers: Record<string, string> = {}, message = ''): GraphAnswer => ({
  status,
  headers,
  body: Buffer.from(JSON.stringify({ error: { code: 'UnknownError', message } })),
});

export interface ScriptedGraph extends PageSource {
  /** URLs asked for, in order. */
  readonly asked: readonly string[];
  readonly slept: readonly number[];
  /** Grants taken from the budget. */
  readonly grants: number;
}

/**
 * Answers each URL with the steps scripted for it, one a request, the last one again and again.
 * @throws at a URL that the script does not know.
 */
export function scriptedGraph(script: Readonly<Record<string, Step | readonly Step[]>>): ScriptedGraph {
  const asked: string[] = [];
  const slept: number[] = [];
  let grants = 0;
  const graph: GraphClient = {
    origin: ORIGIN,
    async get(url) {
      const steps = [script[url] ?? []].flat();
      const step = steps[Math.min(asked.filter((each) => each === url).length, steps.length - 1)];
      asked.push(url);
      if (asked.length > 100) throw new Error('the reader asks without end');
      if (step === undefined) throw new Error(`the script does not know ${url}`);
      if (step instanceof Error) throw step;
      return step;
    },
  };
  const clock: Clock = {
    now: () => NOW,
    elapsed: () => 0,
    sleep: async (milliseconds) => void slept.push(milliseconds),
  };
  const grant = async () => {
    grants += 1;
  };
  return {
    graph,
    clock,
    budgetOf: () => ({ intervalMs: INTERVAL_MS, grant }),
    asked,
    slept,
    get grants() {
      return grants;
    },
  };
}
