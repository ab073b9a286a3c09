/** The description of the routes as the whole app serves it: right by the rules of OpenAPI, and true of a success of every operation. */
import { createHash } from 'node:crypto';
import type { HttpHandler, HttpResponseInit } from '@azure/functions';
import functions, { HttpRequest, InvocationContext } from '@azure/functions';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { PURPOSE_EXAMPLE } from '../../shared/http/purpose.ts';
import { operationOf, type Route } from '../../shared/http/route.ts';
import { ROUTES } from '../../shared/http/routes.ts';
import { APP_VERSION } from '../../shared/version.ts';
import { type Described, faultsOfDescription, operationsIn, type Spoken } from '../support/openApi.ts';

vi.mock('../../shared/compose.ts', async () => {
  const { openArchive } = await import('../fuzz/archive.ts');
  const { isGraphs, LOG_TYPES } = await import('../../shared/logTypes.ts');
  const { deps } = await openArchive([...LOG_TYPES.values()].filter(isGraphs).map(({ name }) => name));
  return { compose: (_env: unknown, log: unknown) => ({ ...deps, log, ready: async () => undefined }) };
});
// The file is there once the app is built.
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>();
  const readFile = (path: URL | string, ...more: []) =>
    String(path).endsWith('/verify.mjs') ? Buffer.from('// the verifier') : real.readFile(path, ...more);
  return { ...real, readFile };
});

const handlers = new Map<string, HttpHandler>();
const templates = new Map<string, string>();
let document: Described;

