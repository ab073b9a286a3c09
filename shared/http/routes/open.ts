/** What everybody may ask. */
import type { Route } from '../route.ts';
import { JSON_TYPE } from './parameters.ts';

const HEALTH: Route = {
  name: 'health',
  methods: ['GET', 'HEAD'],
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
    {
      method: 'HEAD',
      path: '/api/health',
      summary: 'The headers of that, for what only looks whether the app answers.',
      success: { status: 200, description: 'Up.', types: [] },
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

/**
 * The host tries functions in alphabetical order of their names, and says of a method that none takes no more than a bare
 * 404: this one takes what the others leave of the API. Nobody is told what there is who has not said who he is.
 */
const UNROUTED: Route = {
  name: 'zy-unrouted',
  methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
  template: 'api/{*path}',
  purpose: 'Says what is wrong with a path or a method that there is not.',
  access: 'anyCaller',
  ownQuery: true,
  operations: [],
};

/** What is no part of the API. */
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

export const OPEN_ROUTES = { health: HEALTH, openapi: OPENAPI, unrouted: UNROUTED, explorer: EXPLORER } as const;
