/** What looks for one thing all over the archive: a delivered file, a person. */
import { ACCESS_LOG_TYPE } from '../../logTypes.ts';
import { MEDIA_TYPES } from '../../query/formats.ts';
import { SUBJECT_EXAMPLE } from '../../query/subject.ts';
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
      logTypes: [ACCESS_LOG_TYPE.name],
      success: { status: 200, description: 'The requests.', types: JSON_TYPE, members: ['exports'] },
      errors: [404],
    },
  ],
};

const SUBJECTS: Route = {
  name: 'subjects',
  methods: ['GET'],
  template: 'api/subjects',
  purpose: 'Gives everything that is held of one user or IP address, over all log types.',
  access: 'Archive.Export',
  needsPurpose: true,
  operations: [
    {
      method: 'GET',
      path: '/api/subjects',
      summary:
        'A zip of every record that names a user or an IP address, a file for each log type, with a manifest of counts, ' +
        'of what was looked through, and of what is missing. archiveAccess only with the role Archive.Verify too.',
      query: {
        user: {
          example: SUBJECT_EXAMPLE,
          description: 'Object id of a user, a sign-in name, or an IP address in any form; in any case.',
          required: true,
        },
        ...OPTIONAL_RANGE,
        format: {
          example: 'csv',
          description: 'Format of the files; NDJSON, byte for byte as stored, where it is not given.',
          values: MEDIA_TYPES.map(([name]) => name),
        },
        texts: {
          example: 'false',
          description:
            'false: only fields that are a name, an id or an address, and no texts that may name one. Quicker, since sketches ' +
            'then tell of every log type which segments need not be opened.',
          values: ['true', 'false'],
        },
        count: { example: 'only', description: 'The manifest alone, as JSON.', values: ['only'] },
      },
      success: {
        status: 200,
        description: 'The records. A zip that could not be given whole breaks off, and then has no directory.',
        types: ['application/zip', 'application/json'],
        headers: {
          'X-Archive-Coverage': 'The worst coverage state of all log types.',
          'X-Archive-Covered-To': 'Up to where every log type was read without a hole.',
        },
        someHeaders: {
          'X-Archive-Records': 'With count=only: records in all.',
          'X-Archive-Deleted': 'Records that were deleted with proof.',
          'X-Archive-Skipped': 'Log types that were not looked through, since the caller has no role for them.',
        },
      },
    },
  ],
};

export const LOOKING_ROUTES = { exports: EXPORTS, subjects: SUBJECTS } as const;
