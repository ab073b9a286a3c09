/**
 * Thirty simulated days of late rows: what the archive has of them at the end, beside what the cursor rules of other
 * collectors get of the very same rows.
 *
 * The production `pull` runs every 15 simulated minutes against the simulator over HTTP; between two runs the bench moves
 * the clock of both. It goes on until the 3-day sweeps of the thirtieth day are done, by when every row can be seen.
 */
import type { Entry, ReadEntry } from '../../shared/archive/entry.ts';
import { type Arrival, arrivals } from '../graphSimulator/lateness.ts';
import { STREAMS } from '../graphSimulator/streams.ts';
import { createTenant, type TenantRows } from '../graphSimulator/tenant.ts';
import type { Figure } from './figure.ts';
import { type Archive, createArchive } from './lateness/archive.ts';
import { type Cost, costOf, LARGE_TENANT, REQUESTS_A_DAY } from './lateness/cost.ts';
import { judge, type Verdict } from './lateness/judge.ts';
import { RULES } from './lateness/rules.ts';
import { type SharedClock, sharedClock } from './lateness/sharedClock.ts';
import { startSimulatorThread } from './lateness/simulatorThread.ts';

const LOG_TYPE = 'directoryAudits';
const ROWS_A_DAY = Number(process.env.BENCH_ROWS ?? 1_020_000) / 30;
const DAYS = 30;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const TICK_MS = HOUR_MS / 4;
/** A midnight, so that every day judged is a whole one. */
const START = Date.UTC(2026, 9, 1);
const JUDGED = { from: START / 1000, to: (START + DAYS * DAY_MS) / 1000 };
const END = START + (DAYS + 3) * DAY_MS + HOUR_MS;
/** After the age of the last sweep. */
const STEADY_DAYS = { from: 27, to: 33 };

export async function lateness(): Promise<Figure[]> {
  const stream = STREAMS.get(LOG_TYPE);
  if (stream?.population.kind !== 'events') throw new Error('the table of streams has changed');
  const perDay = Math.round(ROWS_A_DAY / stream.population.share);
  const tenant = createTenant(1, perDay);
  const memory = new SharedArrayBuffer(8);
  const clock = sharedClock(memory);
  clock.set(START);
  const time = { origin: START, speed: 0 };
  const options = { seed: tenant.seed, perDay, days: 0, time, speed: 1_000_000, faults: ['late-rows'] };
  const simulator = await startSimulatorThread(memory, options);
  const archive = await createArchive({ graphUrl: simulator.url, tenantId: tenant.id, logType: LOG_TYPE, clock });
  await live(archive, clock);
  const verdict = await judge(archive, simulator.url, clock, { logType: LOG_TYPE, ...JUDGED });
  const entries = await archive.entries();
  await simulator.close();
  const steady = {
    from: (START + STEADY_DAYS.from * DAY_MS) / 1000,
    to: (START + STEADY_DAYS.to * DAY_MS) / 1000,
    rowsPerDay: verdict.rows / DAYS,
  };
  return [
    ...ours(verdict),
    plain('lost per million by our heads alone', ((broughtBySweeps(entries) / verdict.rows) * 1e6).toFixed(0)),
    ...others(arrivalsOf(tenant)),
    ...costs(verdict, costOf(entries, 'head', steady), costOf(entries, 'sweep', steady)),
  ];
}

/** Runs the pull timer from the first quarter of an hour to the last. */
async function live(archive: Archive, clock: SharedClock): Promise<void> {
  for (let now = START + TICK_MS; now <= END; now += TICK_MS) {
    clock.set(now);
    await archive.run();
    if (now % DAY_MS === 0) process.stderr.write(`lateness, day ${(now - START) / DAY_MS}\n`);
  }
}

function arrivalsOf(tenant: TenantRows): Arrival[] {
  const stream = STREAMS.get(LOG_TYPE);
  if (!stream) return [];
  return Array.from({ length: DAYS * 24 }, (_, step) => START / HOUR_MS + step).flatMap((hour) =>
    arrivals(tenant, stream, hour, tenant.hour(stream, hour).ticks),
  );
}

function ours({ rows, lost, doubled, strange }: Verdict): Figure[] {
  const perMillion = (count: number) => `${((count / rows) * 1e6).toFixed(0)} (${count} of ${rows} rows)`;
  return [
    { what: 'lost per million', figure: perMillion(lost), reach: '0', ok: lost === 0 },
    { what: 'stored twice per million', figure: perMillion(doubled), reach: '0', ok: doubled === 0 },
    { what: 'stored, but never existed', figure: String(strange), reach: '0', ok: strange === 0 },
  ];
}

/** How many of the rows judged were first found by a sweep: what heads alone would have lost. */
function broughtBySweeps(entries: readonly Entry[]): number {
  const end = new Date(JUDGED.to * 1000).toISOString();
  return entries
    .filter((entry): entry is ReadEntry => entry.kind === 'read' && entry.read.why === 'sweep')
    .flatMap(({ read }) => Object.entries(read.hours))
    .reduce((sum, [hour, counts]) => sum + (hour < end ? counts.new : 0), 0);
}

/** The rules, and the rows that no reading could have brought. */
function others(rows: readonly Arrival[]): Figure[] {
  const share = (count: number) => ((count / rows.length) * 1e6).toFixed(0);
  const later = (days: number) => rows.filter(({ at, visible }) => visible - at > days * DAY_MS).length;
  return [
    ...RULES.map(({ name, lost }) => plain(`lost per million by a ${name}`, share(lost(rows)))),
    plain('rows first shown after 2 h, 1 day, 2 days', [later(1 / 12), later(1), later(2)].join(', ')),
    plain('rows first shown after the last sweep (25 days) or forgotten', String(later(25))),
  ];
}

function costs({ rows }: Verdict, head: Cost, sweep: Cost): Figure[] {
  const perMillion = (requests: number) => ((requests / rows) * 1e6).toFixed(0);
  const line = ({ scaled, windows }: Cost) =>
    `${scaled.toFixed(0)} in ${windows.toFixed(0)} windows, ${((scaled / REQUESTS_A_DAY) * 100).toFixed(1)} % of the budget`;
  const together = head.scaled + sweep.scaled;
  return [
    plain(
      'requests per million rows of this run',
      `heads ${perMillion(head.requests)} (mean width ${head.hours.toFixed(2)} h), sweeps ${perMillion(sweep.requests)} (${sweep.hours.toFixed(1)} h)`,
    ),
    plain(`requests a day of heads at ${LARGE_TENANT} events`, line(head)),
    plain(`requests a day of sweeps at ${LARGE_TENANT} events`, line(sweep)),
    {
      what: 'of both, share of 4 requests in 10 s',
      figure: `${((together / REQUESTS_A_DAY) * 100).toFixed(1)} %`,
      reach: '< 100 %',
      ok: together < REQUESTS_A_DAY,
    },
  ];
}

/** A figure that nothing is to be reached for. */
function plain(what: string, figure: string): Figure {
  return { what, figure, reach: '', ok: true };
}
