/**
 * What the golden files were made from: a ledger of five entries and the two segments it names.
 *
 * The files beside this one are a promise: every later release reads them to the same lines, roots and hashes, and makes
 * the same entries from the same input. They are never regenerated; a change of the format gets a new `v` and files of
 * its own. The records are invented, with the habits of real ones that a rewrite of JSON would lose.
 */
import type { Entry, SegmentInfo } from '../../shared/archive/entry.ts';

export const TENANT_ID = '5b1c8e0a-7d24-4f6e-9c3b-2a90d1e4f785';
export const LOG_TYPE = 'directoryAudits';

/** A stored line and the time it is stored under. */
export type GoldenLine = readonly [time: string, line: string];

interface GoldenSegment {
  readonly info: SegmentInfo;
  /** The lines of each block. */
  readonly blocks: readonly (readonly GoldenLine[])[];
}

/** A segment of two blocks: 7-digit fractions, `0.0`, `\u2013`, a duplicate key, an integer above 2^53, 4-byte UTF-8. */
export const HOUR_SEGMENT: GoldenSegment = {
  info: {
    name: `archive-2555d/tenant=${TENANT_ID}/log=${LOG_TYPE}/date=2026-11-20/hour=05/000000000001-02e667b43c97dc79.jsonl.gz`,
    sha256: '02e667b43c97dc79bb58b84791f41b65f8ef4b7824f8bda4cd1ada47dd717dbd',
    bytes: 450,
    rawBytes: 747,
    records: 5,
    recordsRoot: '3e3050a71fcc3508b55c2c3d8d62be9687c3fd4f11e28a0f3d8b7f3147d68d82',
    minTime: '2026-11-20T05:00:00.0000000Z',
    maxTime: '2026-11-20T05:59:59.9999999Z',
    retainUntil: '2033-11-18T06:15:04Z',
  },
  blocks: [
    [
      [
        '2026-11-20T05:00:00.0000000Z',
        String.raw`{"id":"Directory_0a4c_00001","activityDateTime":"2026-11-20T05:00:00Z","activityDisplayName":"Add member to group","result":"success","score":0.0}`,
      ],
      [
        '2026-11-20T05:12:41.1234567Z',
        String.raw`{"id":"Directory_0a4c_00002","activityDateTime":"2026-11-20T05:12:41.1234567Z","activityDisplayName":"Update policy \u2013 baseline","result":"success","version":9007199254740993}`,
      ],
      [
        '2026-11-20T05:12:41.1234567Z',
        String.raw`{"id":"Directory_0a4c_00003","activityDateTime":"2026-11-20T05:12:41.1234567Z","result":"failure","result":"failure"}`,
      ],
    ],
    [
      [
        '2026-11-20T05:30:00.5000000Z',
        String.raw`{ "id" : "Directory_0a4c_00004" , "activityDateTime" : "2026-11-20T07:30:00.5+02:00" , "targetResources" : [ { "displayName" : "Zürich 🔐 Büro" } ] }`,
      ],
      [
        '2026-11-20T05:59:59.9999999Z',
        String.raw`{"id":"Directory_0a4c_00005","activityDateTime":"2026-11-20T05:59:59.9999999Z","additionalDetails":[{"key":"latitude","value":47.376886999999996}]}`,
      ],
    ],
  ],
};

/** A record without a time, stored in the hour of 1970. */
export const UNDATED_SEGMENT: GoldenSegment = {
  info: {
    name: `archive-2555d/tenant=${TENANT_ID}/log=${LOG_TYPE}/date=1970-01-01/hour=00/000000000001-1f53147f20d7c891.jsonl.gz`,
    sha256: '1f53147f20d7c8917d608af2113d8db6411d661ab09c07f9c091701b990758d5',
    bytes: 116,
    rawBytes: 103,
    records: 1,
    recordsRoot: 'e9c27d5c3dadc0930c9fc1476b14b2e760cedf559d4fec40c6730ff10792d69b',
    minTime: '1970-01-01T00:00:00.0000000Z',
    maxTime: '1970-01-01T00:00:00.0000000Z',
    retainUntil: '2033-11-18T06:15:04Z',
  },
  blocks: [
    [
      [
        '1970-01-01T00:00:00.0000000Z',
        String.raw`{"id":"Directory_0a4c_00006","activityDateTime":null,"activityDisplayName":"Remove member from group"}`,
      ],
    ],
  ],
};

