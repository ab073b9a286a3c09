/** The addresses of the archive's routes. */

export type Query = Readonly<Record<string, string | number | undefined>>;

/** The path and query of a request; parameters that are `undefined` or empty are left out. */
export function apiUrl(path: string, query: Query = {}): string {
  const text = new URLSearchParams(givenOf(query)).toString();
  return `/api/${path}${text && '?'}${text}`;
}

/** The parameters that say something, as text. */
export function givenOf(query: Query): [name: string, value: string][] {
  return Object.entries(query).flatMap(([name, value]): [string, string][] =>
    value === undefined || value === '' ? [] : [[name, String(value)]],
  );
}
