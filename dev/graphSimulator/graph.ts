/**
 * One request to Graph, from token to delivery.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../../shared/clock.ts';
import { deliverPage, type Headers, send } from './delivery.ts';
import { ENDPOINTS } from './endpoints.ts';
import type { World } from './existing.ts';
import { type FaultAnswer, faultAnswer } from './faultAnswers.ts';
import {
  errorBody,
  GraphError,
  noSegment,
  noToken,
  type RequestIds,
  reportsThrottled,
  riskThrottled,
} from './graphError.ts';
import { guid } from './guid.ts';
import { createLimiter } from './limits.ts';
import { createMissingRows } from './missingRows.ts';
import { createPageMaker } from './pageMaker.ts';
import { hash, Random } from './random.ts';

export interface Graph {
  handle(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void>;
  readonly requests: () => number;
  /** Requests over each limit. */
  readonly violations: Readonly<Record<string, number>>;
}

const PURPOSE = { ids: 0x1d5, forms: 0xf025, correlation: 0xc022 } as const;
const CONTENT_TYPE =
  'application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8';
const DIAGNOSTIC =
  '{"ServerInfo":{"DataCenter":"Simulated","Slice":"E","Ring":"0","ScaleUnit":"000","RoleInstance":"SIM00000001"}}';

/** `speed` multiplies the limits and divides what clients are asked to wait. */
export function createGraph(world: World, clock: Clock, speed: number): Graph {
  const { seed } = world.tenant;
  const limiter = createLimiter(speed);
  const pages = createPageMaker(world, createMissingRows(world.tenant, world.plan, world.shown));
  let requests = 0;

  const handle = async (request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> => {
    requests += 1;
    const count = requests;
    const now = clock.now();
    const ids = idsOf(seed, count, request);
    const headers = headersOf(ids, now);
    const parameters = url.searchParams;
    const address = `http://${request.headers.host ?? '127.0.0.1'}${request.url}`;
    try {
      const endpoint = endpointOf(request, url);
      const { budget } = endpoint.logType;
      const correlationId = guid(new Random(seed, count, PURPOSE.correlation));
      const wait = limiter.take(budget, clock.elapsed());
      if (wait > 0 && budget === 'reports') {
        throw reportsThrottled(correlationId, { 'retry-after': (Math.ceil(wait) / 1000).toFixed(3) });
      }
      if (wait > 0) throw riskThrottled();

      const dice = hash(seed, PURPOSE.forms, count, 0);
      const fault = world.plan.draw(count, address, parameters.has('$skiptoken'));
      const instead = fault && faultAnswer(fault.name, { budget, dice, speed, now, correlationId });
      if (instead !== undefined) return answerInstead(response, headers, instead, ids, now);

      const page = pages.make({
        endpoint,
        parameters,
        address,
        count,
        dice,
        now,
        fault: fault?.stage === 'page' ? fault.name : undefined,
      });
      const spoilt = fault?.stage === 'delivery' ? fault.name : undefined;
      const spoiling = { fault: page.breaks ? 'broken-page' : spoilt, dice, speed };
      page.settle(await deliverPage(response, headers, page.body, spoiling));
    } catch (error) {
      if (!(error instanceof GraphError)) throw error;
      await answerInstead(response, headers, error, ids, now);
    }
  };
  return { handle, requests: () => requests, violations: limiter.violations };
}

/** @throws GraphError as Graph would answer. */
function endpointOf(request: IncomingMessage, url: URL) {
  if (!/^Bearer +\S+$/i.test(request.headers.authorization ?? '')) throw noToken();
  const endpoint = ENDPOINTS.get(url.pathname);
  if (endpoint === undefined) throw noSegment(url.pathname.split('/').at(-1) ?? '');
  if (request.method !== 'GET')
    throw new GraphError(405, 'Request_BadRequest', 'Specified HTTP method is not allowed for the request target.');
  return endpoint;
}

async function answerInstead(
  response: ServerResponse,
  headers: Headers,
  answer: FaultAnswer,
  ids: RequestIds,
  now: number,
): Promise<void> {
  if (answer === 'reset') response.socket?.resetAndDestroy();
  else if (answer instanceof GraphError) {
    await send(
      response,
      answer.status,
      { ...headers, ...answer.headers, 'content-type': 'application/json' },
      errorBody(answer, ids, now),
    );
  } else await send(response, answer.status, { ...headers, 'content-type': 'text/html' }, answer.html);
}

function idsOf(seed: number, count: number, request: IncomingMessage): RequestIds {
  const requestId = guid(new Random(seed, count, PURPOSE.ids));
  const given = request.headers['client-request-id'];
  return { requestId, clientRequestId: typeof given === 'string' ? given : requestId };
}

function headersOf({ requestId, clientRequestId }: RequestIds, now: number): Headers {
  return {
    date: new Date(now).toUTCString(),
    'cache-control': 'no-cache',
    'content-type': CONTENT_TYPE,
    'request-id': requestId,
    'client-request-id': clientRequestId,
    'x-ms-ags-diagnostic': DIAGNOSTIC,
    'odata-version': '4.0',
  };
}
