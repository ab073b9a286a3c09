/**
 * Three years of one log type, hour by hour a segment, in stores in memory: the simulator's records, stored as the flow in
 * stores them, without Graph in between.
 */

import { makeBlock } from '../../../shared/archive/block.ts';
import type { ReadEntry } from '../../../shared/archive/entry.ts';
import { leafHash } from '../../../shared/archive/merkle.ts';
import { archiveContainer, WORK_CONTAINER } from '../../../shared/archive/names.ts';
import { readRecord } from '../../../shared/archive/page.ts';
import { hourOf } from '../../../shared/archive/time.ts';
import type { Clock } from '../../../shared/clock.ts';
import { readConfig } from '../../../shared/config.ts';
import type { Deps } from '../../../shared/deps.ts';
import { createGraphClient } from '../../../shared/graph/client.ts';
import type { LogType } from '../../../shared/logTypes.ts';
import { writeSegments } from '../../../shared/parts.ts';
import { partitionOf, segmentRow } from '../../../shared/segmentIndex.ts';
import { createMemoryStores } from '../../../test/support/memoryStores.ts';
import { STREAMS, type Stream } from '../../graphSimulator/streams.ts';
import { createTenant, type TenantRows } from '../../graphSimulator/tenant.ts';

const LOG_TYPE = 'nonInteractiveSignIns';
const HOUR_MS = 3_600_000;
const DAYS = 1096;
/** Noon, so that half a day at the end has no sketches yet. */
const NOW = Date.UTC(2026, 10, 20, 12);

export interface ThreeYears {
  readonly deps: Deps;
  readonly logType: LogType;
  readonly segments: number;
  readonly records: number;
  /** In how many hours each user was seen, by name. */
  readonly users: ReadonlyMap<string, number>;
  /** Segments opened so far. */
  opened(): number;
}

/** @param perHour records of the log type an hour, on average. */
export async function storeThreeYears(perHour: number): Promise<ThreeYears> {
  const stream = STREAMS.get(LOG_TYPE);
  if (stream?.population.kind !== 'events') throw new Error('the table of streams has changed');
  const tenant = createTenant(1, Math.round((perHour * 24) / stream.population.share));
  const { deps, opened } = await stores(tenant.id);
  const users = new Map<string, number>();
  const first = NOW / HOUR_MS - DAYS * 24;
  let [segments, records] = [0, 0];
  for (let hour = first; hour < NOW / HOUR_MS; hour += 1) {
    const lines = linesOf(tenant, stream, hour);
    if (lines.length === 0) continue;
    await storeHour(deps, stream.logType, lines, hour - first);
    for (const user of new Set(lines.map(userOf))) users.set(user, (users.get(user) ?? 0) + 1);
    segments += 1;
    records += lines.length;
    if (segments % 2400 === 0) process.stderr.write(`needles, ${segments / 24} days stored\n`);
  }
  return { deps, logType: stream.logType, segments, records, users, opened };
}

async function stores(tenantId: string): Promise<{ deps: Deps; opened: () => number }> {
  const clock: Clock = { now: () => NOW, elapsed: () => performance.now(), sleep: async () => undefined };
  const env = {
    TENANT_ID: tenantId,
    LOG_TYPES: LOG_TYPE,
    ArchiveStorage: 'UseDevelopmentStorage=true',
    AUTH_MODE: 'none',
  };
  const config = readConfig(env);
  const { blobs, state, ensure } = createMemoryStores(clock);
  const archive = archiveContainer(config.retentionDays(LOG_TYPE));
  await ensure([archive, WORK_CONTAINER]);
  let opened = 0;
  const counting: Deps['blobs'] = {
    ...blobs,
    get: (container, name) => {
      if (container === archive) opened += 1;
      return blobs.get(container, name);
    },
  };
  const deps: Deps = {
    config,
    clock,
    state,
    blobs: counting,
    graph: createGraphClient({ origin: config.graphBaseUrl, credential: undefined }),
    budgetOf: () => ({ intervalMs: 1, grant: async (signal) => signal.throwIfAborted() }),
    log: (_level, message) => process.stderr.write(`${message}\n`),
  };
  return { deps, opened: () => opened };
}

function linesOf(tenant: TenantRows, stream: Stream, hour: number): Buffer[] {
  const { ticks } = tenant.hour(stream, hour);
  return Array.from(ticks, (_tick, index) => tenant.bytes({ stream, hour, index, changed: false, v1: false }));
}

async function storeHour(deps: Deps, logType: LogType, lines: readonly Buffer[], seq: number): Promise<void> {
  const records = lines.map((line) => {
    const { time = '', line: own } = readRecord(line, { timeField: logType.timeField });
    return { line: own, time, leaf: leafHash(own) };
  });
  const blocks = [await makeBlock(records.sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0)))];
  const hour = {
    hour: hourOf(records[0]?.time ?? ''),
    new: lines.length,
    changed: 0,
    duplicate: 0,
    gone: 0,
    vanished: 0,
    blocks,
  };
  const part = {
    window: { from: 0, to: 0 },
    read: { pages: 1, graphTime: 0, requestIds: [] },
    hours: [hour],
    judgedTo: seq,
  };
  const [segment] = await writeSegments(deps, logType, part, seq);
  if (!segment) throw new Error('an hour of records makes a segment');
  const entry = { seq, read: { hours: {} } } as unknown as ReadEntry;
  await deps.state.commit(partitionOf(deps, logType.name), [{ kind: 'insert', ...segmentRow(entry, 0, segment) }]);
}

function userOf(line: Buffer): string {
  return (JSON.parse(String(line)) as { readonly userPrincipalName?: string }).userPrincipalName ?? '';
}
