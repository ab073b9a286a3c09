/** Answers that ask a client to go somewhere else. `home` and `spy` are authorities, as in `links.ts`. */

const STATUSES = [300, 301, 302, 303, 305, 307, 308];

/** Places that a redirect may name. */
const LOCATIONS: readonly (readonly [name: string, location: (home: string, spy: string) => string])[] = [
  ['another host', (_, spy) => `http://${spy}/v1.0/x`],
  ['another host without a scheme', (_, spy) => `//${spy}/v1.0/x`],
  ['another host with home as user', (home, spy) => `http://${home}@${spy}/v1.0/x`],
  ['home, by another path', (home) => `http://${home}/v1.0/elsewhere`],
  ['home, by a path alone', () => '/v1.0/elsewhere'],
  ['home, by a query alone', () => '?$skiptoken=elsewhere'],
  ['home over https', (home) => `https://${home}/v1.0/x`],
  ['nowhere', () => ''],
];

export interface Redirect {
  readonly name: string;
  readonly status: number;
  readonly headers: (home: string, spy: string) => Readonly<Record<string, string>>;
}

/** Redirects of every kind to every place. */
export const REDIRECTS: readonly Redirect[] = STATUSES.flatMap((status) =>
  LOCATIONS.map(([place, location]) => ({
    name: `${status} to ${place}`,
    status,
    headers: (home: string, spy: string) => ({ location: location(home, spy) }),
  })),
);

/** Answers that name another place in other ways than by a redirect. */
export const POINTERS: readonly Redirect[] = [
  { name: '201 with a location', status: 201, headers: (_, spy) => ({ location: `http://${spy}/v1.0/x` }) },
  { name: '202 with a location', status: 202, headers: (_, spy) => ({ location: `http://${spy}/v1.0/x` }) },
  {
    name: '401 with a realm',
    status: 401,
    headers: (_, spy) => ({ 'www-authenticate': `Bearer realm="", authorization_uri="http://${spy}/"` }),
  },
  {
    name: '407 with a proxy',
    status: 407,
    headers: (_, spy) => ({ 'proxy-authenticate': `Basic realm="http://${spy}/"` }),
  },
  { name: '421 with another service', status: 421, headers: (_, spy) => ({ 'alt-svc': `http/1.1="${spy}"` }) },
  { name: '500 with a refresh', status: 500, headers: (_, spy) => ({ refresh: `0; url=http://${spy}/v1.0/x` }) },
  { name: '503 with a link', status: 503, headers: (_, spy) => ({ link: `<http://${spy}/v1.0/x>; rel="next"` }) },
];
