/**
 * What a request to the storage services is about, read from its method and URL. For the fault proxy, whose faults are
 * aimed at kinds of requests and whose counts are kept by kind.
 */

export type RequestKind =
  | 'putBlob'
  | 'getBlob'
  | 'headBlob'
  | 'deleteBlob'
  | 'changeBlob'
  | 'listBlobs'
  | 'container'
  | 'transaction'
  | 'getRow'
  | 'listRows'
  | 'changeRow'
  | 'table'
  | 'other';

export interface StorageRequest {
  readonly method: string;
  /** Path and query as sent. */
  readonly url: string;
  readonly kind: RequestKind;
  /** Blob requests only. */
  readonly container?: string;
  /** Requests about one blob only; decoded. */
  readonly blob?: string;
  /** The same for every repetition of one request by the SDK. */
  readonly id: string;
}

const BLOB_KINDS: Readonly<Record<string, RequestKind>> = {
  GET: 'getBlob',
  HEAD: 'headBlob',
  DELETE: 'deleteBlob',
};

/** Reads a request of the form `/<account>/…`, as Azurite is addressed. */
export function readRequest(method: string, url: string, clientRequestId: string | undefined): StorageRequest {
  const { pathname, searchParams } = new URL(url, 'http://storage');
  const [, , first = '', ...rest] = pathname.split('/');
  const request = { method, url, id: clientRequestId ?? `${method} ${url}` };
  const table = tableKind(method, first);
  if (table) return { ...request, kind: table };
  if (!first) return { ...request, kind: 'other' };
  const container = decodeURIComponent(first);
  if (rest.length === 0) {
    return { ...request, kind: searchParams.get('comp') === 'list' ? 'listBlobs' : 'container', container };
  }
  const blob = decodeURIComponent(rest.join('/'));
  const writes = searchParams.has('comp') ? 'changeBlob' : 'putBlob';
  return { ...request, kind: BLOB_KINDS[method] ?? writes, container, blob };
}

/** The table service is told by names that no container can have: `$batch`, `Tables`, `name(…)`. */
function tableKind(method: string, segment: string): RequestKind | undefined {
  const name = decodeURIComponent(segment);
  if (name === '$batch') return 'transaction';
  if (/^Tables\b/.test(name)) return 'table';
  const [, keys] = /^\w+\((.*)\)$/.exec(name) ?? [];
  if (keys === undefined) return undefined;
  if (method !== 'GET') return 'changeRow';
  return keys === '' ? 'listRows' : 'getRow';
}
