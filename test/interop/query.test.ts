/** docs/QUERY.md keeps its word: its shell, Python and DuckDB examples run as they stand and give what the archive holds. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commitRows, modelOf, storedLines } from '../support/commits.ts';
import { type ExportServer, startExportServer } from '../support/exportServer.ts';
import type { FakeRow } from '../support/fakeGraph.ts';
import { row, type World, worldOf } from '../support/flowHarness.ts';

const TYPE = 'directoryAudits';
const DAY = { from: '2026-11-20T00:00:00.0000000Z', to: '2026-11-21T00:00:00.0000000Z' };
const ANNA = 'anna@contoso.example';

interface Audit {
  readonly id: string;
  readonly activityDateTime: string;
  readonly activityDisplayName: string;
  readonly result: string;
  readonly initiatedBy: { readonly user: { readonly userPrincipalName: string } };
}

/** What stands in code blocks of a kind, in order. Blocks that are not run have another word behind theirs. */
const blocksOf = (kind: string) =>
  [...readFileSync('docs/QUERY.md', 'utf8').matchAll(new RegExp(`^\`\`\`${kind}\\n(.*?)^\`\`\`$`, 'gms'))].map(
    ([, block = '']) => block,
  );

let folder: string;
let world: World;
let server: ExportServer;
let latest: Audit[];
let all: Audit[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'entra-log-archive-query-'));
  const made = worldOf(TYPE);
  world = made.world;
  const first = Array.from({ length: 120 }, (_, n) => audit(n, n % 7 === 0 ? 'failure' : 'success'));
  await commitRows(world, made.type, first, 'hours');
  // Two come late, and of two the result is another.
  const later = [audit(200, 'failure'), audit(201, 'success'), audit(14, 'success'), audit(15, 'failure')];
  await commitRows(world, made.type, later, 'hours');
  const stored = storedLines(world, made.type);
  const parsed = (versions: 'latest' | 'all') =>
    modelOf(stored, made.type, DAY, versions).map(({ line }) => JSON.parse(line) as Audit);
  [latest, all] = [parsed('latest'), parsed('all')];
  server = await startExportServer(world);
  for (const [name, bytes] of world.stores.containers.get('archive-2555d') ?? []) {
    const path = join(folder, 'archive-2555d', name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
  }
}, 60_000);
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

/** One audit every 90 seconds from 06:00 on. */
function audit(n: number, result: string): FakeRow {
  const time = new Date(Date.parse('2026-11-20T06:00:00Z') + (n % 150) * 90_000).toISOString();
  const who = n % 3 === 0 ? ANNA : `user${n % 5}@contoso.example`;
  const more =
    `,"activityDisplayName":"Update ${n % 4}","result":"${result}",` +
    `"initiatedBy":{"user":{"userPrincipalName":"${who}"}}`;
  return row(world.logType(TYPE), `a-${n}`, time, undefined, more);
}

async function run(command: string, args: readonly string[]): Promise<string> {
  const child = spawn(command, args, { cwd: folder, env: { ...process.env, URL: server.url } });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (part) => {
      text += part;
    });
  }
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${command} ended with ${code}: ${text}`);
  return text;
}

const file = (name: string) => readFileSync(join(folder, name), 'utf8');
const whoOf = ({ initiatedBy }: Audit) => initiatedBy.user.userPrincipalName;
const isFailure = ({ result }: Audit) => result === 'failure';

describe('the examples of docs/QUERY.md', () => {
  it('for the shell download, count, filter and list as they say', async () => {
    const mark = '--- next example ---';
    const script = blocksOf('sh').join(`\necho '${mark}'\n`);
    const outputs = (await run('sh', ['-ec', script])).split(`${mark}\n`);
    const lines = modelOf(storedLines(world, world.logType(TYPE)), world.logType(TYPE), DAY, 'latest');
    expect(file('day.ndjson')).toBe(lines.map(({ line }) => `${line}\n`).join(''));
    expect(outputs[1]).toBe(`${latest.length}\n`);
    const failed = latest.filter((each) => isFailure(each) && whoOf(each) === ANNA);
    expect(failed.length).toBeGreaterThan(3);
    expect(
      file('failed.ndjson')
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line)),
    ).toEqual(failed);
    const counts = [...Map.groupBy(latest, whoOf)].map(([who, list]) => [list.length, who] as const);
    const byCount = counts.sort((a, b) => b[0] - a[0] || (a[1] < b[1] ? -1 : 1));
    expect(
      (outputs[2] ?? '')
        .trim()
        .split(/\n/)
        .map((line) => line.trim()),
    ).toEqual(byCount.map(([count, who]) => `${count} ${who}`));
    const names = [...(world.stores.containers.get('archive-2555d')?.keys() ?? [])].map(
      (name) => `archive-2555d/${name}`,
    );
    expect(file('files.txt').trim().split('\n').sort()).toEqual(names.sort());
    const failures = all.filter(isFailure).map(({ activityDateTime, id }) => `${activityDateTime}\t${id}\n`);
    expect(file('failures.tsv')).toBe(failures.sort().join(''));
  });

  it('in Python count the failures', async () => {
    const [example = '', ...more] = blocksOf('python');
    expect(more).toEqual([]);
    const counts = [...Map.groupBy(latest.filter(isFailure), (each) => each.activityDisplayName)];
    const printed = await run('python3', ['-c', example]);
    const found = [...printed.matchAll(/\('([^']+)', (\d+)\)/g)].map(([, name, count]) => [name, Number(count)]);
    expect(new Map(found as [string, number][])).toEqual(new Map(counts.map(([name, list]) => [name, list.length])));
  });

  it('in DuckDB give the latest versions, and group them', async () => {
    const connection = await (await DuckDBInstance.create()).connect();
    await connection.run(`SET file_search_path = '${folder}'`);
    const [view = '', failures = '', ...more] = blocksOf('sql');
    expect(more).toEqual([]);
    await connection.run(view);
    const ids = (await connection.runAndReadAll('SELECT id, result FROM audits')).getRows();
    const sorted = (rows: readonly unknown[]) => rows.map((each) => JSON.stringify(each)).sort();
    expect(sorted(ids)).toEqual(sorted(latest.map(({ id, result }) => [id, result])));
    const groups = [
      ...Map.groupBy(latest.filter(isFailure), (each) => `${each.activityDateTime.slice(0, 13)} ${whoOf(each)}`),
    ];
    const found = (await connection.runAndReadAll(failures))
      .getRows()
      .map(([hour, who, n]) => [`${hour} ${who}`, Number(n)]);
    expect(new Map(found as [string, number][])).toEqual(new Map(groups.map(([key, list]) => [key, list.length])));
    connection.closeSync();
  });
});
