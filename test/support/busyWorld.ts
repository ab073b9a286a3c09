/** An archive as months leave it: several late segments and changed records in every hour. */
import type { LogType } from '../../shared/logTypes.ts';
import { commitRows } from './commits.ts';
import { rows, type World, worldOf } from './flowHarness.ts';

/** Four hours, 06:00 to 10:00 of 20 November 2026, of 900 rows each; three reads after the first brought more. */
export async function busyWorld(): Promise<{ world: World; type: LogType }> {
  const { world, type } = worldOf('directoryAudits');
  const first = rows(type, 3600, '2026-11-20T06:00:00Z', 4, 'first');
  await commitRows(world, type, first, 'hours');
  for (const [n, step] of [701, 1101, 1901].entries()) {
    const late = rows(type, Math.floor(14_000 / step), `2026-11-20T06:00:0${n + 1}Z`, step, `late${n}`);
    const changed = first.filter((_row, at) => at % (397 + n) === 5);
    const other = changed.map((row) => ({ ...row, line: row.line.replace('"x":0.0', `"x":${n}.00`) }));
    await commitRows(world, type, [...late, ...other], 'hours');
  }
  return { world, type };
}
