/** The rules of OpenAPI 3.1 that a description of ours must keep, checked without a library. */

export interface SpokenParameter {
  readonly $ref?: string;
  readonly name: string;
  readonly in: string;
  required?: boolean;
  description?: string;
  example?: string;
  readonly schema?: unknown;
}

export interface Schema {
  readonly $ref?: string;
  readonly required?: readonly string[];
}

interface Response {
  readonly description?: string;
  readonly headers?: Readonly<Record<string, { readonly required?: boolean }>>;
  readonly content?: Readonly<Record<string, { readonly schema: Schema }>>;
}

/** An operation as it is described. */
export interface Spoken {
  operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly parameters: SpokenParameter[];
  readonly requestBody?: {
    readonly content: Readonly<Record<string, { readonly schema: Schema; readonly example: Record<string, string> }>>;
  };
  readonly responses: Readonly<Record<string, Response>>;
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly 'x-archive-roles'?: unknown;
}

export interface Described {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string };
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Spoken>>>>;
  readonly components: {
    readonly schemas: Record<string, Schema>;
    readonly parameters: Readonly<Record<string, SpokenParameter>>;
    readonly securitySchemes: Readonly<Record<string, unknown>>;
  };
}

const METHODS = ['get', 'head', 'post', 'delete'];

/** All operations, with the shared parameters in their places where they can be found. */
export function operationsIn(document: Described) {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, spoken]) => {
      const parameters = spoken.parameters.map((one) => resolved(document, one));
      return { method, path, spoken: { ...spoken, parameters } };
    }),
  );
}

function resolved(document: Described, parameter: SpokenParameter): SpokenParameter {
  return parameter.$ref ? (at(document, parameter.$ref) as SpokenParameter) : parameter;
}

/** What a reference leads to. */
function at(document: unknown, reference: string): unknown {
  const words = reference.startsWith('#/') ? reference.slice(2).split('/') : ['nowhere'];
  return words.reduce<unknown>(
    (value, word) => (isObject(value) && Object.hasOwn(value, word) ? value[word] : undefined),
    document,
  );
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What is wrong, in words. */
export function faultsOfDescription(document: Described): string[] {
  const lost = referencesIn(document).filter((reference) => at(document, reference) === undefined);
  if (lost.length > 0) return lost.map((reference) => `the reference ${reference} leads nowhere`);
  const operations = operationsIn(document);
  const ids = operations.map(({ spoken }) => spoken.operationId);
  const tags = document.tags.map(({ name }) => name);
  return [
    ...Object.keys(document.paths).filter((path) => !path.startsWith('/')),
    ...alike(Object.keys(document.paths)),
    ...ids.filter((id, n) => ids.indexOf(id) !== n).map((id) => `operationId ${id} is there twice`),
    ...operations.flatMap((operation) => faultsOfOperation(operation, document, tags)),
    ...schemasIn(document)
      .filter((schema) => !isObject(schema))
      .map((schema) => `a schema is no object: ${JSON.stringify(schema)}`),
  ];
}

/** Templates that differ in nothing but the names of parameters are the same path. */
function alike(paths: readonly string[]): string[] {
  const bare = paths.map((path) => path.replace(/\{\w+\}/g, '{}'));
  return paths.filter((_, n) => bare.indexOf(bare[n] ?? '') !== n).map((path) => `${path} is there twice`);
}

function faultsOfOperation(
  { method, path, spoken }: ReturnType<typeof operationsIn>[number],
  { components }: Described,
  tags: readonly string[],
): string[] {
  const { parameters, responses, security, operationId, summary } = spoken;
  const declared = parameters.filter((one) => one.in === 'path').map(({ name }) => name);
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
  const keys = parameters.map((one) => `${one.in} ${one.name}`);
  const responded = Object.entries(responses);
  const rules: [string, boolean][] = [
    ['is a method', METHODS.includes(method)],
    ['has words', [operationId, summary].every((text) => typeof text === 'string' && text !== '')],
    ['has tags that are declared', spoken.tags.length > 0 && spoken.tags.every((tag) => tags.includes(tag))],
    ['declares its path parameters, no others', JSON.stringify(declared) === JSON.stringify(inPath)],
    ['declares each parameter once', new Set(keys).size === keys.length],
    ['has a success', responded.some(([status]) => /^2\d\d$/.test(status))],
    ['has statuses', responded.every(([status, { description }]) => /^[1-5]\d\d$/.test(status) && !!description)],
    ['has content with schemas', responded.every(([, { content = {} }]) => Object.values(content).every(hasSchema))],
    ['has a body where it is sent one', !spoken.requestBody || method === 'post'],
    [
      'has requirements of schemes that there are',
      security.every((one) => Object.keys(one).every((name) => Object.hasOwn(components.securitySchemes, name))),
    ],
  ];
  const broken = rules.filter(([, holds]) => !holds).map(([rule]) => `${method} ${path}: not ${rule}`);
  return [...broken, ...parameters.flatMap((one) => faultsOfParameter(`${method} ${path}`, one))];
}

const hasSchema = (media: unknown) => isObject(media) && isObject(media.schema);

function faultsOfParameter(where: string, parameter: SpokenParameter): string[] {
  const { name, required, description, example, schema } = parameter;
  const rules: [string, boolean][] = [
    ['a place', ['path', 'query', 'header'].includes(parameter.in)],
    ['an example', typeof example === 'string' && example !== ''],
    ['a description', typeof description === 'string' && description !== ''],
    ['a schema', isObject(schema)],
    ['required, in the path', parameter.in !== 'path' || required === true],
    ['an example among its values', !isObject(schema) || !Array.isArray(schema.enum) || schema.enum.includes(example)],
  ];
  return rules.filter(([, holds]) => !holds).map(([rule]) => `${where}: ${name} lacks ${rule}`);
}

function referencesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (!isObject(value)) return [];
  return [...(typeof value.$ref === 'string' ? [value.$ref] : []), ...Object.values(value).flatMap(referencesIn)];
}

function schemasIn(value: unknown): unknown[] {
  if (Array.isArray(value)) return value.flatMap(schemasIn);
  if (!isObject(value)) return [];
  const own = Object.hasOwn(value, 'schema') ? [value.schema] : [];
  const named = isObject(value.schemas) ? Object.values(value.schemas) : [];
  return [...own, ...named, ...Object.values(value).flatMap(schemasIn)];
}
