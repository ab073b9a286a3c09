/** The routes of exports on a port of this machine, over the stores of a test world: for clients that are other programs. */
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { listSegments } from '../../shared/export.ts';
import { readRange } from '../../shared/query/range.ts';
import { callLogs } from './exportCalls.ts';
import type { World } from './flowHarness.ts';

const LAST = '9999-12-31T23:59:59.9999999Z';

export interface ExportServer {
  /** Without a slash at its end. */
  readonly url: string;
  close(): Promise<void>;
}

/** Serves `/api/logs/{logType}` and `/api/segments/{logType}`. */
export async function startExportServer(world: World): Promise<ExportServer> {
  const server = createServer((request, response) => {
    const { pathname, search, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
    const [, , route, logType = ''] = pathname.split('/');
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    const answered =
      route === 'segments'
        ? sendSegments(world, logType, searchParams, response)
        : sendLogs(world, `${logType}${search}`, headers, response);
    answered.catch((error: unknown) => response.destroy(error as Error));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function sendLogs(world: World, target: string, headers: Record<string, string>, response: ServerResponse) {
  const answer = await callLogs(world, target, { headers });
  if (answer.broken) throw answer.broken;
  response.writeHead(answer.status, answer.headers);
  response.end(answer.body);
}

async function sendSegments(world: World, name: string, query: URLSearchParams, response: ServerResponse) {
  const listed = await listSegments(world.instance(), world.logType(name), readRange(query, LAST));
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(listed));
}
