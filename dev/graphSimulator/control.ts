/**
 * The routes under `/_simulator`: what the simulator is and did, its faults and conditions, and the truth to compare an archive with.
 * They need no token, count against no limit and are hit by no fault.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { send } from './delivery.ts';
import type { World } from './existing.ts';
import { unknownFaults } from './faultTable.ts';
import { type Instant, parseInstant } from './instant.ts';
import { STREAMS } from './streams.ts';
import { existingLines, type Span, shownLines } from './truth.ts';

export interface Controlled {
  readonly world: World;
  readonly now: () => number;
  /** Everything that `GET /_simulator` shows beside the tenant. */
  readonly report: () => Readonly<Record<string, unknown>>;
}

const PREFIX = '/_simulator';
const MAX_BODY_BYTES = 64 << 10;
const JSON_HEADERS = { 'content-type': 'application/json' };

/** A request that the control routes refuse. */
class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Whether a path belongs to the control routes. */
export function isControl(path: string): boolean {
  return path === PREFIX || path.startsWith(`${PREFIX}/`);
}

/** Answers one request under `/_simulator`; what it refuses is a 4xx with a reason in JSON. */
export async function control(
  simulator: Controlled,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  try {
    await route(simulator, request, response, url);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    await send(response, error.status, JSON_HEADERS, `${JSON.stringify({ error: error.message })}\n`);
  }
}

async function route(
  simulator: Controlled,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  const { world, now } = simulator;
  const [what = '', name = '', ...more] = url.pathname.slice(PREFIX.length + 1).split('/');
  const answer = (value: unknown) => send(response, 200, JSON_HEADERS, `${JSON.stringify(value)}\n`);
  if (request.method === 'PUT' && what === 'faults' && name === '') {
    world.plan.names = readFaults(await readJson(request));
    await answer(world.plan.names);
    return;
  }
  if (request.method === 'PUT' && what === 'conditions' && name === '') {
    setConditions(world, await readJson(request));
    await answer(world.conditions.given);
    return;
  }
  if (request.method !== 'GET') throw new Refusal(405, `${request.method} is not for this path`);
  const stream = STREAMS.get(name);
  if (what === '' && name === '') await answer(describe(simulator));
  else if (what === 'faults' && name === '') await answer(world.plan.names);
  else if (what === 'conditions' && name === '') await answer(world.conditions.given);
  else if (what === 'truth' && stream && more.length === 0) {
    const certain = url.searchParams.get('certain') === 'true';
    await streamLines(response, shownLines(world, stream, readSpan(url.searchParams), certain));
  } else if (what === 'tenant' && stream && more.length === 0) {
    await streamLines(response, existingLines(world, stream, readSpan(url.searchParams), now()));
  } else throw new Refusal(404, `the simulator has no ${url.pathname}`);
}

function describe({ world, now, report }: Controlled): Readonly<Record<string, unknown>> {
  const { tenant, start, plan, conditions, shown } = world;
  return {
    tenantId: tenant.id,
    seed: tenant.seed,
    perDay: tenant.perDay,
    start: new Date(start).toISOString(),
    now: new Date(now()).toISOString(),
    faults: plan.names,
    conditions: conditions.given,
    ...report(),
    shown: Object.fromEntries([...STREAMS].map(([name, stream]) => [name, shown.count(stream)])),
  };
}

function readFaults(names: unknown): string[] {
  if (!Array.isArray(names) || !names.every((name) => typeof name === 'string')) {
    throw new Refusal(400, 'the body is not a JSON array of names');
  }
  const [unknown] = unknownFaults(names);
  if (unknown !== undefined) throw new Refusal(400, `there is no fault '${unknown}'`);
  return names;
}

function setConditions({ conditions }: World, value: unknown): void {
  try {
    conditions.set(value);
  } catch (error) {
    throw new Refusal(400, error instanceof Error ? error.message : 'unreadable');
  }
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const text = await readBody(request);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Refusal(400, `the body is not JSON: ${error instanceof Error ? error.message : 'unreadable'}`);
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_BODY_BYTES) throw new Refusal(413, `the body is larger than ${MAX_BODY_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function readSpan(parameters: URLSearchParams): Span {
  return { from: readInstant(parameters, 'from'), to: readInstant(parameters, 'to') };
}

function readInstant(parameters: URLSearchParams, name: string): Instant | undefined {
  const text = parameters.get(name);
  if (text === null) return undefined;
  const instant = parseInstant(text);
  if (instant === undefined)
    throw new Refusal(400, `'${name}' is not an ISO time with a zone, such as 2026-11-20T05:00:00Z`);
  return instant;
}

/** A client that goes away ends the stream; that is its own affair. */
async function streamLines(response: ServerResponse, lines: Generator<Buffer>): Promise<void> {
  response.writeHead(200, { 'content-type': 'application/x-ndjson' });
  try {
    await pipeline(Readable.from(lines), response);
  } catch (error) {
    if (!response.destroyed) throw error;
  }
}
