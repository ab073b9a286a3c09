/**
 * The app itself, with an archive in memory under it: `functions/` is loaded as the host loads it, and only the making of
 * the clients is replaced. Requests are routed as the host routes them, and handed to what was registered.
 */
import { registerHooks } from 'node:module';
import functions, { HttpRequest, type HttpResponseInit, InvocationContext } from '@azure/functions';
import { createCore, provideCore } from '../../dev/functionsHost/coreModule.ts';
import { listFunctions } from '../../dev/functionsHost/functions.ts';
import { createRouter, readRoutes } from '../../dev/functionsHost/router.ts';
import type { Log } from '../../shared/logFields.ts';
import type { SigningDeps } from '../../shared/proof/signing.ts';

/** A request as it is put on the wire. */
export interface Sent {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
}

export interface Asked {
  /** `undefined`: no function takes it, and the host answers 404 by itself. */
  readonly route: string | undefined;
  readonly id: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** What the handler, or its body, threw: the client would see a broken transfer or nothing. */
  readonly thrown: unknown;
}

export const ORIGIN = 'https://archive.example';

type Handler = (request: HttpRequest, context: InvocationContext) => Promise<HttpResponseInit>;

/** Loads the app; once in a process. `deps.log` is given up for the app's own, which writes to the console. */
export async function openApp(deps: SigningDeps): Promise<(sent: Sent) => Promise<Asked>> {
  const core = createCore(() => undefined);
  provideCore(core);
  replace('functions/app.ts', '../shared/compose.ts', {
    compose: (_env: unknown, log: Log) => ({ ...deps, log, ready: async () => undefined }),
  });
  // The file is there once the app is built.
  replace('functions/evidence.ts', 'node:fs/promises', { readFile: async () => Buffer.from('// the verifier') });
  const handlers = new Map<string, Handler>();
  const { app } = functions;
  const register = app.http;
  app.http = (name, options) => {
    handlers.set(name, options.handler as Handler);
    register(name, options);
  };
  await import('../../functions/main.ts');
  const router = createRouter(readRoutes(listFunctions(core.functions.values()), ''));
  let asked = 0;
  return async ({ method, target, headers, body }) => {
    asked += 1;
    const id = `00000000-0000-4000-8000-${String(asked).padStart(12, '0')}`;
    const url = new URL(`${ORIGIN}${target}`);
    const route = router(method, url.pathname)?.route.name;
    const nothing = { route, id, status: 404, headers: {}, text: '', thrown: undefined };
    const handler = handlers.get(route ?? '');
    if (route === undefined || !handler) return nothing;
    const request = new HttpRequest({
      method,
      url: url.href,
      headers: { ...headers },
      ...(body !== undefined && { body: { string: body } }),
    });
    try {
      const answer = await handler(request, new InvocationContext({ invocationId: id, functionName: route }));
      const given = { ...nothing, status: answer.status ?? 200, headers: answer.headers as Record<string, string> };
      return { ...given, ...(await read(answer.body)) };
    } catch (thrown) {
      return { ...nothing, status: 0, thrown };
    }
  };
}

/** Gives the importer these exports in the place of a module. */
function replace(importer: string, specifier: string, exports: Readonly<Record<string, unknown>>): void {
  const key = `${importer} ${specifier}`;
  Object.assign(globalThis, { [key]: exports });
  const names = Object.keys(exports);
  const lines = names.map((name) => `export const ${name} = globalThis[${JSON.stringify(key)}].${name};`);
  const url = `data:text/javascript,${encodeURIComponent(lines.join('\n'))}`;
  registerHooks({
    resolve: (given, context, next) =>
      given === specifier && context.parentURL?.endsWith(`/${importer}`)
        ? { url, shortCircuit: true }
        : next(given, context),
  });
}

async function read(body: HttpResponseInit['body']): Promise<{ text: string; thrown: unknown }> {
  if (body === undefined || typeof body === 'string') return { text: String(body ?? ''), thrown: undefined };
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of body as AsyncIterable<Uint8Array>) chunks.push(chunk);
  } catch (thrown) {
    return { text: '', thrown };
  }
  return { text: Buffer.concat(chunks).toString('latin1'), thrown: undefined };
}
