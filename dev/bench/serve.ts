/**
 * What serving costs: exports against the usual way, a search against other tools, memory, and the first byte.
 *
 * Both sides read the same files of a folder; only the first byte is measured over Azurite, whose table it is about.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startAzurite } from '../azurite.ts';
import type { Figure } from './figure.ts';
import { median, runSide } from './measure.ts';
import { TENANT_ID } from './serve/archive.ts';
import { makeDay, makeLateDay, makeTenDays } from './serve/make.ts';
import { DAY_FROM, recordsOfDay } from './serve/records.ts';
import type { Run } from './serve/side.ts';
import { HOUR } from './simulator.ts';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 3);
/** Of which a work day has 100,800 records. */
const PER_DAY = 168_000;
const DAY_TO = DAY_FROM + 24 * HOUR;
/** Records of the user that is looked for. */
const HITS = 113;

export async function serve(): Promise<Figure[]> {
  const root = mkdtempSync(join(tmpdir(), 'entra-log-archive-bench-'));
  try {
    const records = await recordsOfDay(PER_DAY);
    const day = await makeDay(root, records);
    const late = await makeLateDay(root, records);
    const user = userOf(records.map(({ line }) => line));
    return [
      ...(await exports('export of whole hours, gzip', day, 20)),
      ...(await exports('the same, late segments and changed records in every hour', late, 8)),
      ...(await searches(day, user)),
      ...(await memory(await makeTenDays(root, records))),
      await firstByte(),
    ];
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function side(
  script: string,
  root: string,
  more: Readonly<Record<string, string>> = {},
  from = DAY_FROM,
): Promise<Run> {
  const env = { BENCH_ROOT: root, BENCH_FROM: String(from), BENCH_TO: String(DAY_TO), ...more };
  return runSide<Run>(`dev/bench/serve/${script}.ts`, env);
}

/** A user with about so many records as one looks for. */
function userOf(lines: readonly Buffer[]): string {
  const counts = new Map<string, number>();
  for (const line of lines) {
    const { userPrincipalName } = JSON.parse(line.toString('utf8')) as { userPrincipalName: string };
    counts.set(userPrincipalName, (counts.get(userPrincipalName) ?? 0) + 1);
  }
  const [name] = [...counts].sort((a, b) => Math.abs(a[1] - HITS) - Math.abs(b[1] - HITS))[0] ?? [''];
  return name;
}

const bytesASecond = ({ rawBytes, wallSeconds }: Run) => rawBytes / wallSeconds;
const cpuPerGb = (runs: readonly Run[]) =>
  median(runs.map(({ cpuSeconds, rawBytes }) => cpuSeconds / (rawBytes / 1e9)));

async function exports(what: string, root: string, reach: number): Promise<Figure[]> {
  const [ours, usual]: [Run[], Run[]] = [[], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    ours.push(await side('exportOurs', root, { BENCH_REPEATS: '5' }));
    usual.push(await side('exportUsual', root));
    progress(what, round);
  }
  const ratio = median(ours.map((mine, n) => bytesASecond(mine) / bytesASecond(usual[n] as Run)));
  const speed = (runs: readonly Run[]) => (median(runs.map(bytesASecond)) / 1e6).toFixed(0);
  const cpu = cpuPerGb(ours);
  return [
    {
      what: `${what}: throughput, times the usual way`,
      figure: `${ratio.toFixed(1)} (${speed(ours)} against ${speed(usual)} MB/s of records)`,
      reach: `≥ ${reach}`,
      ok: ratio >= reach,
    },
    {
      what: `${what}: CPU seconds per GB of records`,
      figure: `${cpu.toFixed(2)} against ${cpuPerGb(usual).toFixed(1)}`,
      reach: reach >= 20 ? '≤ 0.25' : '',
      ok: reach < 20 || cpu <= 0.25,
    },
  ];
}

const RIVALS = [
  ['userJq', 'zcat | jq', 10],
  ['userNaive', 'gunzip and JSON.parse in Node', 4],
  ['userDuckdb', 'DuckDB', 1.2],
] as const;

async function searches(root: string, user: string): Promise<Figure[]> {
  const runs = new Map<string, Run[]>(['userOurs', ...RIVALS.map(([script]) => script)].map((script) => [script, []]));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [script, list] of runs) list.push(await side(script, root, { BENCH_USER: user }));
    progress('one user in a day', round);
  }
  const ours = runs.get('userOurs') ?? [];
  return RIVALS.map(([script, name, reach]) => {
    const theirs = runs.get(script) ?? [];
    if (theirs.some(({ records }, n) => records !== ours[n]?.records)) throw new Error(`${name} finds other records`);
    const ratio = median(theirs.map(({ wallSeconds }, n) => wallSeconds / (ours[n]?.wallSeconds ?? Number.NaN)));
    const seconds = (list: readonly Run[]) => median(list.map(({ wallSeconds }) => wallSeconds)).toFixed(2);
    return {
      what: `one user in a day, times as fast as ${name}`,
      figure: `${ratio.toFixed(1)} (${seconds(ours)} against ${seconds(theirs)} s, ${ours[0]?.records} records)`,
      reach: `≥ ${reach}`,
      ok: ratio >= reach,
    };
  });
}

async function memory(root: string): Promise<Figure[]> {
  const from = DAY_FROM - 9 * 24 * HOUR;
  const readers = [
    ['as gzip, to a fast reader', {}],
    ['as gzip, to a reader of 20 MB/s', { BENCH_SLOW: '50' }],
    ['as it is, to a fast reader', { BENCH_PLAIN: '1' }],
  ] as const;
  const figures: Figure[] = [];
  for (const [how, env] of readers) {
    const { growthMb, records } = await side('exportOurs', root, { ...env, BENCH_COLD: '1' }, from);
    const what = `memory growth of an export ${how}, MB`;
    const figure = `${growthMb.toFixed(0)} (${records} records)`;
    figures.push({ what, figure, reach: '< 150', ok: growthMb < 150 && records >= 1_000_000 });
  }
  return figures;
}

async function firstByte(): Promise<Figure> {
  const azurite = await startAzurite({});
  const env = { TENANT_ID, GRAPH_BASE_URL: 'http://127.0.0.1:1', AUTH_MODE: 'none', BENCH_TO: String(DAY_TO) };
  const { hourMs, yearMs } = await runSide<{ hourMs: number; yearMs: number }>('dev/bench/serve/firstByte.ts', {
    ...env,
    ArchiveStorage: azurite.connectionString,
  });
  await azurite.close();
  return {
    what: "first byte of a year's export, times that of an hour's",
    figure: `${(yearMs / hourMs).toFixed(1)} (${yearMs.toFixed(0)} against ${hourMs.toFixed(0)} ms)`,
    reach: '≤ 2',
    ok: yearMs / hourMs <= 2,
  };
}

function progress(what: string, round: number): void {
  process.stderr.write(`${what}, round ${round + 1} of ${ROUNDS}\n`);
}
