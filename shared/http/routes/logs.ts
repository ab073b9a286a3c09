/** The log types, and exports. */
import { MEDIA_TYPES } from '../../query/formats.ts';
import { SELECT_EXAMPLE } from '../../query/select.ts';
import type { Parameters, Route, Success } from '../route.ts';
import { JSON_TYPE, LOG_TYPE, RANGE } from './parameters.ts';

const QUERY: Parameters = {
  ...RANGE,
  filter: {
    example: "status/errorCode ne 0 and startswith(userPrincipalName,'anna')",
    description: 'OData, as $filter of Microsoft Graph and more. Of the latest versions, those that match are given.',
  },
  select: { example: SELECT_EXAMPLE, description: 'Top-level fields, a comma list.' },
  format: {
    example: 'csv',
    description: 'Format of the answer; Accept decides where it is not given, NDJSON where neither is.',
    values: MEDIA_TYPES.map(([name]) => name),
  },
  limit: { example: '1000', description: 'Records of one page, 1 to 10000; Link leads to the next.' },
  cursor: {
    example: '<X-Archive-Cursor of an earlier answer>',
    description: 'Where to go on: X-Archive-Cursor of an earlier answer.',
  },
  skip: { example: '5000', description: 'Records after the cursor that were received whole already.' },
  versions: {
    example: 'all',
    description: 'The latest version of each record, or all; all by default where updates move records.',
    values: ['latest', 'all'],
  },
  count: { example: 'only', description: 'How many records, and nothing else.', values: ['only'] },
  bom: {
    example: 'true',
    description: 'CSV begins with a byte order mark, for Excel.',
    values: ['true', 'false'],
  },
};

const EXPORTED: Success = {
  status: 200,
  description: 'The records in the order of their times. A body that could not be given whole breaks off.',
  types: [...MEDIA_TYPES.map(([, type]) => type)],
  headers: {
    'X-Archive-Coverage': 'The worst coverage state of the range.',
    'X-Archive-Covered-To': 'Up to where the range was read without a hole.',
    'X-Archive-Entries': 'Entries of the ledger that the answer rests on.',
    'X-Archive-Cursor': 'Where the answer begins: a broken download goes on with it and skip.',
  },
  someHeaders: {
    'X-Archive-Records': 'Records of a page, of a count, and with HEAD where the index tells.',
    Link: 'With limit, as long as there are more records: rel="next" is the next page.',
    'X-Archive-Checkpoint': 'Size and root of the newest signed checkpoint over no more than these entries.',
    'X-Archive-Watermark': 'Up to where the log type had been read.',
    'X-Archive-Deleted': 'Records of the range that were deleted with proof.',
    'X-Archive-Unknown-Fields': 'Fields of the filter that no record of the log type is known to have.',
  },
};

const LOGS: Route = {
  name: 'logs',
  methods: ['GET', 'HEAD'],
  template: 'api/logs/{logType?}',
  purpose: 'Lists the log types, and exports the records of a range.',
  access: 'Archive.Read',
  operations: [
    {
      method: 'GET',
      path: '/api/logs',
      summary: 'The log types that this archive keeps.',
      success: { status: 200, description: 'The log types.', types: JSON_TYPE, members: ['logTypes'] },
    },
    {
      method: 'HEAD',
      path: '/api/logs',
      summary: 'Whether the log types could be listed.',
      success: { status: 200, description: 'They could.', types: [] },
    },
    {
      method: 'GET',
      path: '/api/logs/{logType}',
      summary: 'The records of a range; a page of them with limit, their number with count=only.',
      access: 'Archive.Export',
      instead: { access: 'Archive.Read', with: ['limit', 'count'] },
      inPath: LOG_TYPE,
      query: QUERY,
      success: EXPORTED,
      errors: [406, 410],
    },
    {
      method: 'HEAD',
      path: '/api/logs/{logType}',
      summary: 'The headers of an export, with the number of records where the index tells.',
      inPath: LOG_TYPE,
      query: QUERY,
      success: { ...EXPORTED, description: 'The headers of the export.', types: [] },
      errors: [406, 410],
    },
  ],
};

export const LOG_ROUTES = { logs: LOGS } as const;
