/**
 * Access records on their way into the archive: rows of the table.
 *
 *     access|<time>|<id>     one request: inserted before the first byte of its answer, written once more at its end
 *     count|<minute>         requests without a record of their own, counted by all instances together
 *
 * They are the only rows of the table that cannot be made anew from the ledger, so they lie in a partition of their own:
 * whoever deletes those of a log type does not delete these.
 */
import { randomUUID } from 'node:crypto';
import { listPrefix, type Row, type RowValues, type StateStore } from '../storage/port.ts';
import {
  type AccessCounts,
  type AccessRequest,
  type AccessResult,
  accessLine,
  countLine,
  UNFINISHED,
} from './record.ts';

export interface AccessStore {
  readonly state: StateStore;
  readonly config: { readonly tenantId: string };
}

/** A row that waits, and the record that it stands for now. */
export interface WaitingRow {
  readonly key: string;
  readonly etag: string;
  /** When its request, or its minute, began: milliseconds since 1970. */
  readonly at: number;
  /** Whether it says how the request ended; a minute's counts have no end to speak of. */
  readonly isEnded: boolean;
  /** It can be collected: it has ended, or has been given all the time it gets. */
  readonly isWhole: boolean;
  /** The record's line. */
  readonly line: string;
}

const MINUTE_MS = 60_000;
const PREFIX = { access: 'access|', count: 'count|' } as const;
/** A row that nobody has written to for so long, by the time of its request or minute, is collected as it stands. */
const OPEN_MS = { access: 15 * MINUTE_MS, count: 5 * MINUTE_MS } as const;
/** No row is made for a minute that began so long ago: its own may have been collected, by a clock that is ahead of ours. */
const NEW_COUNT_MS = OPEN_MS.count - MINUTE_MS;
/** Changes of one transaction, at most. */
const MOST_CHANGES = 100;

/** Notes a request. @throws when it is not certain that the row is there. */
export async function openRow(store: AccessStore, request: AccessRequest): Promise<void> {
  const values = { done: false, record: accessLine(request, UNFINISHED) };
  // The id is new: a conflict is our own row, whose answer was lost.
  await store.state.commit(partitionOf(store), [{ kind: 'insert', key: keyOf(request), values }]);
}

/** Notes more of a request whose end is not known yet. @throws when it is not certain that the row has it. */
export async function amendRow(store: AccessStore, request: AccessRequest): Promise<void> {
  const values = { done: false, record: accessLine(request, UNFINISHED) };
  await store.state.commit(partitionOf(store), [{ kind: 'upsert', key: keyOf(request), values }]);
}

/** Notes how a request ended. Where its row was collected meanwhile this makes a new one: a changed version. */
export async function closeRow(store: AccessStore, request: AccessRequest, result: AccessResult): Promise<void> {
  const values = { done: true, record: accessLine(request, result) };
  await store.state.commit(partitionOf(store), [{ kind: 'upsert', key: keyOf(request), values }]);
}

/**
 * Adds counts to the row of a minute.
 * @param batch of these counts: adding the same batch to a minute again changes nothing. @param minute its first ms.
 * @param now milliseconds since 1970.
 * @returns false where the minute lies so far back that its row may have been collected, and has no row: a new one would
 *   be a second record of the same minute.
 */
export async function addCounts(
  store: AccessStore,
  minute: number,
  batch: string,
  counts: AccessCounts,
  now: number,
): Promise<boolean> {
  const key = `${PREFIX.count}${new Date(minute).toISOString()}`;
  for (;;) {
    const row = await store.state.get(partitionOf(store), key);
    const batches = row ? batchesOf(row.values) : {};
    if (Object.hasOwn(batches, batch)) return true;
    if (!row && now - minute >= NEW_COUNT_MS) return false;
    const values = {
      id: row?.values.id ?? randomUUID(),
      batches: JSON.stringify({ ...batches, [batch]: [counts.withoutToken, counts.notRecorded] }),
    };
    // A conflict says that another instance came first, that the row was collected, or that the answer was lost: the row
    // tells which.
    await store.state.commit(partitionOf(store), [
      row ? { kind: 'replace', key, values, etag: row.etag } : { kind: 'insert', key, values },
    ]);
  }
}

/** All rows that wait: the counts, of which there are few, and then the requests; of each kind the oldest first. @param now milliseconds since 1970. */
export async function* waitingRows(store: AccessStore, now: number): AsyncGenerator<WaitingRow> {
  for (const kind of ['count', 'access'] as const) {
    for await (const row of listPrefix(store.state, partitionOf(store), PREFIX[kind])) {
      const at = Date.parse(row.key.split('|')[1] ?? '');
      const isEnded = kind === 'count' || row.values.done === true;
      const isWhole = row.values.done === true || now - at >= OPEN_MS[kind];
      const line = kind === 'access' ? String(row.values.record) : countedLine(row, at);
      yield { key: row.key, etag: row.etag, at, isEnded, isWhole, line };
    }
  }
}

/** Removes rows that are archived, unless somebody has written to them since: those wait as what they say now. */
export async function removeRows(store: AccessStore, rows: readonly WaitingRow[]): Promise<void> {
  const partition = partitionOf(store);
  for (let at = 0; at < rows.length; at += MOST_CHANGES) {
    const some = rows.slice(at, at + MOST_CHANGES).map(({ key, etag }) => ({ kind: 'delete', key, etag }) as const);
    if ((await store.state.commit(partition, some)) === 'done') continue;
    // One of them was written to, or removed by another instance: one by one, and what cannot be removed stays.
    for (const change of some) await store.state.commit(partition, [change]);
  }
}

/** What each instance has added, by the id of its batch. */
function batchesOf({ batches }: RowValues): Record<string, [withoutToken: number, notRecorded: number]> {
  return JSON.parse(String(batches));
}

function countedLine({ values }: Row, minute: number): string {
  const counts = { withoutToken: 0, notRecorded: 0 };
  for (const [withoutToken, notRecorded] of Object.values(batchesOf(values))) {
    counts.withoutToken += withoutToken;
    counts.notRecorded += notRecorded;
  }
  return countLine(String(values.id), minute, counts);
}

function keyOf({ at, id }: AccessRequest): string {
  return `${PREFIX.access}${new Date(at).toISOString()}|${id}`;
}

function partitionOf({ config }: AccessStore): string {
  return `${config.tenantId}|access`;
}
