/**
 * The usual side: the Graph SDK's PageIterator with its own middleware, `JSON.stringify` of every record, gzip of the
 * lines. Nothing is stored.
 */
import { gzipSync } from 'node:zlib';
import {
  Client,
  type Context,
  type Middleware,
  MiddlewareFactory,
  type PageCollection,
  PageIterator,
} from '@microsoft/microsoft-graph-client';
import { windowUrl } from '../../shared/graph/pages.ts';
import { reportUsage } from './measure.ts';
import { GRAPH, LOG_TYPE, WINDOW } from './window.ts';

const AUTHORIZATION = { authorization: 'Bearer local-simulator' };

const started = performance.now();
const client = Client.initWithMiddleware({ baseUrl: GRAPH, middleware: plainHttp(defaultChain()) });
const lines: string[] = [];
let requests = 0;
const first = (await client
  .api(windowUrl(GRAPH, LOG_TYPE, WINDOW))
  .headers(AUTHORIZATION)
  .get()) as PageCollection;
const keep = (record: unknown) => {
  lines.push(JSON.stringify(record));
  return true;
};
await new PageIterator(client, first, keep, { headers: AUTHORIZATION }).iterate();
const stored = gzipSync(`${lines.join('\n')}\n`, { level: 6 });
if (stored.length === 0) throw new Error('nothing was read');
reportUsage(started, { records: lines.length, requests });
process.exit(0);

function defaultChain(): Middleware {
  const links = MiddlewareFactory.getDefaultMiddlewareChain({ getAccessToken: async () => 'local-simulator' });
  for (const [n, link] of links.entries()) if (links[n + 1]) link.setNext?.(links[n + 1] as Middleware);
  return links[0] as Middleware;
}

/** The SDK takes an address without TLS for a path below its base: this puts it right, and counts. */
function plainHttp(next: Middleware): Middleware {
  return {
    async execute(context: Context): Promise<void> {
      const request = String(context.request);
      context.request = request.slice(request.lastIndexOf('http://'));
      requests += 1;
      await next.execute(context);
    },
  };
}
