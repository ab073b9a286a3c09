/**
 * The table of routes as OpenAPI 3.1 (https://spec.openapis.org/oas/v3.1.0): what a client may send, who may send it, and
 * what comes back. Nothing is said here that the table does not say.
 */
import { purposeParameter } from './purpose.ts';
import {
  ACCESS_OF_LOG_TYPE,
  type Access,
  accessesOf,
  type Operation,
  type Parameter,
  type Parameters,
  type Route,
} from './route.ts';

const PROBLEM = 'application/problem+json';
const SCHEME = 'token';

/** What each status but success means, wherever it is answered. */
const ERRORS: Readonly<Record<number, string>> = {
  304: 'It has not changed.',
  400: 'A parameter is wrong; the document names it and shows a right one.',
  401: 'There is no valid token; sign in again.',
  403: 'The token is valid and lacks a role; the document names the one needed.',
  404: 'There is no such thing; the document says what there is.',
  406: 'None of the accepted formats can be given.',
  409: 'It conflicts with what is there already.',
  410: 'What the cursor leads to is not there any more.',
  413: 'The body is too large.',
  414: 'The URL is too long.',
  415: 'The body is not JSON.',
  429: 'The instance works on as many requests as it may; Retry-After says when to try again.',
  431: 'There are too many headers.',
  500: 'The request failed, and nothing was left out silently; the document names the id to look for in the log.',
  503: 'It cannot be answered now; Retry-After, where it is given, says when to try again.',
};
const ALWAYS = [414, 431, 500, 503];
/** What every route answers that asks who is there. */
const CLOSED = [400, 401, 403, 429];

type Document = Readonly<Record<string, unknown>>;

/**
 * @param routes those that are registered.
 * @param version of the app.
 * @param purposeRequired whether a request must say what it is for.
 */
export function openApi(routes: readonly Route[], version: string, purposeRequired = false): Document {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    for (const operation of route.operations) {
      const path = paths[operation.path] ?? {};
      path[operation.method.toLowerCase()] = describe(route, operation, purposeRequired);
      paths[operation.path] = path;
    }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Entra Log Archive', version, summary: 'The provable archive of Microsoft Entra ID activity logs.' },
    tags: routes
      .filter(({ operations }) => operations.length > 0)
      .map(({ name, purpose }) => ({ name, description: purpose })),
    paths,
    components: {
      securitySchemes: {
        [SCHEME]: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: 'An access token of the tenant for this app, with the app role that the operation names.',
        },
      },
      schemas: { Problem: PROBLEM_SCHEMA, GraphError: GRAPH_ERROR_SCHEMA },
    },
  };
}

const text = { type: 'string' } as const;

/** RFC 9457. */
const PROBLEM_SCHEMA: Document = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail', 'instance'],
  properties: { type: text, title: text, status: { type: 'integer' }, detail: text, instance: text },
};

/** https://learn.microsoft.com/graph/errors */
const GRAPH_ERROR_SCHEMA: Document = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['code', 'message', 'innerError'],
      properties: { code: text, message: text, innerError: { type: 'object' } },
    },
  },
};

function describe(route: Route, operation: Operation, purposeRequired: boolean): Document {
  const { method, path, summary, inPath = {}, query = {}, body, someBody, success, errors = [] } = operation;
  const access = operation.access ?? route.access;
  const isClosed = access !== 'public';
  const statuses = [...(isClosed ? CLOSED : []), ...errors, ...ALWAYS].toSorted((a, b) => a - b);
  return {
    operationId: `${method} ${path}`.replace(/[^A-Za-z0-9]+/g, '_').replace(/_$/, ''),
    tags: [route.name],
    summary,
    description: whoMay(access, operation),
    security: securityOf(route, operation),
    parameters: [
      ...parametersOf('path', inPath),
      ...parametersOf('query', query),
      ...(isClosed ? parametersOf('header', purposeParameter(route.needsPurpose ?? purposeRequired)) : []),
    ],
    ...(body && { requestBody: bodyOf(body, someBody) }),
    responses: {
      [success.status]: answerOf(success),
      ...Object.fromEntries(statuses.map((status) => [status, errorOf(route, method, status)])),
    },
  };
}

/** Several are alternatives; `{}` is no token at all. */
function securityOf(route: Route, operation: Operation): Document[] {
  const needed = accessesOf(route, operation);
  if (needed.includes('public')) return route.knowsCaller ? [{}, { [SCHEME]: [] }] : [];
  return needed.map((role) => ({ [SCHEME]: [role] }));
}

/** What `security` cannot say: which of its roles is the right one when. */
function whoMay(access: Access, { path, instead }: Operation): string {
  if (access === 'public') return 'Open to everybody.';
  const other = instead ? ` With ${instead.with.join(' or ')}: ${instead.access} instead.` : '';
  const own = path.includes('{logType}')
    ? [...ACCESS_OF_LOG_TYPE].map(([logType, role]) => ` For ${logType}: ${role} instead.`).join('')
    : '';
  return `Needs the role ${access}.${other}${own}`;
}

function parametersOf(place: 'path' | 'query' | 'header', parameters: Parameters): Document[] {
  return Object.entries(parameters).map(([name, parameter]) => ({
    name,
    in: place,
    required: place === 'path' || parameter.required === true,
    description: parameter.description,
    example: parameter.example,
    schema: schemaOf(parameter),
  }));
}

function schemaOf({ values }: Parameter): Document {
  return values ? { ...text, enum: values } : text;
}

function bodyOf(body: Readonly<Record<string, string>>, some: Readonly<Record<string, string>> = {}): Document {
  const example = { ...body, ...some };
  const properties = Object.fromEntries(Object.keys(example).map((name) => [name, text]));
  const schema = { type: 'object', properties, required: Object.keys(body) };
  return { required: true, content: { 'application/json': { schema, example } } };
}

function answerOf({ description, types, members, headers = {}, someHeaders = {} }: Operation['success']): Document {
  const schema = members ? { type: 'object', required: members } : {};
  const described = [...headersOf(headers, true), ...headersOf(someHeaders, false)];
  return {
    description,
    ...(described.length > 0 && { headers: Object.fromEntries(described) }),
    ...(types.length > 0 && { content: Object.fromEntries(types.map((type) => [type, { schema }])) }),
  };
}

function headersOf(headers: Readonly<Record<string, string>>, required: boolean): [string, Document][] {
  return Object.entries(headers).map(([name, description]) => [name, { description, required, schema: text }]);
}

function errorOf({ name }: Route, method: string, status: number): Document {
  const isGraphs = name === 'graph';
  const schema = { $ref: `#/components/schemas/${isGraphs ? 'GraphError' : 'Problem'}` };
  const content = { [isGraphs ? 'application/json' : PROBLEM]: { schema } };
  return { description: ERRORS[status], ...(method !== 'HEAD' && status >= 400 && { content }) };
}
