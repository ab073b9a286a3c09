/** Keys, checkpoints, proofs and evidence. */
import type { Operation, Parameters, Route } from '../route.ts';
import { JSON_TYPE, LOG_TYPE, OPTIONAL_RANGE, RANGE } from './parameters.ts';

const TEXT = ['text/plain'] as const;
/** Ids of records, a comma list. */
export const IDS_EXAMPLE = 'Directory_0a4c_00001,Directory_0a4c_00002';
const SIZES: Parameters = {
  from: { example: '24', description: 'Size of the older checkpoint.', required: true },
  to: { example: '48', description: 'Size of the newer checkpoint.', required: true },
};

const NOTE = {
  status: 200,
  description: 'The checkpoint as it was signed: a C2SP signed note.',
  types: TEXT,
  headers: { 'X-Archive-Checkpoint': 'Size and root of the checkpoint.' },
} as const;

const OPERATIONS: readonly Operation[] = [
  {
    method: 'GET',
    path: '/api/integrity/keys',
    summary: 'Every key that ever signed, by ledger, and who vouched for it.',
    success: { status: 200, description: 'The keys.', types: JSON_TYPE, members: ['ledgers'] },
  },
  {
    method: 'GET',
    path: '/api/integrity/checkpoints/{logType}',
    summary: 'The newest checkpoint.',
    inPath: LOG_TYPE,
    success: NOTE,
    errors: [404],
  },
  {
    method: 'GET',
    path: '/api/integrity/checkpoints/{logType}/{size}',
    summary: 'The checkpoint over so many entries.',
    inPath: { ...LOG_TYPE, size: { example: '24', description: 'Entries that it covers.', required: true } },
    success: NOTE,
    errors: [404],
  },
  {
    method: 'GET',
    path: '/api/integrity/proofs/entry/{logType}/{seq}',
    summary: 'The proof that an entry is under the newest checkpoint.',
    inPath: { ...LOG_TYPE, seq: { example: '0', description: 'Number of the entry.', required: true } },
    success: { status: 200, description: 'A C2SP tlog-proof whose extra data is the entry.', types: TEXT },
    errors: [404],
  },
  {
    method: 'GET',
    path: '/api/integrity/proofs/consistency/{logType}',
    summary: 'The proof that one checkpoint continues another.',
    inPath: LOG_TYPE,
    query: SIZES,
    success: {
      status: 200,
      description: 'The hashes, and both checkpoints as signed.',
      types: JSON_TYPE,
      members: ['logType', 'from', 'to', 'proof', 'checkpoints'],
    },
    errors: [404],
  },
  {
    method: 'GET',
    path: '/api/integrity/proofs/record/{logType}/{id}',
    summary: 'Every stored version of a record, each with its proof.',
    inPath: { ...LOG_TYPE, id: { example: 'Directory_0a4c_00001', description: 'Id of the record.', required: true } },
    query: OPTIONAL_RANGE,
    success: {
      status: 200,
      description: 'The versions and their proofs.',
      types: JSON_TYPE,
      members: ['logType', 'id', 'from', 'to', 'unsigned', 'proofs'],
    },
    errors: [404],
  },
];

const INTEGRITY: Route = {
  name: 'integrity',
  methods: ['GET'],
  template: 'api/integrity/{*path}',
  purpose: 'Proves what is stored: keys, checkpoints, and proofs of entries, consistency and records.',
  access: 'Archive.Verify',
  ownQuery: true,
  operations: OPERATIONS,
};

const EVIDENCE: Route = {
  name: 'evidence',
  methods: ['GET'],
  template: 'api/evidence/{logType}',
  purpose: 'Gives a zip that proves a range, or single records of it, without us.',
  access: 'Archive.Export',
  operations: [
    {
      method: 'GET',
      path: '/api/evidence/{logType}',
      summary: 'A zip that proves a range, or single records of it.',
      inPath: LOG_TYPE,
      query: {
        ...RANGE,
        ids: {
          example: IDS_EXAMPLE,
          description: '1 to 100 ids of records, a comma list: only these are given.',
        },
      },
      success: { status: 200, description: 'The evidence bundle.', types: ['application/zip'] },
      errors: [404, 409],
    },
  ],
};

export const PROOF_ROUTES = { integrity: INTEGRITY, evidence: EVIDENCE } as const;
