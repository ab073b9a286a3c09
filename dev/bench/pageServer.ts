/**
 * Serves the pages of one window from memory: both sides of a comparison should share their two cores with as little
 * else as possible, and the simulator makes its records anew each time.
 *
 * A process of its own: `node dev/bench/pageServer.ts <origin of the simulator> <address of the first page>` prints its
 * own origin when the pages are there.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const [simulator = '', first = ''] = process.argv.slice(2);
const pages = new Map<string, Buffer>();
const server = createServer((request, response) => {
  const page = pages.get(keyOf(`http://127.0.0.1${request.url}`));
  response.writeHead(page ? 200 : 404, { 'content-type': 'application/json', 'content-length': page?.length ?? 0 });
  response.end(page);
});
server.listen(0, '127.0.0.1', async () => {
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  // Only the host: some links are written with escaped slashes.
  const theirs = new URL(simulator).host;
  for (let url: string | undefined = first; url !== undefined; ) {
    const text = await (await fetch(url, { headers: { authorization: 'Bearer local-simulator' } })).text();
    pages.set(keyOf(url), Buffer.from(text.replaceAll(theirs, host)));
    url = (JSON.parse(text) as { '@odata.nextLink'?: string })['@odata.nextLink'];
  }
  process.stdout.write(`http://${host}\n`);
});

/** The same page whatever the order of its parameters: the SDK changes it. */
function keyOf(address: string): string {
  const { pathname, searchParams } = new URL(address);
  searchParams.sort();
  return `${pathname}?${searchParams}`;
}
