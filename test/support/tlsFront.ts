/** What stands before the app in Azure: ends TLS and says so. Its origin stays while the host behind it changes. */
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import tls from 'node:tls';
import { selfSigned } from './selfSigned.ts';

export interface TlsFront {
  readonly url: string;
  /** Origin of the host that requests go to. */
  target: string;
  /** The header `Authorization` of each request. */
  readonly authorizations: readonly (string | undefined)[];
  close(): Promise<void>;
}

/** Starts it; from then on this process trusts its certificate. */
export async function startTlsFront(): Promise<TlsFront> {
  const identity = selfSigned();
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), identity.cert]);
  const authorizations: (string | undefined)[] = [];
  const server = https.createServer(identity, (request, response) => {
    authorizations.push(request.headers.authorization);
    const headers = { ...request.headers, 'x-forwarded-proto': 'https' };
    const upstream = http.request(`${front.target}${request.url}`, { method: request.method, headers, agent: false });
    upstream.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    upstream.on('error', () => response.destroy());
    request.pipe(upstream);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const front = {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    target: '',
    authorizations,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return front;
}
