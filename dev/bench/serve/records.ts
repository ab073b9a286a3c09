/** The records of the serving benches: one day of the simulator's non-interactive sign-ins. */
import { readRecord } from '../../../shared/archive/page.ts';
import { storedTime } from '../../../shared/archive/undated.ts';
import { readLines } from '../../../test/support/stack.ts';
import { HOUR, NOW, startFrozenSimulator } from '../simulator.ts';
import { LOG_TYPE } from '../window.ts';
import type { BenchRecord } from './archive.ts';

/** The whole hour that the day begins at, in seconds since 1970. */
export const DAY_FROM = NOW - 24 * HOUR;

/** All records of one day, ascending by time. @param perDay what the simulated tenant makes on an average day. */
export async function recordsOfDay(perDay: number): Promise<BenchRecord[]> {
  const simulator = await startFrozenSimulator(perDay);
  const range = `from=${iso(DAY_FROM)}&to=${iso(DAY_FROM + 24 * HOUR)}`;
  const records: BenchRecord[] = [];
  for await (const view of readLines(`${simulator.url}/_simulator/tenant/${LOG_TYPE.name}?${range}`)) {
    const line = Buffer.from(view);
    records.push({ line, time: storedTime(readRecord(line, { timeField: LOG_TYPE.timeField }).time) });
  }
  await simulator.close();
  return records.sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
}

export function iso(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}
