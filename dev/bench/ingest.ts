/** CPU per record, page bytes to finished segments, against the usual way. */
import { windowUrl } from '../../shared/graph/pages.ts';
import type { Figure } from './figure.ts';
import { type Measured, median, runSide, startPageServer } from './measure.ts';
import { HOUR, NOW, startFrozenSimulator } from './simulator.ts';
import { LOG_TYPE } from './window.ts';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);

export async function ingest(): Promise<Figure[]> {
  const simulator = await startFrozenSimulator(150_000);
  const window = { from: NOW - 24 * HOUR, to: NOW };
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
  return [cpu(ours, usual), memory(ours, usual)];
}

function cpu(ours: readonly Measured[], usual: readonly Measured[]): Figure {
  const perRecord = (side: readonly Measured[]) =>
    median(side.map(({ cpuSeconds, records }) => (cpuSeconds / records) * 1e6));
  const ratio = median(
    ours.map(
      (mine, round) =>
        mine.cpuSeconds / mine.records / ((usual[round]?.cpuSeconds ?? 0) / (usual[round]?.records ?? 1)),
    ),
  );
  return {
    what: 'ingest CPU per record, of the usual way',
    figure: `${ratio.toFixed(2)} (${perRecord(ours).toFixed(1)} against ${perRecord(usual).toFixed(1)} µs, ${ours[0]?.records} records)`,
    reach: '≤ 0.45',
    ok: ratio <= 0.45,
  };
}

function memory(ours: readonly Measured[], usual: readonly Measured[]): Figure {
  const peakOf = (side: readonly Measured[]) => median(side.map(({ peakMb }) => peakMb)).toFixed(0);
  return {
    what: 'peak memory of that read, MB',
    figure: `${peakOf(ours)} against ${peakOf(usual)}`,
    reach: '',
    ok: true,
  };
}
