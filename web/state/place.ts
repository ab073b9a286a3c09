/**
 * Where one is on the page: a view and its parameters, which is to say the URL. Every state that is worth sharing is
 * held there and nowhere else.
 */

/** Parameters by name. An absent one and an empty one are the same. */
export type Params = Readonly<Record<string, string | undefined>>;

export interface Place {
  /** First word of the path; empty at `/`. */
  readonly view: string;
  readonly params: Readonly<Record<string, string>>;
}

/** Parameters that all views understand, in the order in which they stand in a URL. They go along from view to view. */
const SHARED_PARAMS = ['log', 'from', 'to'] as const;

/** Reads a place from a path and a query. Of a parameter that is given twice the first counts. */
export function placeOf(pathname: string, search: string): Place {
  const params: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(search)) {
    if (value !== '' && !Object.hasOwn(params, name)) params[name] = value;
  }
  return { view: pathname.split('/')[1] ?? '', params };
}

/** The URL of a place. One place has one URL: shared parameters first, then the others by name. */
export function hrefOf(view: string, params: Params = {}): string {
  const rank = (name: string) => (SHARED_PARAMS as readonly string[]).indexOf(name) >>> 0;
  const given = Object.entries(params).filter(([, value]) => value !== undefined && value !== '');
  given.sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1));
  const query = new URLSearchParams(given as [string, string][]).toString();
  // Times are easier to read with their colons, which a query may hold.
  return `/${view}${query && '?'}${query.replaceAll('%3A', ':')}`;
}

/** Of these parameters those that another view understands too. */
export function sharedParams(params: Params): Params {
  return Object.fromEntries(SHARED_PARAMS.map((name) => [name, params[name]]));
}
