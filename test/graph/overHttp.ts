/**
 * A world of the flows whose Graph answers over a real socket: the fake Graph behind an HTTP server on this machine, in
 * front of which a test can put an answer of its own.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TokenCredential } from '@azure/identity';
import { expect } from 'vitest';
import { type Instant, parseInstant } from '../../shared/archive/time.ts';
import type { Deps } from '../../shared/deps.ts';
import { createGraphClient } from '../../shared/graph/client.ts';
import { GraphFailure } from '../../shared/graph/failure.ts';
import type { LogReport } from '../support/archiveCheck.ts';
import { CANARIES } from '../support/canaries.ts';
import { GRAPH_ORIGIN } from '../support/fakeGraph.ts';
import { linesOf, rows, worldOf } from '../support/flowHarness.ts';
import { startServer } from './server.ts';

/** As Graph writes it. */
export const JSON_TYPE = 'application/json;odata.metadata=minimal;odata.streaming=true;charset=utf-8';
export const TOKEN = CANARIES.bearer;
const PAGE_SIZE = 3;

export interface Asked {
  readonly request: IncomingMessage;
  /** The server's own origin. */
  readonly origin: string;
  /** Counts the requests that the test answers, from 0. */
  readonly n: number;
}

type Alter = (good: Good) => Good;

/** What Graph itself answers. */
interface Good {
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** Answers a request in the place of Graph. The head has Graph's date and content type already. */
export type Answer = (response: ServerResponse, asked: Asked) => void;

const credential: TokenCredential = {
  getToken: async () => ({ token: TOKEN, expiresOnTimestamp: Date.now() + 3_600_000 }),
};

export type OverHttp = Awaited<ReturnType<typeof startOverHttp>>;

/** Two pages of a log type wait to be collected; `intercept` puts answers in their place. */
export async function startOverHttp(name = 'directoryAudits') {
  const { world, type } = worldOf(name);
  const list = rows(type, PAGE_SIZE + 2, '2026-11-20T05:30:00Z', 600, 'good');
  world.graph.add(name, ...list);
  world.graph.pageSize = PAGE_SIZE;
  let intercepts: (url: string) => boolean = () => false;
  let answer: Answer = () => expect.fail('no answer is set');
  let alter: Alter = (good) => good;
  let n = 0;

  const server = await startServer((request, response) => {
    response.setHeader('date', new Date(world.clock.now()).toUTCString());
    response.setHeader('content-type', JSON_TYPE);
    if (!intercepts(request.url ?? '')) return void relay(request, response);
    answer(response, { request, origin: server.origin, n });
    n += 1;
  });

  async function relay(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { status, headers, body } = await world.graph
      .client()
      .get(`${GRAPH_ORIGIN}${request.url}`, new AbortController().signal);
    const text = body.toString().replaceAll(GRAPH_ORIGIN, server.origin);
    const altered = alter({ headers: headers as Record<string, string>, text });
    for (const [name, value] of Object.entries(altered.headers)) {
      if (value === '') response.removeHeader(name);
      else response.setHeader(name, value);
    }
    response.writeHead(status).end(altered.text);
  }

  const graph = createGraphClient({ origin: server.origin, credential });
  const deps: Deps = { ...world.instance(), graph };
  return {
    world,
    server,
    /** Requests that were answered in Graph's place. */
    get intercepted() {
      return n;
    },
    /** Answers the first page, or whatever comes after it, in the place of Graph. */
    intercept(page: 'first' | 'later', instead: Answer) {
      intercepts = (url) => url.includes('?$filter=') === (page === 'first');
      answer = instead;
      n = 0;
    },
    /** Changes what Graph answers on its way. */
    alter(change: Alter) {
      alter = change;
    },
    /** Collects; the window must fail, and nothing of it may be stored. */
    async failure(): Promise<GraphFailure> {
      const thrown: unknown = await world.collect(name, deps).then(
        () => expect.fail('the window was collected'),
        (error: unknown) => error,
      );
      if (!(thrown instanceof GraphFailure)) throw thrown;
      expect(storedIn(world.stores)).toEqual([]);
      return thrown;
    },
    /** Lets Graph answer, and collects: its rows and these lines must be archived as if nothing had been. */
    async archives(lines: readonly string[] = []): Promise<LogReport> {
      intercepts = () => false;
      const more = lines.map((line) => ({ line, compared: timeIn(line, type.timeField) }));
      world.graph.add(name, ...more);
      await world.collectAll(name, deps);
      const report = world.check(name);
      expect(report.lines.toSorted()).toEqual(linesOf([...list, ...more]));
      return report;
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

function timeIn(line: string, field: string): Instant | undefined {
  const time = (JSON.parse(line) as Record<string, unknown>)[field];
  return typeof time === 'string' ? parseInstant(time) : undefined;
}

/** Names of all blobs and table rows. */
function storedIn({ containers, partitions }: OverHttp['world']['stores']): string[] {
  return [...containers, ...partitions].flatMap(([place, items]) =>
    [...items.keys()].map((name) => `${place}/${name}`),
  );
}
