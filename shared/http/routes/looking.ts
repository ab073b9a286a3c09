/** What looks for a person, or for a delivered file. */
import type { Route } from '../route.ts';
import { JSON_TYPE } from './parameters.ts';

const SUBJECTS: Route = {
  name: 'subjects',
  methods: ['GET'],
  template: 'api/subjects',
  purpose: 'Tells where the archive holds records of a person.',
  access: 'Archive.Export',
  operations: [
    {
      method: 'GET',
      path: '/api/subjects',
      summary: 'Where the archive holds records of a person.',
      query: {
        user: { example: 'anna@contoso.example', description: 'User principal name or object id.', required: true },
      },
      success: { status: 200, description: 'The log types and hours.', types: JSON_TYPE, members: ['logTypes'] },
    },
  ],
};

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
      success: { status: 200, description: 'The requests.', types: JSON_TYPE, members: ['exports'] },
      errors: [404],
    },
  ],
};

export const LOOKING_ROUTES = { subjects: SUBJECTS, exports: EXPORTS } as const;
