/** Which resource, and perhaps which record of it, a path under `/api/graph` names. */
import { invalidVersion, noRecord, noSegment } from './graphErrors.ts';
import { type GraphResource, type GraphVersion, isNamespace, resourceAt } from './graphResources.ts';

export interface GraphPath {
  readonly version: GraphVersion;
  readonly resource: GraphResource;
  /** A single record; otherwise the list. */
  readonly id: string | undefined;
}

const VERSIONS: ReadonlyMap<string, GraphVersion> = new Map([
  ['v1.0', 'v1.0'],
  ['beta', 'beta'],
]);
/** No id is longer, or has control characters. */
const ID = /^[^\p{Cc}]{1,256}$/u;

/**
 * @param path segments after `/api/`, the first of which is `graph`.
 * @throws Problem 400 in Graph's words for what is not served, 404 for an id that no record can have.
 */
export function readGraphPath(path: readonly string[]): GraphPath {
  const [, given = '', namespace = '', collection = '', id, further] = unglued(path);
  const version = VERSIONS.get(given.toLowerCase());
  if (!version) throw invalidVersion(given);
  if (!isNamespace(namespace)) throw noSegment(namespace);
  const resource = resourceAt(`${namespace}/${collection}`);
  if (!resource?.versions.includes(version)) throw noSegment(collection);
  if (further !== undefined) throw noSegment(further);
  if (id?.startsWith('$')) throw noSegment(id);
  if (id !== undefined && !ID.test(id)) throw noRecord(id);
  return { version, resource, id };
}

/**
 * Of a link over plain http, as it is used with a service on the same machine, `@microsoft/microsoft-graph-client` takes
 * the whole for a path and puts it behind its base URL and version (GraphRequest.parsePath knows `https://` only).
 */
function unglued(path: readonly string[]): readonly string[] {
  return path[2] === 'http:' ? path.slice('graph/beta/http:/host/api'.split('/').length) : path;
}
