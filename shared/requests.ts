/**
 * Sweeps on demand: somebody wants to know whether a span of the archive is what Graph shows now.
 *
 * A request waits as a row of the table and is worked off by the pull timers, behind everything else unless the source is
 * about to forget what it asks for. How far it has come is what the ledger says: the `request` entries that follow one another from its beginning. So nothing is counted twice,
 * whoever crashes when.
 */
import { randomUUID } from 'node:crypto';
import { decodeEntry } from './archive/entry.ts';
import { DAY, HOUR } from './archive/hours.ts';
import { entryName, LEDGER_CONTAINER } from './archive/names.ts';
import { formatSeconds, parseSeconds } from './archive/time.ts';
import { retentionEdge, type Window } from './archive/window.ts';
import { nowSeconds } from './clock.ts';
import type { Deps } from './deps.ts';
import { applyLedger, type Ledger } from './ledger.ts';
import type { LogType } from './logTypes.ts';
import { partitionOf } from './segmentIndex.ts';
import { listPrefix, type Row, type RowValues } from './storage/port.ts';

/** What the re-read has found so far. */
export interface RequestCounts {
  readonly fetched: number;
  readonly new: number;
  readonly changed: number;
  readonly duplicate: number;
  readonly vanished: number;
}

export interface SweepRequest {
  readonly id: string;
  readonly logType: string;
  readonly from: number;
  readonly to: number;
  readonly requestedAt: number;
  /** Everything before this second has been read again. */
  readonly reached: number;
  /** The newest entry that was looked at for this. */
  readonly seq: number;
  readonly counts: RequestCounts;
  /** Why it waits, by the last attempt that failed. */
  readonly error: string | undefined;
}

const PREFIX = 'request|';
/** How long after it was made a request that is done is forgotten: what it brought is in the ledger. */
const KEPT_SECONDS = 90 * DAY;
/** The widest window of a request. */
const WIDEST_SECONDS = 2 * DAY;
const NOTHING: RequestCounts = { fetched: 0, new: 0, changed: 0, duplicate: 0, vanished: 0 };

/** Puts a request on the list. */
export async function addRequest(deps: Deps, logType: LogType, window: Window): Promise<SweepRequest> {
  const { seq } = await applyLedger(deps, logType.name);
  const request: SweepRequest = {
    id: randomUUID(),
    logType: logType.name,
    from: window.from,
    to: window.to,
    requestedAt: nowSeconds(deps),
    reached: window.from,
    seq,
    counts: NOTHING,
    error: undefined,
  };
  await save(deps, request);
  return request;
}

/** A request with what the ledger says of it by now; `undefined` when there is none of this id. */
export async function findRequest(deps: Deps, id: string): Promise<SweepRequest | undefined> {
  for (const { name } of deps.config.logTypes) {
    const row = await deps.state.get(partitionOf(deps, name), `${PREFIX}${id}`);
    if (row) return counted(deps, requestOf(name, row), await applyLedger(deps, name));
  }
  return undefined;
}

/** The oldest request of a log type that is not done, brought up to the ledger. Those that were done long ago are removed. */
export async function nextRequest(deps: Deps, logType: LogType, ledger: Ledger): Promise<SweepRequest | undefined> {
  const open: SweepRequest[] = [];
  const forgotten = nowSeconds(deps) - KEPT_SECONDS;
  const partition = partitionOf(deps, logType.name);
  for await (const row of listPrefix(deps.state, partition, PREFIX)) {
    const request = requestOf(logType.name, row);
    if (request.reached < request.to) open.push(request);
    else if (request.requestedAt < forgotten) {
      // Another instance may have been quicker.
      await deps.state.commit(partition, [{ kind: 'delete', key: row.key, etag: row.etag }]);
    }
  }
  for (const request of open.sort((a, b) => a.requestedAt - b.requestedAt)) {
    const now = await counted(deps, request, ledger);
    if (now.seq !== request.seq) await save(deps, now);
    if (now.reached < now.to) return now;
  }
  return undefined;
}

