/** How long the first byte of an export takes, of one hour and of a year, from Azurite: what the index costs. */
import { instantFromSeconds } from '../../../shared/archive/time.ts';
import { compose } from '../../../shared/compose.ts';
import { exportRange } from '../../../shared/export.ts';
import { gzipped } from '../../../shared/serve/encode.ts';
import { median } from '../measure.ts';
import { HOUR } from '../simulator.ts';
import { LOG_TYPE } from '../window.ts';
import { commit } from './archive.ts';

const DAY = 24 * HOUR;
const DAYS = 365;
const ROUNDS = 21;
const to = Number(process.env.BENCH_TO);
const from = to - DAYS * DAY;

const deps = compose(process.env, (level, message) => {
  if (level !== 'info') process.stderr.write(`${message}\n`);
});
await deps.ready();
for (let day = from; day < to; day += DAY) {
  const records = Array.from({ length: 48 }, (_, n) => {
    const time = instantFromSeconds(day + (n * HOUR) / 2);
    return { line: Buffer.from(`{"id":"${day}-${n}","${LOG_TYPE.timeField}":"${time}"}`), time };
  });
  await commit(deps, { from: day, to: day + DAY }, records);
}

async function firstByte(begin: number): Promise<number> {
  const started = performance.now();
  const range = { from: instantFromSeconds(begin), to: instantFromSeconds(to) };
  const { pieces } = await exportRange(deps, LOG_TYPE, { range, versions: 'latest' });
  for await (const chunk of gzipped(pieces)) if (chunk.length > 0) break;
  return performance.now() - started;
}

const [hour, year]: [number[], number[]] = [[], []];
for (let round = 0; round < ROUNDS; round += 1) {
  hour.push(await firstByte(to - HOUR));
  year.push(await firstByte(from));
}
process.stdout.write(`${JSON.stringify({ hourMs: median(hour), yearMs: median(year) })}\n`);
process.exit(0);