/** Entry `seq` of the golden ledger, given the hash of the one before. */
export function goldenEntries(): readonly ((prev: string) => Entry)[] {
  const head = (seq: number, prev: string, time: string) =>
    ({ v: 1, log: `${TENANT_ID}/${LOG_TYPE}`, seq, prev, time, app: '0.1.0' }) as const;
  return [
    (prev) => ({
      ...head(0, prev, '2026-11-20T06:00:00Z'),
      kind: 'config',
      config: {
        retentionDays: 2555,
        sweepAges: ['PT2H', 'P1D', 'P3D', 'P7D', 'P25D'],
        sourceRetentionDays: 30,
        api: 'v1.0',
      },
    }),
    (prev) => ({
      ...head(1, prev, '2026-11-20T06:15:05Z'),
      kind: 'read',
      read: {
        why: 'head',
        from: '2026-11-20T05:00:00Z',
        to: '2026-11-20T06:00:00Z',
        api: 'v1.0',
        pages: 1,
        fetched: 8,
        new: 5,
        changed: 1,
        duplicate: 1,
        vanished: 0,
        hours: {
          '2026-11-20T05': { new: 4, changed: 1, vanished: 0 },
          '1970-01-01T00': { new: 1, changed: 0, vanished: 0 },
        },
        graphDate: '2026-11-20T06:15:02Z',
        requestIds: ['6f1f2c1e-93f4-4f0b-8a55-0d5a3f7c9b21'],
      },
      segments: [UNDATED_SEGMENT.info, HOUR_SEGMENT.info],
    }),
    (prev) => ({
      ...head(2, prev, '2026-11-20T08:15:05Z'),
      kind: 'read',
      read: {
        why: 'sweep',
        from: '2026-11-20T05:00:00Z',
        to: '2026-11-20T06:00:00Z',
        api: 'v1.0',
        pages: 1,
        fetched: 5,
        new: 0,
        changed: 0,
        duplicate: 5,
        vanished: 1,
        hours: { '2026-11-20T05': { new: 0, changed: 0, vanished: 1 } },
        graphDate: '2026-11-20T08:15:04Z',
        requestIds: ['c07c4d7e-1b1d-4d70-a8a7-6a35f2f4f9de', '1d0f1a53-75a2-4c0c-9be0-5b7d1f52a6c4'],
      },
      segments: [],
    }),
    // Nothing happened, and the ledger says so.
    (prev) => ({
      ...head(3, prev, '2026-11-20T08:15:07Z'),
      kind: 'read',
      read: {
        why: 'head',
        from: '2026-11-20T06:00:00Z',
        to: '2026-11-20T06:15:00Z',
        api: 'v1.0',
        pages: 1,
        fetched: 0,
        new: 0,
        changed: 0,
        duplicate: 0,
        vanished: 0,
        hours: {},
        graphDate: '2026-11-20T08:15:06Z',
        requestIds: ['e2b8a4f0-0c55-4f7e-b0d2-7a1c5c0a9d11'],
      },
      segments: [],
    }),
    (prev) => ({
      ...head(4, prev, '2026-12-24T08:00:00Z'),
      kind: 'gap',
      gap: {
        from: '2026-11-20T06:15:00Z',
        to: '2026-11-24T09:00:00Z',
        cause: 'not read before the source forgot it (it keeps 30 days)',
        recoverableUntil: '2026-12-20T06:15:00Z',
      },
    }),
  ];
}
