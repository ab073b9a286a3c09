/** What looks for a delivered file. */
import type { Route } from '../route.ts';
import { JSON_TYPE, OPTIONAL_RANGE } from './parameters.ts';

const EXPORTS: Route = {
  name: 'exports',
  methods: ['GET'],
  template: 'api/exports/{sha256}',
  purpose: 'Tells which request delivered a file.',
  access: 'Archive.Export',
  operations: [
    {
      method: 'GET',
      path: '/api/exports/{sha256}',
      summary: 'The request that delivered a file.',
      inPath: {
        sha256: { example: 'a'.repeat(64), description: 'SHA-256 of the delivered file, hex.', required: true },
      },
      query: OPTIONAL_RANGE,
      success: { status: 200, description: 'The requests.', types: JSON_TYPE, members: ['exports'] },
      errors: [404],
    },
  ],
};

export const LOOKING_ROUTES = { exports: EXPORTS } as const;
