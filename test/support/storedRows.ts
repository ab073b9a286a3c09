/** Puts rows into an archive by reading again the days that they are of. */
import { DAY } from '../../shared/archive/hours.ts';
import { secondsOf } from '../../shared/archive/time.ts';
import { collectWindow } from '../../shared/collect.ts';
import { applyLedger } from '../../shared/ledger.ts';
import type { LogType } from '../../shared/logTypes.ts';
import type { FakeRow } from './fakeGraph.ts';
import type { World } from './flowHarness.ts';

/** Graph shows each row in one read only: what comes later with the same id is another version of it. */
export async function storeRows(world: World, type: LogType, rows: readonly FakeRow[]): Promise<void> {
  const deps = world.instance();
  const byDay = Map.groupBy(rows, ({ compared }) => Math.floor(secondsOf(compared ?? '') / DAY) * DAY);
  for (const [from, list] of [...byDay].sort(([a], [b]) => a - b)) {
    world.graph.add(type.name, ...list);
    const options = {
      until: from + DAY,
      failures: 0,
      signal: new AbortController().signal,
      aimedRows: 50_000,
      settleSeconds: 0,
    };
    const ledger = await applyLedger(deps, type.name);
    await collectWindow(deps, type, ledger, { from, to: from + DAY }, 'request', options);
    for (const { line } of list) world.graph.remove(type.name, line);
  }
}