/** The next window of a request. */
export function requestWindow({ reached, to }: SweepRequest): Window {
  return { from: reached, to: Math.min(to, reached + WIDEST_SECONDS - (reached % HOUR)) };
}

/** The beginning of a window that the source has forgotten while the request waited. Reading it would show nothing. */
export function forgottenPart(deps: Deps, { sourceRetentionDays }: LogType, window: Window): Window | undefined {
  if (sourceRetentionDays === undefined) return undefined;
  const edge = retentionEdge(nowSeconds(deps), sourceRetentionDays);
  return edge > window.from ? { from: window.from, to: Math.min(edge, window.to) } : undefined;
}

/** Notes why a request could not go on. */
export async function noteRequestFailure(deps: Deps, request: SweepRequest, error: string): Promise<void> {
  await save(deps, { ...request, error: error.slice(0, 2000) });
}

/**
 * Counts in what entries have said since: each `request` read that goes on where the last one ended. One that reaches
 * beyond the request is another's: its counts cannot be told apart.
 */
async function counted(deps: Deps, request: SweepRequest, ledger: Ledger): Promise<SweepRequest> {
  let { reached, counts } = request;
  for (let seq = request.seq + 1; seq <= ledger.seq && reached < request.to; seq += 1) {
    const said = await answerIn(deps, request.logType, seq);
    const end = said && parseSeconds(said.from) === reached ? parseSeconds(said.to) : undefined;
    if (!said || end === undefined || end > request.to) continue;
    reached = end;
    counts = {
      fetched: counts.fetched + said.fetched,
      new: counts.new + said.new,
      changed: counts.changed + said.changed,
      duplicate: counts.duplicate + said.duplicate,
      vanished: counts.vanished + said.vanished,
    };
  }
  return { ...request, reached, counts, seq: ledger.seq, error: reached > request.reached ? undefined : request.error };
}

/** What entry `seq` can say to a request: that a span was read again, or that it cannot be read. */
async function answerIn(
  deps: Deps,
  logType: string,
  seq: number,
): Promise<(RequestCounts & { from: string; to: string }) | undefined> {
  const name = entryName(deps.config.tenantId, logType, seq);
  const bytes = await deps.blobs.get(LEDGER_CONTAINER, name);
  if (!bytes) throw new Error(`entry ${seq} of ${logType} was applied and is not there`);
  const entry = decodeEntry(bytes);
  if (entry.kind === 'gap') return { ...NOTHING, from: entry.gap.from, to: entry.gap.to };
  return entry.kind === 'read' && entry.read.why === 'request' ? entry.read : undefined;
}

/** How a request is shown. */
export function showRequest(request: SweepRequest) {
  const done = request.reached >= request.to;
  return {
    id: request.id,
    logType: request.logType,
    from: formatSeconds(request.from),
    to: formatSeconds(request.to),
    state: done ? 'done' : request.reached > request.from ? 'running' : 'waiting',
    requestedAt: formatSeconds(request.requestedAt),
    reached: formatSeconds(request.reached),
    counts: request.counts,
    ...(request.error !== undefined && !done && { lastError: request.error }),
  };
}

function save(deps: Deps, request: SweepRequest): Promise<unknown> {
  const { id, logType, counts, error, ...numbers } = request;
  const values: RowValues = { ...numbers, ...counts, ...(error !== undefined && { error }) };
  return deps.state.commit(partitionOf(deps, logType), [{ kind: 'upsert', key: `${PREFIX}${id}`, values }]);
}

function requestOf(logType: string, { key, values }: Row): SweepRequest {
  const number = (name: string) => Number(values[name]);
  return {
    id: key.slice(PREFIX.length),
    logType,
    from: number('from'),
    to: number('to'),
    requestedAt: number('requestedAt'),
    reached: number('reached'),
    seq: number('seq'),
    counts: {
      fetched: number('fetched'),
      new: number('new'),
      changed: number('changed'),
      duplicate: number('duplicate'),
      vanished: number('vanished'),
    },
    error: values.error === undefined ? undefined : String(values.error),
  };
}