interface Asked {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

async function ask(method: string, target: string, body?: object): Promise<Asked> {
  const url = new URL(target, 'https://archive.example');
  const path = url.pathname.split('/').filter(Boolean).slice(1);
  const route = Object.values<Route>(ROUTES).find((row) => isOf(row, method, url.pathname, path));
  // Of headers that the description asks for there is one.
  const headers = { 'x-purpose': PURPOSE_EXAMPLE, ...(body && { 'content-type': 'application/json' }) };
  const request = new HttpRequest({
    method,
    url: url.href,
    headers,
    ...(body && { body: { string: JSON.stringify(body) } }),
  });
  const context = new InvocationContext({ invocationId: 'an-id', functionName: route?.name ?? '' });
  const answer = (await handlers.get(route?.name ?? '')?.(request, context)) as HttpResponseInit;
  const chunks: Uint8Array[] = [];
  if (typeof answer.body === 'string') chunks.push(Buffer.from(answer.body));
  else for await (const chunk of (answer.body ?? []) as AsyncIterable<Uint8Array>) chunks.push(chunk);
  const given = new Headers(answer.headers as Record<string, string>);
  return { status: answer.status ?? 200, headers: given, text: Buffer.concat(chunks).toString() };
}

function isOf(row: Route, method: string, pathname: string, path: readonly string[]): boolean {
  return pathname === '/' ? row === ROUTES.explorer : operationOf(row, method, path) !== undefined;
}

beforeAll(async () => {
  const { app } = functions;
  app.http = (name, { handler, route = '' }) => {
    handlers.set(name, handler);
    templates.set(name, route);
  };
  await import('../../functions/main.ts');
  document = JSON.parse((await ask('GET', '/api/openapi.json')).text) as Described;
});

describe('the description', () => {
  it('is right by the rules of OpenAPI 3.1', () => {
    expect(document.openapi).toBe('3.1.0');
    expect(document.info.version).toBe(APP_VERSION);
    expect(faultsOfDescription(document)).toEqual([]);
  });

  it.each<[string, (copy: Described) => void]>([
    ['/api/health has no slash', (copy) => move(copy, '/api/health', 'api/health')],
    ['undeclared path parameter', (copy) => void copy.paths['/api/logs/{logType}']?.get?.parameters.shift()],
    [
      'operationId',
      (copy) =>
        Object.assign(copy.paths['/api/logs']?.get ?? {}, { operationId: copy.paths['/api/health']?.get?.operationId }),
    ],
    ['reference', (copy) => void delete copy.components.schemas.Problem],
    ['example', (copy) => void delete copy.paths['/api/coverage']?.get?.parameters[0]?.example],
    ['description', (copy) => void delete copy.paths['/api/coverage']?.get?.parameters[0]?.description],
    [
      'required',
      (copy) => Object.assign(copy.paths['/api/sweeps/{id}']?.get?.parameters[0] ?? {}, { required: false }),
    ],
  ])('would be found wrong: %s', (_, spoil) => {
    const copy = structuredClone(document);
    spoil(copy);
    expect(faultsOfDescription(copy)).not.toEqual([]);
  });

  it('has every function that HTTP reaches, and no other', () => {
    const described = new Set([...handlers.keys()].filter((name) => name !== ROUTES.unrouted.name));
    expect(new Set(operationsIn(document).flatMap(({ spoken }) => spoken.tags))).toEqual(described);
    expect(new Set(document.tags.map(({ name }) => name))).toEqual(described);
  });

  it('has a path for each form of a template', () => {
    const paths = Object.keys(document.paths);
    for (const template of templates.values()) {
      const whole = `/${template}`;
      const optional = /\/\{\w+\?\}$/;
      const forms = optional.test(whole) ? [whole.replace(optional, ''), whole.replace('?}', '}')] : [whole];
      for (const form of forms) {
        const below = form.replace('{*path}', '');
        expect(form === below ? paths.includes(form) : paths.some((path) => path.startsWith(below))).toBe(true);
      }
    }
  });

  it('takes no parameters', async () => {
    const { status, text } = await ask('GET', '/api/openapi.json?format=yaml');
    expect([status, JSON.parse(text).detail]).toEqual([400, expect.stringContaining("'format' is not a parameter")]);
  });

  it('names the roles that an operation needs', () => {
    const needed = (path: string) => document.paths[path]?.get?.security;
    const token = (role: string) => ({ token: [role] });
    // The access log is for whoever checks.
    expect(needed('/api/logs/{logType}')).toEqual(['Archive.Export', 'Archive.Read', 'Archive.Verify'].map(token));
    expect(needed('/api/logs')).toEqual([token('Archive.Read')]);
    expect(needed('/api/health')).toEqual([{}, { token: [] }]);
    expect(needed('/api/openapi.json')).toEqual([]);
  });
});

function move(copy: Described, from: string, to: string): void {
  const { paths } = copy as { paths: Record<string, unknown> };
  paths[to] = paths[from];
  delete paths[from];
}

describe('real answers', () => {
  /** Requests are made by the real clock. */
  const ALWAYS = { from: '2000-01-01', to: '2100-01-01' };
  /** What the archive of this test holds, in the place of examples. */
  const held: Record<string, string> = {
    from: '2026-11-20T08:00:00Z',
    to: '2026-11-20T10:00:00Z',
    seq: '0',
    recordId: 'r-0-1',
  };

  beforeAll(async () => {
    const size = async () => (await ask('GET', '/api/integrity/checkpoints/directoryAudits')).headers;
    const newest = (await size()).get('x-archive-checkpoint')?.split(' ')[0] ?? '';
    const day = await ask('GET', `/api/logs/directoryAudits?from=${held.from}&to=${held.to}`);
    Object.assign(held, { size: newest, sha256: createHash('sha256').update(day.text).digest('hex') });
  });

  function targetOf(path: string, values: Readonly<Record<string, string>>, query: readonly string[]): string {
    const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? ''));
    const search = new URLSearchParams(Object.fromEntries(query.map((name) => [name, values[name] ?? ''])));
    return query.length > 0 ? `${filled}?${search}` : filled;
  }

  async function idFor(path: string): Promise<string> {
    const posted = /^\/api\/(sweeps|holds)\/\{id\}$/.exec(path)?.[1];
    if (!posted) return held.recordId ?? '';
    const answer = await ask('POST', `/api/${posted}`, bodyOf(`/api/${posted}`));
    return (JSON.parse(answer.text) as { id: string }).id;
  }

