/**
 * What the golden ledger of holds and deletions was made from: a read of two segments, a hold on one of them, its release,
 * and the deletion of both and of a blob that no entry named. Their blobs are gone.
 *
 * Like those of `input.ts`, these files are a promise and are never made again.
 */
import type { DoomedSegment, Entry, HoldTerms, SegmentInfo } from '../../shared/archive/entry.ts';
import { TENANT_ID } from './input.ts';

export const DELETIONS_LOG_TYPE = 'riskDetections';

const log = `${TENANT_ID}/${DELETIONS_LOG_TYPE}`;
const folder = `archive-90d/tenant=${TENANT_ID}/log=${DELETIONS_LOG_TYPE}/date=2026-11-20`;
const RETAIN_UNTIL = '2027-02-18T06:15:05Z';

const segment = (hour: string, sha256: string, records: number): SegmentInfo => ({
  name: `${folder}/hour=${hour}/000000000001-${sha256.slice(0, 16)}.jsonl.gz`,
  sha256,
  bytes: 400,
  rawBytes: 700,
  records,
  recordsRoot: sha256,
  minTime: `2026-11-20T${hour}:00:00.0000000Z`,
  maxTime: `2026-11-20T${hour}:59:59.9999999Z`,
  retainUntil: RETAIN_UNTIL,
});
const SEGMENTS = [segment('04', '4f'.repeat(32), 3), segment('05', 'a5'.repeat(32), 2)] as const;

const HOLD: HoldTerms = {
  id: '6b5d4c3a-93b1-4d57-8e20-0f8a6c2e2f10',
  case: '85dd6dbbb6c1cb9f1c7bf0b4f77ed4e4b3f7c7d5d4ea0cf9f1b6d7a3f61a2b40',
  from: '2026-11-20T05:30:00Z',
  to: '2026-11-20T05:30:01Z',
};

const doomed = ({ name, sha256, records, retainUntil }: SegmentInfo): DoomedSegment => ({
  name,
  sha256,
  records,
  retainUntil,
});
const ORPHAN: DoomedSegment = {
  name: `${folder}/hour=04/000000000001-00000000000000b7.jsonl.gz`,
  sha256: 'b7'.repeat(32),
  records: null,
  retainUntil: '2027-02-18T06:15:03Z',
  orphan: true,
};

/** Entry `seq` of the ledger, given the hash of the one before. */
export function goldenDeletionEntries(): readonly ((prev: string) => Entry)[] {
  const head = (seq: number, prev: string, time: string) => ({ v: 1, log, seq, prev, time, app: '0.3.0' }) as const;
  return [
    (prev) => ({
      ...head(0, prev, '2026-11-20T06:00:00Z'),
      kind: 'config',
      config: { retentionDays: 90, sweepAges: ['PT2H'], sourceRetentionDays: 90, api: 'v1.0' },
    }),
    (prev) => ({
      ...head(1, prev, '2026-11-20T06:15:05Z'),
      kind: 'read',
      read: {
        why: 'head',
        from: '2026-11-20T04:00:00Z',
        to: '2026-11-20T06:00:00Z',
        api: 'v1.0',
        pages: 1,
        fetched: 5,
        new: 5,
        changed: 0,
        duplicate: 0,
        vanished: 0,
        hours: {
          '2026-11-20T04': { new: 3, changed: 0, vanished: 0 },
          '2026-11-20T05': { new: 2, changed: 0, vanished: 0 },
        },
        graphDate: '2026-11-20T06:15:02Z',
        requestIds: ['6f1f2c1e-93f4-4f0b-8a55-0d5a3f7c9b21'],
      },
      segments: [...SEGMENTS],
    }),
    (prev) => ({ ...head(2, prev, '2027-01-10T09:00:00Z'), kind: 'hold', hold: HOLD }),
    // What the hold does not touch is deleted while it is open.
    (prev) => ({
      ...head(3, prev, '2027-02-19T03:20:00Z'),
      kind: 'delete',
      delete: { segments: [doomed(SEGMENTS[0]), ORPHAN] },
    }),
    (prev) => ({
      ...head(4, prev, '2027-02-19T04:20:00Z'),
      kind: 'deleted',
      deleted: { segments: [doomed(SEGMENTS[0]), ORPHAN] },
    }),
    (prev) => ({ ...head(5, prev, '2027-06-01T09:00:00Z'), kind: 'release', release: HOLD }),
    (prev) => ({
      ...head(6, prev, '2027-06-01T09:20:00Z'),
      kind: 'delete',
      delete: { segments: [doomed(SEGMENTS[1])] },
    }),
    (prev) => ({
      ...head(7, prev, '2027-06-01T10:20:00Z'),
      kind: 'deleted',
      deleted: { segments: [doomed(SEGMENTS[1])] },
    }),
  ];
}
