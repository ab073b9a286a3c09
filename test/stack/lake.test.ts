/**
 * The blobs as they lie, read by what knows nothing of us: DuckDB over a downloaded container. And the list of segments
 * that outside readers take their files from.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { BlobServiceClient } from '@azure/storage-blob';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LOG_TYPES } from '../../shared/logTypes.ts';
import type { IndexedSegment } from '../../shared/segmentIndex.ts';
import type { LogTypeStatus } from '../../shared/status.ts';
import { type Host, pullAll, readLines, type Stack, startStack } from '../support/stack.ts';

const CONTAINER = 'archive-2555d';
const TEN = 10;

let stack: Stack;
let host: Host;
let statuses: LogTypeStatus[];
let folder: string;
/** Names of the downloaded blobs. */
let names: string[];

beforeAll(async () => {
  stack = await startStack({ days: 3, perDay: 6_000, seed: 31 });
  host = await stack.startHost();
  statuses = await pullAll(host, stack.target);
  folder = mkdtempSync(join(tmpdir(), 'entra-log-archive-lake-'));
  names = await download(stack.azurite.connectionString, folder);
}, 300_000);
afterAll(async () => {
  await stack.close();
  rmSync(folder, { recursive: true, force: true });
});

async function download(connectionString: string, to: string): Promise<string[]> {
  const container = BlobServiceClient.fromConnectionString(connectionString).getContainerClient(CONTAINER);
  const found: string[] = [];
  for await (const { name } of container.listBlobsFlat()) {
    const file = join(to, CONTAINER, name);
    mkdirSync(dirname(file), { recursive: true });
    await container.getBlobClient(name).downloadToFile(file);
    found.push(name);
  }
  return found;
}

describe('DuckDB over the downloaded container', () => {
  it('finds the ids that Graph showed, by log type and day', async () => {
    const truth: string[] = [];
    for (const { logType, from, watermark } of statuses) {
      const field = LOG_TYPES.get(logType)?.timeField ?? '';
      const url = `${stack.simulator.url}/_simulator/truth/${logType}?from=${from}&to=${watermark}`;
      for await (const line of readLines(url)) {
        const record = JSON.parse(line.toString()) as Record<string, string>;
        truth.push(`${logType} ${new Date(record[field] ?? '').toISOString().slice(0, 10)} ${record.id}`);
      }
    }
    const stored = await query('SELECT log, date::VARCHAR AS date, id');
    expect(stored.map((row) => row.join(' ')).sort()).toEqual(truth.sort());
    expect(new Set(stored.map(([log]) => log)).size).toBe(TEN);
    expect(new Set(stored.map(([, date]) => date)).size).toBeGreaterThan(2);

    const perDay = new Map<string, number>();
    for (const line of truth) {
      const day = line.split(' ', 2).join(' ');
      perDay.set(day, (perDay.get(day) ?? 0) + 1);
    }
    const counts = await query('SELECT log, date::VARCHAR AS date, count(*)::INTEGER', 'GROUP BY ALL');
    expect(new Map(counts.map(([log, date, count]) => [`${log} ${date}`, count]))).toEqual(perDay);
  });

  it('reads the nested fields of a log type by their names, without being told of them', async () => {
    const [row] = await query(
      'SELECT count(*)::INTEGER, count(status.errorCode)::INTEGER, count(DISTINCT hour)::INTEGER, min(tenant)',
      '',
      'log=interactiveSignIns/**/*.jsonl.gz',
      '',
    );
    const { records } = statuses.find(({ logType }) => logType === 'interactiveSignIns') as LogTypeStatus;
    expect(row?.slice(0, 2)).toEqual([records, records]);
    expect(row?.[2]).toBe(24);
    expect(row?.[3]).toBe(stack.env.TENANT_ID);
  });
});

async function query(
  select: string,
  rest = '',
  files = '**/*.jsonl.gz',
  columns = ", columns = {id: 'VARCHAR'}",
): Promise<unknown[][]> {
  const instance = await DuckDBInstance.create();
  const connection = await instance.connect();
  try {
    const source = `read_json('${folder}/${CONTAINER}/tenant=*/${files}', hive_partitioning = true${columns})`;
    return (await connection.runAndReadAll(`${select} FROM ${source} ${rest}`)).getRows();
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

describe('GET /api/segments', () => {
  it('lists what lies in the container, each with its hash and length, and nothing else', async () => {
    const listed: IndexedSegment[] = [];
    for (const { logType, watermark } of statuses) {
      const url = `${host.url}/api/segments/${logType}?from=1970-01-01T00:00:00Z&to=${watermark}`;
      const answer = (await (await fetch(url)).json()) as { segments: IndexedSegment[] };
      expect(answer.segments.length).toBeGreaterThan(0);
      listed.push(...answer.segments);
    }
    expect(listed.map(({ name }) => name).sort()).toEqual(names.map((name) => `${CONTAINER}/${name}`).sort());
    for (const { name, sha256, bytes } of listed) {
      const stored = readFileSync(join(folder, name));
      expect([name, stored.length, createHash('sha256').update(stored).digest('hex')]).toEqual([name, bytes, sha256]);
    }
  });
});
