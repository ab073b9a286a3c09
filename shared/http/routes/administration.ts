/** What changes what the archive does. */

import { HOLD_BODY } from '../holdBody.ts';
import type { Parameters, Route } from '../route.ts';
import { SWEEP_BODY } from '../sweepSpan.ts';
import { JSON_TYPE } from './parameters.ts';

const ID_EXAMPLE = '6b5d4c3a-93b1-4d57-8e20-0f8a6c2e2f10';
const SWEEP_ID: Parameters = {
  id: {
    example: ID_EXAMPLE,
    description: 'Id that POST /api/sweeps answered.',
    required: true,
  },
};
const SWEEP_MEMBERS = ['id', 'logType', 'from', 'to', 'state', 'requestedAt', 'reached', 'counts'];

const SWEEPS: Route = {
  name: 'sweeps',
  methods: ['POST'],
  template: 'api/sweeps',
  purpose: 'Asks for a span to be read again.',
  access: 'Archive.Admin',
  operations: [
    {
      method: 'POST',
      path: '/api/sweeps',
      summary: 'Asks for a span to be read again by the pull timers, in whole hours, 31 days at most.',
      body: SWEEP_BODY,
      success: {
        status: 202,
        description: 'The request is on the list.',
        types: JSON_TYPE,
        members: SWEEP_MEMBERS,
        headers: { Location: 'Where its progress can be read.' },
      },
      errors: [413, 415],
    },
  ],
};

const SWEEPS_PROGRESS: Route = {
  name: 'sweeps-progress',
  methods: ['GET'],
  template: 'api/sweeps/{id}',
  purpose: 'Says how far a re-read on demand has come, and what it found.',
  access: 'Archive.Admin',
  operations: [
    {
      method: 'GET',
      path: '/api/sweeps/{id}',
      summary: 'How far a re-read on demand has come, and what it found.',
      inPath: SWEEP_ID,
      success: { status: 200, description: 'The progress.', types: JSON_TYPE, members: SWEEP_MEMBERS },
      errors: [404],
    },
  ],
};

const HOLDS: Route = {
  name: 'holds',
  methods: ['GET', 'POST'],
  template: 'api/holds',
  purpose: 'Lists legal holds, and puts one on a span.',
  access: 'Archive.Admin',
  operations: [
    {
      method: 'GET',
      path: '/api/holds',
      summary:
        'Every legal hold that the ledgers tell of, those that were released too. Ledgers that cannot be read are in unread.',
      success: { status: 200, description: 'The holds.', types: JSON_TYPE, members: ['holds', 'unread'] },
    },
    {
      method: 'POST',
      path: '/api/holds',
      summary:
        'Puts a legal hold on a span: nothing of it is deleted until the hold is released. With an id of your own (a UUID, ' +
        'member id) the request can be repeated.',
      body: HOLD_BODY,
      someBody: { id: ID_EXAMPLE },
      success: {
        status: 201,
        description: 'The hold is in the ledgers.',
        types: JSON_TYPE,
        members: ['id', 'case', 'from', 'to', 'ledgers', 'container'],
      },
      errors: [409, 413, 415],
    },
  ],
};

const HOLDS_RELEASE: Route = {
  name: 'holds-release',
  methods: ['DELETE'],
  template: 'api/holds/{id}',
  purpose: 'Releases a legal hold.',
  access: 'Archive.Admin',
  operations: [
    {
      method: 'DELETE',
      path: '/api/holds/{id}',
      summary: 'Releases a legal hold; that it was there stays in the ledgers.',
      inPath: { id: { example: ID_EXAMPLE, description: 'Id of the hold.', required: true } },
      success: {
        status: 200,
        description: 'The hold is released.',
        types: JSON_TYPE,
        members: ['id', 'ledgers', 'container'],
      },
      errors: [404],
    },
  ],
};

export const ADMINISTRATION_ROUTES = {
  sweeps: SWEEPS,
  sweepsProgress: SWEEPS_PROGRESS,
  holds: HOLDS,
  holdsRelease: HOLDS_RELEASE,
} as const;
