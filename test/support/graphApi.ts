/** The Graph-compatible routes over a small world: requests as the host makes them, without a host. */
import { HttpRequest, type HttpResponseInit, InvocationContext } from '@azure/functions';
import type { Deps } from '../../shared/deps.ts';
import { getGraph } from '../../shared/http/graph.ts';
import { graphError } from '../../shared/http/graphErrors.ts';
import { respond } from '../../shared/http/respond.ts';
import { ROUTES } from '../../shared/http/routes.ts';
import { UNLOGGED } from './unlogged.ts';

export const GRAPH = 'https://archive.example/api/graph';
export const INVOCATION = '6b5d4c3a-93b1-4d57-8e20-0f8a6c2e2f10';

export interface GraphAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

export interface GraphList {
  readonly '@odata.context': string;
  readonly '@odata.count'?: number;
  readonly '@odata.nextLink'?: string;
  readonly value: readonly Record<string, unknown>[];
}

/** @param target a whole URL, or what follows `/api/graph`. */
export async function askGraph(
  deps: Deps,
  target: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<GraphAnswer> {
  const handle = respond(deps, ROUTES.graph, getGraph, {
    errorAnswer: graphError,
    accessLog: UNLOGGED,
  });
  const url = target.startsWith('https:') ? target : `${GRAPH}${target}`;
  const context = new InvocationContext({ invocationId: INVOCATION, functionName: 'graph' });
  const answer = (await handle(new HttpRequest({ method: 'GET', url, headers }), context)) as HttpResponseInit;
  return {
    status: answer.status ?? 200,
    headers: answer.headers as Record<string, string>,
    text: typeof answer.body === 'string' ? answer.body : await collect(answer.body as AsyncIterable<Uint8Array>),
  };
}

/** A list that must be answered. */
export async function listed(deps: Deps, target: string): Promise<GraphList> {
  const { status, text } = await askGraph(deps, target);
  if (status !== 200) throw new Error(`${target} answered ${status}: ${text}`);
  return JSON.parse(text) as GraphList;
}

/** The pages of a list, to the last. `between` runs before each page but the first. */
export async function pagesOf(
  deps: Deps,
  target: string,
  between: () => Promise<void> = async () => undefined,
): Promise<GraphList[]> {
  const pages = [await listed(deps, target)];
  for (let link = pages[0]?.['@odata.nextLink']; link !== undefined; link = pages.at(-1)?.['@odata.nextLink']) {
    await between();
    pages.push(await listed(deps, link));
  }
  return pages;
}

/** The ids of all pages of a list, in their order. */
export async function idsOf(deps: Deps, target: string): Promise<unknown[]> {
  return (await pagesOf(deps, target)).flatMap(({ value }) => value.map(({ id }) => id));
}

async function collect(body: AsyncIterable<Uint8Array>): Promise<string> {
  return Buffer.concat(await Array.fromAsync(body)).toString();
}
