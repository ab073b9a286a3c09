/**
 * The description of the routes, OpenAPI 3.1 (https://spec.openapis.org/oas/v3.1.1), made of the table of routes alone:
 * what is not in a row cannot be in the description. The same rows make the same bytes.
 */
import { APP_VERSION } from '../version.ts';
import { type Answer, json } from './call.ts';
import { answersOf, ERROR_SCHEMAS } from './openApiAnswers.ts';
import { accessesOf, type Method, type Operation, type Parameters, type Route } from './route.ts';

type Described = Readonly<Record<string, unknown>>;

const BEARER = {
  type: 'http',
  scheme: 'bearer',
  bearerFormat: 'JWT',
  description:
    'An access token of Microsoft Entra ID for this app. An operation names the app role that it needs; where it names ' +
    'several, x-archive-roles says which is needed when.',
};

const PURPOSE = {
  name: 'X-Purpose',
  in: 'header',
  required: false,
  description:
    'What the request is for, percent-encoded UTF-8; the access log repeats it. A duty with PURPOSE_REQUIRED.',
  schema: { type: 'string' },
  example: 'case%20HR-2026-117',
};

/** @param routes those that are served. @returns a function that describes them at its first call, and then again says the same. */
export function openApiOf(routes: readonly Route[]): () => Answer {
  let answer: Answer | undefined;
  return () => {
    answer ??= json(describeRoutes(routes));
    return answer;
  };
}

/** The description as a value. */
export function describeRoutes(routes: readonly Route[]): Described {
  const sorted = routes.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return {
    openapi: '3.1.1',
    info: {
      title: 'Entra Log Archive',
      version: APP_VERSION,
      description: 'Microsoft Entra ID logs, kept complete and provable. Unknown parameters are refused, not ignored.',
    },
    tags: sorted.map(({ name, purpose }) => ({ name, description: purpose })),
    paths: pathsOf(sorted),
    components: {
      schemas: ERROR_SCHEMAS,
      parameters: { Purpose: PURPOSE },
      securitySchemes: { bearer: BEARER },
    },
  };
}

function pathsOf(routes: readonly Route[]): Described {
  const operations = routes.flatMap((route) => route.operations.map((operation) => ({ route, operation })));
  const byPath = Map.groupBy(operations, ({ operation }) => operation.path);
  const paths = [...byPath.keys()].sort();
  return Object.fromEntries(
    paths.map((path) => [
      path,
      Object.fromEntries(
        (byPath.get(path) ?? []).map(({ route, operation }) => [
          operation.method.toLowerCase(),
          describe(route, operation),
        ]),
      ),
    ]),
  );
}

function describe(route: Route, operation: Operation): Described {
  const { method, path, summary, inPath = {}, query = {}, body } = operation;
  const isPublic = accessesOf(route, operation).includes('public');
  return {
    operationId: idOf(method, path),
    tags: [route.name],
    summary,
    parameters: [
      ...parametersIn('path', inPath),
      ...parametersIn('query', query),
      ...(isPublic ? [] : [{ $ref: '#/components/parameters/Purpose' }]),
    ],
    ...(body && { requestBody: bodyOf(body) }),
    responses: answersOf(route, operation),
    ...rolesOf(route, operation),
  };
}

/** `GET /api/logs/{logType}` is `getLogsByLogType`. */
function idOf(method: Method, path: string): string {
  const words = path
    .replace(/^\/api(?=\/)/, '')
    .replaceAll('{', 'by/')
    .match(/[A-Za-z0-9]+/g) ?? ['page'];
  return method.toLowerCase() + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}

function parametersIn(place: 'path' | 'query', parameters: Parameters): Described[] {
  return Object.entries(parameters).map(([name, { description, example, required = false, values }]) => ({
    name,
    in: place,
    required: place === 'path' || required,
    description,
    schema: { type: 'string', ...(values && { enum: values }) },
    example,
  }));
}

function bodyOf(example: Readonly<Record<string, string>>): Described {
  const names = Object.keys(example);
  const properties = Object.fromEntries(names.map((name) => [name, { type: 'string' }]));
  const schema = { type: 'object', required: names, properties };
  return { required: true, content: { 'application/json': { schema, example } } };
}

/** OpenAPI lets the requirement of a scheme without scopes name roles; several requirements are alternatives. */
function rolesOf(route: Route, operation: Operation): Described {
  const roles = accessesOf(route, operation);
  if (roles.includes('public')) return { security: route.knowsCaller ? [{}, { bearer: [] }] : [] };
  const [role] = roles;
  const { instead } = operation;
  return {
    security: roles.map((name) => ({ bearer: [name] })),
    'x-archive-roles': { role, ...(instead && { instead: { role: instead.access, with: instead.with } }) },
  };
}
