/**
 * The rows of the table that holds and deletions need, written only by `applyLedger` and made again from the ledger:
 *
 *     hold|<id>      a legal hold, and the entry that released it
 *     expiry|<seq>   of a `delete` entry the segments that no `deleted` entry names yet; gone when there are none left
 *     class|<days>   a retention class that was ever in force: where unreferenced segments may lie
 *
 * A segment that is deleted keeps its row of the index, with the number of the `delete` entry.
 */

import { namedIn } from './archive/deletions.ts';
import type { DeleteEntry, DoomedSegment, Entry, HoldTerms } from './archive/entry.ts';
import { hourOfName, numberKey } from './archive/names.ts';
import { chunks, joinChunks } from './chunks.ts';
import type { TableDeps } from './deps.ts';
import { partitionOf, rowsOfHour } from './segmentIndex.ts';
import { listPrefix, type Row, type RowChange, type RowValues } from './storage/port.ts';

/** A hold as the ledger tells of it. */
export interface KnownHold extends HoldTerms {
  readonly seq: number;
  /** When its entry was made. */
  readonly at: string;
  /** The entry that released it; `undefined` while it is open. */
  readonly releasedSeq?: number | undefined;
  readonly releasedAt?: string | undefined;
}

/** A `delete` entry that is not carried out yet, and what is left of it. */
export interface OpenDeletion {
  readonly seq: number;
  readonly segments: readonly DoomedSegment[];
}

const PREFIX = { hold: 'hold|', expiry: 'expiry|', class: 'class|' } as const;

/** The changes that reflect one entry. Reads the rows that it concerns: call it with the watermark it is committed on. */
export async function deletionChanges(deps: TableDeps, logType: string, entry: Entry): Promise<RowChange[]> {
  if (entry.kind === 'config') {
    const { retentionDays: days } = entry.config;
    return [{ kind: 'upsert', key: `${PREFIX.class}${days}`, values: { days } }];
  }
  if (entry.kind === 'hold') {
    const { seq, time, hold } = entry;
    return [{ kind: 'upsert', key: `${PREFIX.hold}${hold.id}`, values: { ...hold, seq, at: time } }];
  }
  if (entry.kind === 'release') {
    const { seq, time, release } = entry;
    const key = `${PREFIX.hold}${release.id}`;
    const row = await deps.state.get(partitionOf(deps, logType), key);
    return row ? [{ kind: 'upsert', key, values: { ...row.values, releasedSeq: seq, releasedAt: time } }] : [];
  }
  if (entry.kind === 'delete') {
    return [expiryRow(entry.seq, entry.delete.segments), ...(await markedRows(deps, logType, entry))];
  }
  if (entry.kind !== 'deleted') return [];
  const gone = new Set(entry.deleted.segments.map(({ name }) => name));
  const changes: RowChange[] = [];
  for await (const row of expiryRows(deps, logType)) {
    const { seq, segments } = openDeletion(row);
    const left = segments.filter(({ name }) => !gone.has(name));
    if (left.length === 0) changes.push({ kind: 'delete', key: row.key, etag: row.etag });
    else if (left.length < segments.length) changes.push(expiryRow(seq, left));
  }
  return changes;
}

/** Every hold that the ledger tells of, by id. */
export async function knownHolds(deps: TableDeps, logType: string): Promise<KnownHold[]> {
  const holds: KnownHold[] = [];
  for await (const { values } of listPrefix(deps.state, partitionOf(deps, logType), PREFIX.hold))
    holds.push(holdOf(values));
  return holds;
}

/** A hold by its id. */
export async function findHold(deps: TableDeps, logType: string, id: string): Promise<KnownHold | undefined> {
  const row = await deps.state.get(partitionOf(deps, logType), `${PREFIX.hold}${id}`);
  return row && holdOf(row.values);
}

/** Whether a hold is open at some entry. */
export function isOpenAt({ seq, releasedSeq = Number.POSITIVE_INFINITY }: KnownHold, pin: number): boolean {
  return seq <= pin && releasedSeq > pin;
}

/** The deletions that are under way, oldest first. */
export async function openDeletions(deps: TableDeps, logType: string): Promise<OpenDeletion[]> {
  const open: OpenDeletion[] = [];
  for await (const row of expiryRows(deps, logType)) open.push(openDeletion(row));
  return open;
}

/** The retention classes that are or ever were in force, in days, ascending: old segments stay where they were written. */
export async function classesOf(deps: TableDeps, logType: string): Promise<number[]> {
  const classes = new Set([deps.config.retentionDays(logType)]);
  for await (const { values } of listPrefix(deps.state, partitionOf(deps, logType), PREFIX.class))
    classes.add(Number(values.days));
  return [...classes].sort((a, b) => a - b);
}

/** The index rows of the segments that an entry deletes, saying so. */
async function markedRows(deps: TableDeps, logType: string, entry: DeleteEntry): Promise<RowChange[]> {
  const names = new Set(namedIn(entry));
  const hours = new Set([...names].map(hourOfName));
  const changes: RowChange[] = [];
  for (const hour of hours) {
    for await (const { key, values } of rowsOfHour(deps, logType, hour)) {
      if (!names.has(String(values.name))) continue;
      changes.push({ kind: 'upsert', key, values: { ...values, deleteSeq: entry.seq } });
    }
  }
  return changes;
}

function expiryRow(seq: number, segments: readonly DoomedSegment[]): RowChange {
  const key = `${PREFIX.expiry}${numberKey(seq)}`;
  return { kind: 'upsert', key, values: { seq, ...chunks(JSON.stringify(segments)) } };
}

function expiryRows(deps: TableDeps, logType: string): AsyncIterable<Row> {
  return listPrefix(deps.state, partitionOf(deps, logType), PREFIX.expiry);
}

function openDeletion({ values }: Row): OpenDeletion {
  return { seq: Number(values.seq), segments: JSON.parse(joinChunks(values)) as DoomedSegment[] };
}

function holdOf(values: RowValues): KnownHold {
  return values as unknown as KnownHold;
}