  function bodyOf(path: string): Record<string, string> | undefined {
    const example = document.paths[path]?.post?.requestBody?.content['application/json']?.example;
    if (!example) return undefined;
    const { from = '', to = '' } = held;
    return { ...example, from, to };
  }

  it('are as described, of every operation', async () => {
    const statuses: Record<string, number> = {};
    for (const { method, path, spoken } of operationsIn(document)) {
      const own = Object.fromEntries(spoken.parameters.map(({ name, example }) => [name, example]));
      const sizes = path.endsWith('/proofs/consistency/{logType}') ? { from: held.size, to: held.size } : {};
      const values = { ...own, ...held, ...sizes, id: await idFor(path) } as Record<string, string>;
      const required = spoken.parameters.filter((one) => one.in === 'query' && one.required).map(({ name }) => name);
      const target = targetOf(path, values, required);
      const body = method === 'post' ? bodyOf(path) : undefined;
      const answer = await ask(method.toUpperCase(), target, body);
      statuses[`${method} ${path}`] = answer.status;
      expect(faultsOfAnswer(spoken, method, answer), `${method} ${target}`).toEqual([]);
      const refused = await ask(method.toUpperCase(), `${target}${target.includes('?') ? '&' : '?'}nonsense=1`, body);
      expect(faultsOfAnswer(spoken, method, refused), `${method} ${target} nonsense`).toEqual([]);
    }
    // Every one of them succeeds: what success looks like is what was compared.
    expect(Object.entries(statuses).filter(([, status]) => status >= 300)).toEqual([]);
  });

  it('are given for each parameter that may be left out, as its example has it', async () => {
    // What only an earlier answer can give.
    const earlier = new Set(['cursor', '$skiptoken']);
    const refused: string[] = [];
    let asked = 0;
    for (const { method, path, spoken } of operationsIn(document)) {
      const own = Object.fromEntries(spoken.parameters.map(({ name, example }) => [name, example]));
      const inQuery = spoken.parameters.filter((one) => one.in === 'query');
      const required = inQuery.filter((one) => one.required).map(({ name }) => name);
      const optional = inQuery.filter((one) => !one.required && !earlier.has(one.name)).map(({ name }) => name);
      for (const name of optional) {
        const fitting = { id: held.recordId, ids: held.recordId, ...(path.startsWith('/api/exports/') && ALWAYS) };
        const values = { ...own, ...held, ...fitting, ...(name === '$count' && { version: 'v1.0' }) };
        // A range is given whole, or not at all.
        const pair = ['from', 'to'].includes(name) ? ['from', 'to'] : [name];
        const target = targetOf(path, values as Record<string, string>, [...required, ...pair]);
        const answer = await ask(method.toUpperCase(), target);
        asked += 1;
        if (answer.status >= 300) refused.push(`${method} ${target}: ${answer.status} ${answer.text.slice(0, 200)}`);
      }
    }
    expect(refused).toEqual([]);
    expect(asked).toBeGreaterThan(70);
  });

  /** What of an answer is not as described. */
  function faultsOfAnswer({ responses }: Spoken, method: string, { status, headers, text }: Asked): string[] {
    const said = responses[String(status)];
    if (!said) return [`status ${status} is not listed: ${text.slice(0, 200)}`];
    const missing = Object.entries(said.headers ?? {}).flatMap(([name, { required }]) =>
      required && !headers.has(name) ? [name] : [],
    );
    const faults = missing.map((name) => `no header ${name}`);
    if (!said.content) return faults;
    const type = headers.get('content-type')?.split(';')[0] ?? '';
    const content = said.content[type];
    if (!content) return [...faults, `content type ${type} is not listed`];
    const { $ref, ...plain } = content.schema;
    const schema = $ref ? document.components.schemas[$ref.split('/').at(-1) ?? ''] : plain;
    if (method === 'head' || !schema?.required) return faults;
    const given = JSON.parse(text) as object;
    return [
      ...faults,
      ...schema.required.filter((name) => !Object.hasOwn(given, name)).map((name) => `no member ${name}`),
    ];
  }
});
