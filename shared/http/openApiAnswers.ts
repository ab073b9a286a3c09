/** What the description says of answers: that of success, and errors in the words of the route. */
import type { Operation, Route, Success } from './route.ts';
import { GRAPH_ROUTES } from './routes/graph.ts';

type Described = Readonly<Record<string, unknown>>;

const text = { type: 'string' };

/** Named by the answers. */
export const ERROR_SCHEMAS: Described = {
  Problem: {
    type: 'object',
    description: 'RFC 9457 problem details; further members say what the error is about, such as parameter.',
    required: ['type', 'title', 'status', 'detail', 'instance'],
    properties: { type: text, title: text, status: { type: 'integer' }, detail: text, instance: text },
  },
  GraphError: {
    type: 'object',
    description: 'An error as Microsoft Graph words it.',
    required: ['error'],
    properties: {
      error: {
        type: 'object',
        required: ['code', 'message', 'innerError'],
        properties: { code: text, message: text, innerError: { type: 'object' } },
      },
    },
  },
};

const OTHERS: Readonly<Record<number, string>> = {
  304: 'Unchanged since the ETag that was sent.',
  400: 'The request is wrong; the answer says how, and shows a right example.',
  401: 'There is no valid token.',
  403: 'The token lacks the role; the answer names it.',
  404: 'There is no such thing.',
  406: 'No type that Accept names can be given.',
  409: 'It cannot be done as things stand; the answer says what to do first.',
  410: 'What was asked for is no longer kept.',
  413: 'The body is too large.',
  414: 'The URL is too long.',
  415: 'The body is not JSON.',
  429: 'The instance works on as many requests as it may. Retry-After says when to ask again.',
  431: 'There are too many headers.',
  500: 'The request failed; the answer names the id under which the log knows why.',
  503: 'Not now: Retry-After, or the answer, says when or what to do.',
};

/** What the wrapper of every handler may answer, and what it may where a token is needed. */
const ALWAYS = [414, 431, 500];
const WITH_TOKEN = [400, 401, 403, 429, 503];

/** The answers of an operation by status. */
export function answersOf(route: Route, { success, access = route.access, errors = [] }: Operation): Described {
  const others = [...ALWAYS, ...(access === 'public' ? [] : WITH_TOKEN), ...errors];
  const sorted = [...new Set(others)].sort((a, b) => a - b);
  return {
    [success.status]: successOf(success),
    ...Object.fromEntries(sorted.map((status) => [status, otherOf(route, status)])),
  };
}

function successOf({ description, types, members, headers = {} }: Success): Described {
  const content = types.map((type) => [type, { schema: schemaOf(type, members) }]);
  return {
    description,
    ...(Object.keys(headers).length > 0 && { headers: headersOf(headers) }),
    ...(content.length > 0 && { content: Object.fromEntries(content) }),
  };
}

function schemaOf(type: string, members: readonly string[] | undefined): Described {
  if (type !== 'application/json') return { type: 'string' };
  if (!members) return { type: ['array', 'object'] };
  return { type: 'object', required: members, properties: Object.fromEntries(members.map((name) => [name, {}])) };
}

function headersOf(headers: Readonly<Record<string, string>>): Described {
  return Object.fromEntries(
    Object.entries(headers).map(([name, description]) => [name, { description, required: true, schema: text }]),
  );
}

function otherOf({ name }: Route, status: number): Described {
  const description = OTHERS[status];
  if (description === undefined)
    throw new Error(`the table of routes has the status ${status}, which has no words yet`);
  if (status < 400) return { description };
  const [type, schema] =
    name === GRAPH_ROUTES.graph.name ? ['application/json', 'GraphError'] : ['application/problem+json', 'Problem'];
  return { description, content: { [type]: { schema: { $ref: `#/components/schemas/${schema}` } } } };
}
