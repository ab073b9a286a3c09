/**
 * What the table of routes is made of. A row serves three readers: the host (name, methods, template), authorisation
 * (roles), and whoever asks what there is (OpenAPI).
 */
import type { Role } from '../access/caller.ts';
import { ACCESS_LOG_TYPE } from '../logTypes.ts';

export type Method = 'GET' | 'HEAD' | 'POST' | 'DELETE' | 'PUT' | 'PATCH' | 'OPTIONS';

/** Who may: holders of a role, whoever has a valid token, or everybody. */
export type Access = Role | 'anyCaller' | 'public';

export interface Parameter {
  /** A right value, as it stands in a URL before it is encoded. */
  readonly example: string;
  readonly description: string;
  readonly required?: true;
  /** All the values there are. */
  readonly values?: readonly string[];
}

export type Parameters = Readonly<Record<string, Parameter>>;

export interface Success {
  readonly status: number;
  readonly description: string;
  /** Content types; several where the client chooses. None: there is no body. */
  readonly types: readonly string[];
  /** Members that a JSON answer always has. */
  readonly members?: readonly string[];
  /** Headers that the answer always has, each with what it says. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Headers that it may have, each with what it says and when. */
  readonly someHeaders?: Readonly<Record<string, string>>;
}

export interface Operation {
  readonly method: Method;
  /** Of one request, as OpenAPI writes it: `/api/logs/{logType}`. */
  readonly path: string;
  readonly summary: string;
  /** The role of the route where it says nothing. */
  readonly access?: Access;
  /** Another role is what is needed when the query names one of these parameters. */
  readonly instead?: { readonly access: Access; readonly with: readonly string[] };
  /** Parameters of the path, in its order. */
  readonly inPath?: Parameters;
  readonly query?: Parameters;
  /** Names of the log types that it may be about, where its path names none. */
  readonly logTypes?: readonly string[];
  /** A right body: JSON, all members needed. */
  readonly body?: Readonly<Record<string, string>>;
  /** Members that the body may have besides. */
  readonly someBody?: Readonly<Record<string, string>>;
  readonly success: Success;
  /** Statuses of errors that this operation may answer, beside those that every one may. */
  readonly errors?: readonly number[];
}

export interface Route {
  /** Of the function. The host tries functions in alphabetical order of their names. */
  readonly name: string;
  readonly methods: readonly Method[];
  /** As the host takes it, without a slash in front. */
  readonly template: string;
  /** What it is for, in one sentence. */
  readonly purpose: string;
  /** What a request needs that its operation does not say otherwise of, or that is none of the operations. */
  readonly access: Access;
  /** Everybody may ask, and whoever has a valid token is told more. */
  readonly knowsCaller?: true;
  /** A request must say what it is for, whatever the settings say. */
  readonly needsPurpose?: true;
  /** The query is for its handler alone: that looks at none of it, or refuses in words of its own. */
  readonly ownQuery?: true;
  readonly operations: readonly Operation[];
}

/** The operation that a request is, if the table names one. @param path segments after `/api/`, decoded. */
export function operationOf({ operations }: Route, method: string, path: readonly string[]): Operation | undefined {
  return operations.find((operation) => operation.method === method && matches(operation, path));
}

/** What stands where the path of an operation has `{logType}`; `undefined` where it has none. */
export function logTypeIn(operation: Operation, path: readonly string[]): string | undefined {
  return path[wordsOf(operation).indexOf('{logType}')];
}

/** The words of an operation's path after `/api/`, some of them parameters. */
export function wordsOf({ path }: Pick<Operation, 'path'>): string[] {
  return path.split('/').slice(2);
}

/** Who may read a log type, where it is not who may read the others: who looked at what is for whoever checks. */
export const ACCESS_OF_LOG_TYPE: ReadonlyMap<string, Access> = new Map([[ACCESS_LOG_TYPE.name, 'Archive.Verify']]);

/** Who may make a request of a route: what decides is the table alone. */
export function accessOf(route: Route, method: string, path: readonly string[], query: URLSearchParams): Access {
  const operation = operationOf(route, method, path);
  if (!operation) return route.access;
  const own = ACCESS_OF_LOG_TYPE.get(logTypeIn(operation, path) ?? '');
  if (own) return own;
  const { access = route.access, instead } = operation;
  return instead?.with.some((name) => query.has(name)) ? instead.access : access;
}

/** The methods that any of the routes takes at a path. @param path segments after `/api/`, decoded. */
export function methodsAt(routes: readonly Route[], path: readonly string[]): Method[] {
  const operations = routes.flatMap(({ operations }) => operations);
  const ofApi = operations.filter((operation) => operation.path.startsWith('/api/') && matches(operation, path));
  return ofApi.map(({ method }) => method);
}

/** All that `accessOf` may say of an operation, what it says as a rule first. */
export function accessesOf(route: Route, { path, access = route.access, instead }: Operation): readonly Access[] {
  const ofLogType = path.includes('{logType}') ? [...ACCESS_OF_LOG_TYPE.values()] : [];
  return [...new Set([access, ...(instead ? [instead.access] : []), ...ofLogType])];
}

/** Like the host, without regard to the case of what is not a parameter. */
function matches(operation: Operation, path: readonly string[]): boolean {
  const words = wordsOf(operation);
  return (
    words.length === path.length &&
    words.every((word, n) => word.startsWith('{') || word.toLowerCase() === path[n]?.toLowerCase())
  );
}
