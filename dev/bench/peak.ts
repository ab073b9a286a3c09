/** Peak memory of a pull whose one window holds 200,000 records, to real storage, and the requests that it takes. */
import { formatSimulatedTime } from '../../shared/clock.ts';
import { startAzurite } from '../azurite.ts';
import { simulatedTenantId } from '../graphSimulator/tenant.ts';
import { WORKER_FLAGS } from '../workerFlags.ts';
import type { Figure } from './figure.ts';
import { runSide } from './measure.ts';
import { HOUR, NOW, startFrozenSimulator } from './simulator.ts';

const PER_DAY = 400_000;

export async function peak(): Promise<Figure[]> {
  const simulator = await startFrozenSimulator(PER_DAY);
  const azurite = await startAzurite({});
  const env = {
    BENCH_FROM: String(NOW - 24 * HOUR),
    BENCH_TO: String(NOW),
    TENANT_ID: simulatedTenantId(1, PER_DAY),
    GRAPH_BASE_URL: simulator.url,
    SIMULATED_CLOCK: formatSimulatedTime({ origin: NOW * 1000, speed: 0 }),
    SOURCE_RETENTION_DAYS__nonInteractiveSignIns: '1',
    GRAPH_REPORTS_PER_10S: '100000',
    ArchiveStorage: azurite.connectionString,
    AUTH_MODE: 'none',
  };
  const { peakMb, records, requests } = await runSide('dev/bench/pullOnce.ts', env, WORKER_FLAGS);
  await simulator.close();
  await azurite.close();
  const perMillion = (requests / records) * 1e6;
  return [
    {
      what: 'peak memory of a pull, MB',
      figure: `${peakMb.toFixed(0)} (one window of ${records} records)`,
      reach: '< 200, ≥ 200,000 records',
      ok: peakMb < 200 && records >= 200_000,
    },
    {
      what: 'Graph requests per million records',
      figure: perMillion.toFixed(0),
      reach: '≤ 1,010',
      ok: perMillion <= 1010,
    },
  ];
}
