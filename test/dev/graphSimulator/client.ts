/**
 * A small Graph client for the simulator's tests, written apart from the product's: raw bytes of records, patience with
 * what passes, and a loud failure for everything else.
 */
import { type IncomingHttpHeaders, request } from 'node:http';
import { type Simulator, type SimulatorOptions, startGraphSimulator } from '../../../dev/graphSimulator/server.ts';

/** A moment in the middle of an hour, and in the middle of a second. */
export const NOW = Date.UTC(2026, 10, 21, 9, 30, 15, 250);
export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** A simulator whose clock stands at `NOW` and whose limits are out of the way, unless the options say otherwise. */
export function start(options: SimulatorOptions = {}): Promise<Simulator> {
  return startGraphSimulator({ days: 2, perDay: 2000, speed: 1e6, time: { origin: NOW, speed: 0 }, ...options });
}

/** One request. Rejects when the answer breaks off. */
export function get(url: string, headers: Record<string, string> = {}, method = 'GET', body?: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, headers: { authorization: 'Bearer test', ...headers } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
      );
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** The code and message of an error answer. */
export function errorOf({ body }: Answer): { code: string; message: string } {
  return (JSON.parse(body.toString()) as { error: { code: string; message: string } }).error;
}

export function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.000Z$/, 'Z');
}

/** `/beta/…?$filter=…` from the clauses of a filter. */
export function pathWith(path: string, filter?: string, top?: number): string {
  const parameters = [
    ...(filter === undefined ? [] : [`$filter=${encodeURIComponent(filter)}`]),
    ...(top === undefined ? [] : [`$top=${top}`]),
  ];
  return parameters.length === 0 ? path : `${path}?${parameters.join('&')}`;
}

/** The records of a page as they stand in its bytes; the page is checked to be JSON. */
export function recordsOf(body: Buffer): string[] {
  const text = body.toString();
  const parsed = JSON.parse(text) as { value: unknown[] };
  const start = text.indexOf('[', text.search(/"value"\s*:\s*\[/));
  const records: string[] = [];
  let [depth, from] = [0, 0];
  for (const { 0: token, index } of text.slice(start).matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]]/g)) {
    const at = start + index;
    if (token === '{' || token === '[') {
      depth += 1;
      if (depth === 2) from = at;
    } else if (token === '}' || token === ']') {
      depth -= 1;
      if (depth === 1) records.push(text.slice(from, at + 1));
      if (depth === 0) break;
    }
  }
  if (records.length !== parsed.value.length) throw new Error('the page was sliced wrongly');
  return records;
}

/** A record as it is stored. */
export function stored(record: string): string {
  return record.replaceAll(/[\r\n]/g, '');
}

export interface ReadResult {
  /** In stored form, in order. */
  readonly records: string[];
  /** Records of each page. */
  readonly pages: number[];
}

/** A whole read: every page, each asked for again while it fails in passing; begun anew when a link is refused. */
export async function readAll(url: string): Promise<ReadResult> {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const result = await readOnce(url);
    if (result !== undefined) return result;
  }
  throw new Error('the read never came to its end');
}

async function readOnce(first: string): Promise<ReadResult | undefined> {
  const result: ReadResult = { records: [], pages: [] };
  const seen = new Set<string>();
  for (let url: string | undefined = first; url !== undefined; ) {
    seen.add(url);
    const page: { records: string[]; next: string | undefined } | undefined = await readPage(url, seen);
    if (page === undefined) return undefined;
    result.records.push(...page.records);
    result.pages.push(page.records.length);
    url = page.next;
  }
  return result;
}

async function readPage(url: string, seen: ReadonlySet<string>) {
  for (let attempt = 0; attempt < 12; attempt += 1) {
    const page = await get(url).then(
      ({ status, body }) => (status === 200 ? whole(body) : undefined),
      () => undefined,
    );
    if (page === undefined || (page.next !== undefined && seen.has(page.next))) continue;
    return page;
  }
  return undefined;
}

/** `undefined` for a body that is no JSON: a page that broke. */
function whole(body: Buffer): { records: string[]; next: string | undefined } | undefined {
  let next: string | undefined;
  try {
    next = (JSON.parse(body.toString()) as { '@odata.nextLink'?: string })['@odata.nextLink'];
  } catch {
    return undefined;
  }
  return { records: recordsOf(body).map(stored), next };
}

/** The lines of a control route. */
export async function lines(simulator: Simulator, path: string): Promise<string[]> {
  const { status, body } = await get(`${simulator.url}/_simulator/${path}`);
  if (status !== 200) throw new Error(`${path} answered ${status}: ${body}`);
  return body.toString().split('\n').slice(0, -1);
}

export async function report(simulator: Simulator): Promise<{
  requests: number;
  violations: { reports: number; risk: number };
  shown: Record<string, number>;
  faults: string[];
  conditions: unknown[];
  tenantId: string;
}> {
  return JSON.parse((await get(`${simulator.url}/_simulator`)).body.toString());
}

export function setFaults(simulator: Simulator, names: readonly string[]): Promise<Answer> {
  return get(`${simulator.url}/_simulator/faults`, {}, 'PUT', JSON.stringify(names));
}

export function setConditions(simulator: Simulator, conditions: unknown): Promise<Answer> {
  return get(`${simulator.url}/_simulator/conditions`, {}, 'PUT', JSON.stringify(conditions));
}
