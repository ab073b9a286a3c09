/**
 * The watermark row: where a ledger stands, as the table keeps it. A rebuild from nothing gives the very same row.
 */
import { EMPTY, type Ledger } from './archive/ledgerState.ts';
import type { RowValues } from './storage/port.ts';
import { definedValues } from './storage/rows.ts';

/** What the rows of the table hold and how. A table of another version is made anew from the ledger. */
const INDEX_VERSION = 4;

/** The watermark row as the table holds it. */
export function valuesOf(ledger: Ledger): RowValues {
  const { head, last, unavailable, audit, ...rest } = ledger;
  return {
    index: INDEX_VERSION,
    ...definedValues(rest),
    ...(head && { headFrom: head.from, headTo: head.to }),
    ...(last && { lastRows: last.rows, lastSeconds: last.seconds }),
    ...(unavailable && {
      unavailableWhy: unavailable.why,
      unavailableCause: unavailable.cause,
      unavailableAt: unavailable.at,
    }),
    ...(audit && {
      auditAt: audit.at,
      auditSegments: audit.segments,
      auditMismatches: audit.mismatches,
      auditMismatched: audit.mismatched,
      auditIndex: audit.index,
    }),
  };
}

/** Reads the watermark row. Where there is none, or one of another version, nothing has been applied yet. */
export function ledgerOf(values: RowValues | undefined): Ledger {
  if (values?.index !== INDEX_VERSION) return EMPTY;
  const number = (name: string) => Number(values[name]);
  const has = (name: string) => values[name] !== undefined;
  const text = (name: string) => String(values[name]);
  return {
    seq: number('seq'),
    hash: text('hash'),
    head: has('headTo') ? { from: number('headFrom'), to: number('headTo') } : undefined,
    began: has('began') ? number('began') : undefined,
    reach: has('reach') ? number('reach') : undefined,
    last: has('lastRows') ? { rows: number('lastRows'), seconds: number('lastSeconds') } : undefined,
    config: has('config') ? text('config') : undefined,
    unavailable: has('unavailableAt')
      ? { why: text('unavailableWhy'), cause: text('unavailableCause'), at: number('unavailableAt') }
      : undefined,
    snapshotAt: has('snapshotAt') ? number('snapshotAt') : undefined,
    snapshotTo: has('snapshotTo') ? number('snapshotTo') : undefined,
    driftAt: has('driftAt') ? number('driftAt') : undefined,
    key: has('key') ? text('key') : undefined,
    audit: has('auditIndex')
      ? {
          at: number('auditAt'),
          segments: number('auditSegments'),
          mismatches: number('auditMismatches'),
          mismatched: text('auditMismatched'),
          index: text('auditIndex'),
        }
      : undefined,
    deleteSeq: has('deleteSeq') ? number('deleteSeq') : undefined,
    deletedSegments: number('deletedSegments'),
    deletedRecords: number('deletedRecords'),
    deletedTo: has('deletedTo') ? number('deletedTo') : undefined,
    openHolds: number('openHolds'),
    startedAt: has('startedAt') ? number('startedAt') : undefined,
    records: number('records'),
    rawBytes: number('rawBytes'),
    segments: number('segments'),
    bytes: number('bytes'),
    time: has('time') ? text('time') : undefined,
  };
}
