/** The usual side: the Graph SDK's PageIterator, `JSON.stringify` of every record, gzip of the lines. Nothing is stored. */
import { gzipSync } from 'node:zlib';
import { Client, type PageCollection, PageIterator } from '@microsoft/microsoft-graph-client';
import { windowUrl } from '../../shared/graph/pages.ts';
import { reportUsage } from './measure.ts';
import { GRAPH, LOG_TYPE, WINDOW } from './window.ts';

const started = performance.now();
const client = Client.init({
  baseUrl: GRAPH,
  customHosts: new Set([new URL(GRAPH).hostname]),
  authProvider: (done) => done(null, 'local-simulator'),
});
const lines: string[] = [];
let requests = 1;
const first = (await client
  .api(windowUrl(GRAPH, LOG_TYPE, WINDOW))
  .header('authorization', 'Bearer local-simulator')
  .get()) as PageCollection;
const iterator = new PageIterator(
  client,
  first,
  (record) => {
    lines.push(JSON.stringify(record));
    if (lines.length % 1000 === 0) requests += 1;
    return true;
  },
  { headers: { authorization: 'Bearer local-simulator' } },
);
await iterator.iterate();
const stored = gzipSync(`${lines.join('\n')}\n`, { level: 6 });
if (stored.length === 0) throw new Error('nothing was read');
reportUsage(started, { records: lines.length, requests });
process.exit(0);
