/**
 * `npm run bench`: the figures of docs/PERFORMANCE.md. Both sides of a comparison run on the same machine, the same Node
 * and the same simulated Graph, in turn; a figure is a median and only ratios are compared.
 */

import { formatSimulatedTime } from '../../shared/clock.ts';
import { windowUrl } from '../../shared/graph/pages.ts';
import { startAzurite } from '../azurite.ts';
import { startGraphSimulator } from '../graphSimulator/server.ts';
import { simulatedTenantId } from '../graphSimulator/tenant.ts';
import { WORKER_FLAGS } from '../workerFlags.ts';
import { type Measured, median, runSide, startPageServer } from './measure.ts';
import { LOG_TYPE } from './window.ts';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);
const HOUR = 3600;
const now = Math.floor(Date.now() / 1000 / HOUR) * HOUR;

const figures = [...(await ingest()), ...(await peak())];
console.table(Object.fromEntries(figures.map(({ what, ...figure }) => [what, figure])));
process.exit(figures.every(({ ok }) => ok) ? 0 : 1);

interface Figure {
  readonly what: string;
  readonly figure: string;
  readonly reach: string;
  readonly ok: boolean;
}

/** CPU per record: page bytes to finished segments, against the usual way. */
async function ingest(): Promise<Figure[]> {
  const simulator = await startSimulator(150_000, 1);
  const window = { from: now - 24 * HOUR, to: now };
  const server = await startPageServer(simulator.url, windowUrl(simulator.url, LOG_TYPE, window));
  await simulator.close();
  const env = { BENCH_GRAPH: server.url, BENCH_FROM: String(window.from), BENCH_TO: String(window.to) };
  const ours: Measured[] = [];
  const usual: Measured[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    ours.push(await runSide('dev/bench/ingestOurs.ts', env));
    usual.push(await runSide('dev/bench/ingestUsual.ts', env));
    process.stderr.write(`ingest, round ${round + 1} of ${ROUNDS}\n`);
  }
  server.close();
  const perRecord = (side: Measured[]) => median(side.map(({ cpuSeconds, records }) => (cpuSeconds / records) * 1e6));
  const ratio = median(
    ours.map(
      (mine, round) =>
        mine.cpuSeconds / mine.records / ((usual[round]?.cpuSeconds ?? 0) / (usual[round]?.records ?? 1)),
    ),
  );
  return [
    {
      what: 'ingest CPU per record, of the usual way',
      figure: `${ratio.toFixed(2)} (${perRecord(ours).toFixed(1)} against ${perRecord(usual).toFixed(1)} µs, ${ours[0]?.records} records)`,
      reach: '≤ 0.45',
      ok: ratio <= 0.45,
    },
    {
      what: 'peak memory of that read, MB',
      figure: `${median(ours.map(({ peakMb }) => peakMb)).toFixed(0)} against ${median(usual.map(({ peakMb }) => peakMb)).toFixed(0)}`,
      reach: '',
      ok: true,
    },
  ];
}

/** Peak memory of a pull whose one window holds 200,000 records, to real storage. */
async function peak(): Promise<Figure[]> {
  const perDay = 400_000;
  const simulator = await startSimulator(perDay, 1);
  const azurite = await startAzurite({});
  const env = {
    BENCH_FROM: String(now - 24 * HOUR),
    BENCH_TO: String(now),
    TENANT_ID: simulatedTenantId(1, perDay),
    GRAPH_BASE_URL: simulator.url,
    SIMULATED_CLOCK: formatSimulatedTime({ origin: now * 1000, speed: 0 }),
    SOURCE_RETENTION_DAYS__nonInteractiveSignIns: '1',
    GRAPH_REPORTS_PER_10S: '100000',
    ArchiveStorage: azurite.connectionString,
    AUTH_MODE: 'none',
  };
  const measured = await runSide('dev/bench/pullOnce.ts', env, WORKER_FLAGS);
  await simulator.close();
  await azurite.close();
  return [
    {
      what: 'peak memory of a pull, MB',
      figure: `${measured.peakMb.toFixed(0)} (one window of ${measured.records} records)`,
      reach: '< 200, ≥ 200,000 records',
      ok: measured.peakMb < 200 && measured.records >= 200_000,
    },
    {
      what: 'Graph requests per million records',
      figure: ((measured.requests / measured.records) * 1e6).toFixed(0),
      reach: '≤ 1,010',
      ok: (measured.requests / measured.records) * 1e6 <= 1010,
    },
  ];
}

function startSimulator(perDay: number, days: number) {
  return startGraphSimulator({ days, perDay, time: { origin: now * 1000, speed: 0 }, speed: 1_000_000 });
}
