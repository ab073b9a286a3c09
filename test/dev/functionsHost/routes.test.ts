/**
 * Route templates and the order in which functions are tried.
 */

import { describe, expect, it } from 'vitest';
import type { RegisteredFunction } from '../../../dev/functionsHost/coreModule.ts';
import { listFunctions } from '../../../dev/functionsHost/functions.ts';
import { createRouter, readRoutes } from '../../../dev/functionsHost/router.ts';
import { parseRoute } from '../../../dev/functionsHost/routeTemplate.ts';

const GUID = '0a1b2c3d-0000-4000-8000-00000000000f';

describe('parseRoute', () => {
  it.each<[template: string, path: string, params: Record<string, string> | undefined]>([
    ['', '/', {}],
    ['', '/a', undefined],
    ['api/logs', '/api/logs', {}],
    ['api/logs', '/API/Logs/', {}],
    ['api/logs', '/api//logs', undefined],
    ['api/logs', '/api/logs/x', undefined],
    ['api/{a}/{b}', '/api/1/2', { a: '1', b: '2' }],
    ['api/{a}/{b}', '/api/1', undefined],
    ['api/{a}', '/api/x%20y%2Fz', { a: 'x y%2Fz' }],
    ['api/{a}', '/api/%E4', { a: '%E4' }],
    ['api/{a?}', '/api', {}],
    ['api/{a?}', '/api/', {}],
    ['api/{a?}', '/api/1', { a: '1' }],
    ['api/{a=5}', '/api', { a: '5' }],
    ['api/{a=5}', '/api/6', { a: '6' }],
    ['api/{a:int=5}', '/api/x', undefined],
    ['api/{a:int?}', '/api/x', undefined],
    ['{*rest}', '/', {}],
    ['{*rest}', '/a/b%20c', { rest: 'a/b c' }],
    ['files/{**rest}', '/files/a/b/', { rest: 'a/b/' }],
    ['files/{*rest=index}', '/files', { rest: 'index' }],
    ['{a:int}', '/-12', { a: '-12' }],
    ['{a:int}', '/2147483648', undefined],
    ['{a:long}', '/2147483648', { a: '2147483648' }],
    ['{a:bool}', '/True', { a: 'True' }],
    ['{a:guid}', `/${GUID}`, { a: GUID }],
    ['{a:guid}', '/me', undefined],
    ['{a:alpha}', '/abc', { a: 'abc' }],
    ['{a:alpha}', '/ab1', undefined],
    ['{a:length(2)}', '/abc', undefined],
    ['{a:minlength(2):maxlength(3)}', '/abc', { a: 'abc' }],
    ['{a:minlength(2):maxlength(3)}', '/abcd', undefined],
    ['{a:regex(^(v1.0|beta)$)}/x', '/v1.0/x', { a: 'v1.0' }],
    ['{a:regex(^(v1.0|beta)$)}/x', '/v2.0/x', undefined],
    ['{a:regex(^\\d{{2}}$)}', '/12', { a: '12' }],
    ['{a:regex(^\\d{{2}}$)}', '/123', undefined],
    ['{a:regex(^x/y$)}', '/x', undefined],
    ['file-{name}.json', '/file-a.b.json', { name: 'a.b' }],
    ['file-{name}.json', '/file-.json', undefined],
    ['a.b', '/aXb', undefined],
  ])('matches %s with %s as %j', (template, path, params) => {
    const found = parseRoute(template)(path);
    expect(found && { ...found }).toEqual(params);
  });

  it.each([
    ['/api', 'starts with a slash'],
    ['a//b', 'two together'],
    ['a/{b', 'not closed'],
    ['a/b}', 'not closed'],
    ['{}', 'not a parameter'],
    ['{1a}', 'not a parameter'],
    ['{a:float}', 'does not know the constraint "float"'],
    ['x{a?}', 'must fill its segment'],
  ])('refuses %s', (template, message) => {
    expect(() => parseRoute(template)).toThrow(message);
  });
});

const http = (name: string, options: Record<string, unknown> = {}): RegisteredFunction => ({
  metadata: { name, bindings: { req: { type: 'httpTrigger', direction: 'in', methods: ['GET'], ...options } } },
  callback: () => undefined,
});

const routesOf = (functions: RegisteredFunction[], prefix = 'api') => readRoutes(listFunctions(functions), prefix);

describe('readRoutes', () => {
  it('takes the name where no route is given, and puts the prefix before it', () => {
    expect(routesOf([http('status')]).map(({ template }) => template)).toEqual(['api/status']);
    expect(routesOf([http('page', { route: '{*path}' })], '').map(({ template }) => template)).toEqual(['{*path}']);
  });

  it.each([
    ['a route that starts with admin', [http('a', { route: 'administration/x' })], /refuses routes that start with/],
    ['a route that starts with runtime', [http('a', { route: 'Runtime' })], /refuses routes that start with/],
    ['an unknown authLevel', [http('a', { authLevel: 'user' })], /unknown authLevel/],
    ['a name with a dot', [http('a.b')], /not a function name/],
    ['the name host', [http('Host')], /not a function name/],
    ['a name that starts with a digit', [http('1a')], /not a function name/],
    ['no functions at all', [], /registers no functions/],
    [
      'one route and method twice',
      [http('a', { route: 'X/{id}' }), http('b', { route: 'x/{ID}', methods: ['POST', 'GET'] })],
      /"a" and "b" share the route/,
    ],
  ])('refuses %s', (_what, functions, message) => {
    expect(() => routesOf(functions)).toThrow(message);
  });
});

describe('createRouter', () => {
  const router = createRouter(
    routesOf(
      [
        http('zz-page', { route: '{*path}' }),
        http('logs', { route: 'api/logs/{logType?}', methods: ['get', 'HEAD'] }),
        http('logs-post', { route: 'api/logs/{logType}', methods: ['POST'] }),
      ],
      '',
    ),
  );

  it.each([
    ['GET', '/api/logs/a', 'logs'],
    ['HEAD', '/api/logs', 'logs'],
    ['POST', '/api/logs/a', 'logs-post'],
    ['POST', '/api/logs', undefined],
    ['GET', '/', 'zz-page'],
    ['GET', '/api/other', 'zz-page'],
    ['PUT', '/', undefined],
  ])('finds for %s %s the function %s', (method, path, name) => {
    expect(router(method, path)?.route.name).toBe(name);
  });
});
