/** A world with an access log: requests as the HTTP edge notes them, and what the archive says of them. */
import { randomUUID } from 'node:crypto';
import type { AccessRequest, AccessResult } from '../../shared/access/record.ts';
import { ACCESS_LOG_TYPE } from '../../shared/logTypes.ts';
import { checkLog, type LogReport } from './archiveCheck.ts';
import { createWorld, type World, type WorldOptions } from './flowHarness.ts';

const NAME = ACCESS_LOG_TYPE.name;

/** It is 12:20. */
export function accessWorld(options: Omit<WorldOptions, 'logTypes'> = {}): World {
  return createWorld({ ...options, logTypes: ['directoryAudits', NAME] });
}

/** @param time ISO 8601 with milliseconds. */
export function request(time: string, more: Partial<AccessRequest> = {}): AccessRequest {
  return {
    id: randomUUID(),
    at: Date.parse(time),
    oid: '9c3b2a90-d1e4-4f78-8e20-0f8a6c2e2f10',
    appId: '6b5d4c3a-2f10-4d57-9c3b-93b1a6d3e7b8',
    roles: ['Archive.Read', 'Archive.Export'],
    method: 'GET',
    route: 'logs',
    path: '/api/logs/directoryAudits',
    logType: 'directoryAudits',
    from: '2026-11-01',
    to: '2026-11-20',
    filter: "result eq 'failure'",
    select: null,
    format: null,
    limit: null,
    ids: null,
    user: null,
    cursor: false,
    purpose: 'case HR-2026-117',
    invocationId: randomUUID(),
    ...more,
  };
}

export function result(more: Partial<AccessResult> = {}): AccessResult {
  const sha256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
  return {
    outcome: 'complete',
    status: 200,
    problem: null,
    records: 12,
    bytes: 3456,
    sha256,
    durationMs: 78,
    ...more,
  };
}

/** What the stored bytes of the access log say; throws unless all of it is as it must be. */
export function accessLog(world: World): LogReport {
  // Nothing here came from Graph, so nothing is compared with what it showed.
  const everything = { has: () => true } as unknown as ReadonlySet<string>;
  const graph = { shown: () => everything, visible: () => [] };
  return checkLog(world.stores, graph, world.config.tenantId, ACCESS_LOG_TYPE);
}

/** The records, each as its newest version says, by id. */
export function accessRecords(world: World): Map<string, Record<string, unknown>> {
  const lines = accessLog(world).lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  return new Map(lines.map((record) => [String(record.id), record]));
}

/** Rows that wait for collection. */
export function waiting({ stores, config }: World): string[] {
  return [...(stores.partitions.get(`${config.tenantId}|access`)?.keys() ?? [])].sort();
}

/** What the rows say that wait for collection, of requests. */
export function waitingRecords({ stores, config }: World): Record<string, unknown>[] {
  const rows = [...(stores.partitions.get(`${config.tenantId}|access`) ?? [])].sort(([a], [b]) => (a < b ? -1 : 1));
  return rows.flatMap(([, { values }]) => (values.record === undefined ? [] : [JSON.parse(String(values.record))]));
}
