import { describe, expect, it } from 'vitest';
import { accessOf, operationOf, type Route } from '../../shared/http/route.ts';
import { ROUTES } from '../../shared/http/routes.ts';

const ALL: readonly Route[] = Object.values(ROUTES);

const access = (route: Route, method: string, target: string) => {
  const { pathname, searchParams } = new URL(target, 'http://localhost');
  return accessOf(route, method, pathname.split('/').filter(Boolean).slice(1), searchParams);
};

describe('the table of routes', () => {
  it('has names that the host takes, each once', () => {
    const names = ALL.map(({ name }) => name);
    expect(names.filter((name) => !/^[a-z][a-z0-9_-]{0,127}$/.test(name))).toEqual([]);
    expect(new Set(names).size).toBe(names.length);
  });

  it('describes every parameter of a path, in its order', () => {
    for (const { path, inPath = {} } of ALL.flatMap(({ operations }) => operations)) {
      expect(Object.keys(inPath)).toEqual(
        [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).filter((name) => name !== undefined),
      );
    }
  });

  it.each(ALL.filter((route) => route !== ROUTES.unrouted))(
    'of $name has an operation for each method, and no other',
    ({ methods, operations }) => {
      expect(new Set(operations.map(({ method }) => method))).toEqual(new Set(methods));
    },
  );

  it('finds the operation of a request as the host does, without regard to case', () => {
    expect(operationOf(ROUTES.logs, 'GET', ['LOGS', 'x'])?.path).toBe('/api/logs/{logType}');
    expect(operationOf(ROUTES.logs, 'GET', ['logs'])?.path).toBe('/api/logs');
    expect(operationOf(ROUTES.logs, 'POST', ['logs'])).toBeUndefined();
    expect(operationOf(ROUTES.logs, 'GET', ['logs', 'x', 'y'])).toBeUndefined();
  });

  it.each([
    ['GET', '/api/logs/x?from=1&to=2', 'Archive.Export'],
    ['GET', '/api/logs/x?limit=10', 'Archive.Read'],
    ['GET', '/api/logs/x?count=only', 'Archive.Read'],
    ['HEAD', '/api/logs/x', 'Archive.Read'],
    ['GET', '/api/logs', 'Archive.Read'],
  ])('asks of %s %s for %s', (method, target, role) => {
    expect(access(ROUTES.logs, method, target)).toBe(role);
  });

  it('asks for the role of the route where a request is no operation', () => {
    expect(access(ROUTES.integrity, 'GET', '/api/integrity/nonsense')).toBe('Archive.Verify');
    expect(access(ROUTES.graph, 'GET', '/api/graph/v1.0/users')).toBe('Archive.Read');
  });
});
