/** What everybody may ask. */
import type { Route } from '../route.ts';
import { JSON_TYPE } from './parameters.ts';

const HEALTH: Route = {
  name: 'health',
  methods: ['GET'],
  template: 'api/health',
  purpose: 'Says that the app is up, and how it is doing to whoever has a role.',
  access: 'public',
  knowsCaller: true,
  ownQuery: true,
  operations: [
    {
      method: 'GET',
      path: '/api/health',
      summary:
        'Up, and which version; with a token that has a role also state, alarms and checkpoint of each log type.',
      success: { status: 200, description: 'Up.', types: JSON_TYPE, members: ['status', 'version'] },
      errors: [429, 503],
    },
  ],
};

const OPENAPI: Route = {
  name: 'openapi',
  methods: ['GET'],
  template: 'api/openapi.json',
  purpose: 'Describes every route.',
  access: 'public',
  operations: [
    {
      method: 'GET',
      path: '/api/openapi.json',
      summary: 'This description, OpenAPI 3.1.',
      success: {
        status: 200,
        description: 'The description.',
        types: JSON_TYPE,
        members: ['openapi', 'info', 'paths', 'components'],
      },
      errors: [400],
    },
  ],
};

/** The host tries functions in alphabetical order of their names: this one takes what no other does. */
const EXPLORER: Route = {
  name: 'zz-explorer',
  methods: ['GET', 'HEAD'],
  template: '{*path}',
  purpose: 'Serves the page; what is in it comes from the other routes.',
  access: 'public',
  ownQuery: true,
  operations: [
    {
      method: 'GET',
      path: '/',
      summary: 'The page.',
      success: { status: 200, description: 'The page.', types: ['text/html'] },
      errors: [304, 404, 503],
    },
    {
      method: 'HEAD',
      path: '/',
      summary: 'The headers of the page.',
      success: { status: 200, description: 'The headers.', types: [] },
      errors: [304, 404, 503],
    },
  ],
};

export const OPEN_ROUTES = { health: HEALTH, openapi: OPENAPI, explorer: EXPLORER } as const;
