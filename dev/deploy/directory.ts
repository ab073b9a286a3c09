/** Microsoft Graph's v1.0 through `az rest`, which brings the token of whoever is signed in. */
import type { Az } from './az.ts';
import { listAt } from './json.ts';

export interface Directory {
  /** The first page of a collection: what is asked for here has no more. */
  list(path: string): Promise<readonly unknown[]>;
  post(path: string, body: object): Promise<unknown>;
  patch(path: string, body: object): Promise<void>;
}

/** @param graph origin of Microsoft Graph in this cloud. */
export function openDirectory(az: Az, graph: string): Directory {
  const url = (path: string) => `${graph}/v1.0/${path.replaceAll(' ', '%20')}`;
  const send = (method: string, path: string, body: object) => {
    const headers = ['--headers', 'Content-Type=application/json'];
    return az(['rest', '--method', method, '--url', url(path), ...headers, '--body', JSON.stringify(body)]);
  };
  return {
    list: async (path) => listAt(await az(['rest', '--method', 'GET', '--url', url(path)]), 'value'),
    post: (path, body) => send('POST', path, body),
    patch: async (path, body) => void (await send('PATCH', path, body)),
  };
}
