/** The archives that the serving benches read, each in a folder of its own. */
import { join } from 'node:path';
import { HOUR } from '../simulator.ts';
import { type BenchRecord, commit, folderDeps } from './archive.ts';
import { DAY_FROM, iso } from './records.ts';

/** Of a hundred rows one is late, of two hundred one is changed: in two re-reads, in every hour. */
const LATE = 100;
const CHANGED = 200;
const DAY = { from: DAY_FROM, to: DAY_FROM + 24 * HOUR };

/** One day as the head found it: an hour is a segment. */
export async function makeDay(root: string, records: readonly BenchRecord[]): Promise<string> {
  const folder = join(root, 'day');
  await commit(folderDeps(folder), DAY, records);
  return folder;
}

/** The same day where every hour has two late segments, and changed records in both of them. */
export async function makeLateDay(root: string, records: readonly BenchRecord[]): Promise<string> {
  const folder = join(root, 'late');
  const deps = folderDeps(folder);
  const isLate = (n: number) => n % LATE === LATE / 2;
  await commit(
    deps,
    DAY,
    records.filter((_record, n) => !isLate(n)),
  );
  for (const turn of [0, 1]) {
    const late = records.flatMap((record, n) => {
      if (isLate(n)) return Math.floor(n / LATE) % 2 === turn ? [record] : [];
      return n % (2 * CHANGED) === 17 + turn * CHANGED ? [changedRecord(record)] : [];
    });
    await commit(deps, DAY, late);
  }
  return folder;
}

function changedRecord({ line, time }: BenchRecord): BenchRecord {
  return { line: Buffer.from(line.toString('utf8').replace(/}$/, ',"benchChanged":true}')), time, changed: true };
}

/** The day ten times over, each time a day earlier. */
export async function makeTenDays(root: string, records: readonly BenchRecord[]): Promise<string> {
  const folder = join(root, 'ten');
  const deps = folderDeps(folder);
  for (let days = 9; days >= 0; days -= 1) {
    const shift = days * 24 * HOUR;
    const names = new Map(
      [DAY.from, DAY.to - 1].map((second) => [iso(second).slice(0, 10), iso(second - shift).slice(0, 10)]),
    );
    const moved = records.map(({ line, time }) => {
      const [date, other] = [time.slice(0, 10), names.get(time.slice(0, 10)) ?? ''];
      return {
        line: Buffer.from(line.toString('utf8').replaceAll(`"${date}T`, `"${other}T`)),
        time: other + time.slice(10),
      };
    });
    await commit(deps, { from: DAY.from - shift, to: DAY.to - shift }, moved);
  }
  return folder;
}
