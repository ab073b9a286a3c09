/** The description of the routes. That real answers keep to it is judged over every request of the fuzz (test/fuzz/described.ts). */
import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openApi } from '../../shared/http/openApi.ts';
import type { Route } from '../../shared/http/route.ts';
import { ROUTES } from '../../shared/http/routes.ts';

type Json = Record<string, unknown>;
interface Operation {
  readonly operationId: string;
  readonly description: string;
  readonly security: readonly Record<string, readonly string[]>[];
  readonly parameters: readonly {
    readonly name: string;
    readonly in: string;
    readonly required: boolean;
    readonly description: string;
    readonly example: string;
    readonly schema: { readonly type: string; readonly enum?: readonly string[] };
  }[];
  readonly responses: Record<
    string,
    { readonly description: string; readonly content?: Record<string, { schema: Json }> }
  >;
}

const routes: readonly Route[] = Object.values(ROUTES);
const document = openApi(routes, '1.2.3') as Json & {
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { readonly schemas: Json; readonly securitySchemes: Json };
};
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);

/** Every value of `$ref`, wherever it stands. */
function refsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => (key === '$ref' ? [String(inner)] : refsIn(inner)));
}

describe('the description of the routes', () => {
  it('says what it is', () => {
    expect(document).toMatchObject({ openapi: '3.1.0', info: { title: 'Entra Log Archive', version: '1.2.3' } });
    expect(JSON.stringify(openApi(routes, '1.2.3'))).toBe(JSON.stringify(document));
  });

  it('has an operation for each of the table, and no other', () => {
    const inTable = routes.flatMap((route) => route.operations.map(({ method, path }) => `${method} ${path}`));
    expect(operations.map(({ path, method }) => `${method.toUpperCase()} ${path}`).toSorted()).toEqual(
      inTable.toSorted(),
    );
    expect(new Set(operations.map(({ operation }) => operation.operationId)).size).toBe(operations.length);
  });

  it('is of the functions that are registered, and of all of them', () => {
    const sources = globSync('functions/*.ts').map((file) => readFileSync(file, 'utf8'));
    const registered = sources.flatMap((source) =>
      [...source.matchAll(/httpRoute\(\s*ROUTES\.(\w+)/g)].map(([, key]) => key),
    );
    expect(registered.toSorted()).toEqual(Object.keys(ROUTES).toSorted());
  });

  it.each(operations)('declares each parameter of $method $path, with a right example', ({ path, operation }) => {
    const inPath = operation.parameters.filter((parameter) => parameter.in === 'path');
    expect(inPath.map(({ name }) => `{${name}}`)).toEqual(path.match(/\{\w+\}/g) ?? []);
    for (const { required } of inPath) expect(required).toBe(true);
    for (const { example, description, schema } of operation.parameters) {
      expect([typeof example, typeof description, schema.type]).toEqual(['string', 'string', 'string']);
      if (schema.enum) expect(schema.enum).toContain(example);
    }
  });

  it.each(operations)('says who may $method $path, and what is answered', ({ operation }) => {
    const { security, description, responses } = operation;
    const isOpen = description === 'Open to everybody.';
    // What tells more to whoever has a role says that a token may come along.
    if (isOpen) expect([[], [{}, { token: [] }]]).toContainEqual(security);
    for (const needed of isOpen ? [] : security)
      expect(needed).toEqual({ token: [expect.stringMatching(/^Archive\.\w+$/)] });
    for (const [status, answer] of Object.entries(responses)) {
      expect([status, answer.description]).toEqual([expect.stringMatching(/^[2-5]\d\d$/), expect.any(String)]);
    }
  });

  it('names the purpose wherever a record is left, as the settings want it', () => {
    const purposes = (required: boolean) =>
      Object.values(openApi(routes, '1.2.3', required).paths as typeof document.paths).flatMap((methods) =>
        Object.values(methods).map(({ description, parameters }) => {
          const purpose = parameters.find(({ name, in: place }) => name === 'X-Purpose' && place === 'header');
          return [description === 'Open to everybody.', purpose?.required];
        }),
      );
    for (const required of [false, true]) {
      expect(new Set(purposes(required).map(String))).toEqual(new Set(['true,', `false,${required}`]));
    }
  });

  it('refers to nothing that is not there', () => {
    const refs = new Set(refsIn(document));
    expect([...refs].toSorted()).toEqual(['#/components/schemas/GraphError', '#/components/schemas/Problem']);
    expect(Object.keys(document.components.schemas)).toEqual(['Problem', 'GraphError']);
  });
});
