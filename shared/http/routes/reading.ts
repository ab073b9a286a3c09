/** What the archive says of itself: coverage, segments, status. */
import type { Route } from '../route.ts';
import { JSON_TYPE, LOG_TYPE, OPTIONAL_RANGE, RANGE } from './parameters.ts';

const COVERAGE: Route = {
  name: 'coverage',
  methods: ['GET'],
  template: 'api/coverage/{logType?}',
  purpose: 'Says what is held of a range and what is missing.',
  access: 'Archive.Read',
  operations: [
    {
      method: 'GET',
      path: '/api/coverage',
      summary: 'The worst coverage state of each log type.',
      query: OPTIONAL_RANGE,
      success: { status: 200, description: 'A summary by log type.', types: JSON_TYPE, members: ['logTypes'] },
    },
    {
      method: 'GET',
      path: '/api/coverage/{logType}',
      summary: 'When each span was read last, what re-reads found, and gaps with their cause and deadline.',
      inPath: LOG_TYPE,
      query: {
        ...OPTIONAL_RANGE,
        detail: {
          example: 'hours',
          description: 'hours: every piece by itself, for at most 31 days at once. days: what was stored by the day.',
          values: ['hours', 'days'],
        },
      },
      success: { status: 200, description: 'The spans.', types: JSON_TYPE, members: ['logType'] },
    },
  ],
};

const SEGMENTS: Route = {
  name: 'segments',
  methods: ['GET'],
  template: 'api/segments/{logType}',
  purpose: 'Lists the segments that hold a range, with their hashes, for DuckDB, Spark and others.',
  access: 'Archive.Read',
  operations: [
    {
      method: 'GET',
      path: '/api/segments/{logType}',
      summary: 'The segments that hold a range, as the ledger names them.',
      inPath: LOG_TYPE,
      query: RANGE,
      success: { status: 200, description: 'The segments.', types: JSON_TYPE, members: ['segments'] },
    },
  ],
};

const STATUS: Route = {
  name: 'status',
  methods: ['GET'],
  template: 'api/status',
  purpose: 'Says how each log type is doing.',
  access: 'Archive.Read',
  operations: [
    {
      method: 'GET',
      path: '/api/status',
      summary: 'State, watermark, lag, gaps and alarms of each log type.',
      success: {
        status: 200,
        description: 'The status.',
        types: JSON_TYPE,
        members: ['now', 'tenantId', 'settleMinutes', 'logTypes'],
      },
    },
  ],
};

export const READING_ROUTES = { coverage: COVERAGE, segments: SEGMENTS, status: STATUS } as const;
