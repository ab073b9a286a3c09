/** How wide a run reads: by what Graph has shown in a second. */
import { expect, it } from 'vitest';
import type { ReadEntry } from '../../shared/archive/entry.ts';
import { DAY, rows, seconds, worldOf } from '../support/flowHarness.ts';
import { runOnce } from '../support/life.ts';

it('the speed of a read counts all of its rows, however many entries it is committed as', async () => {
  const { world, type } = worldOf('directoryAudits', { sourceDays: 4 });
  const start = '2026-11-16T13:00:00Z';
  world.graph.add(type.name, ...rows(type, 2400, start, 36, 'busy'), ...rows(type, 2400, '2026-11-17T13:00:00Z', 36));
  // A page of 1,000 rows takes 50 s, a day of 2,400 therefore a quarter of a run: what one window should take at most.
  world.graph.script = () => void world.advance(50);
  await runOnce(world);
  const days = [1, 2].map((day) => seconds(start) + day * DAY);
  const { entries } = world.check(type.name);
  const read = entries.filter((entry): entry is ReadEntry => entry.kind === 'read').slice(0, 4);
  expect(read.map(({ segments }) => segments.length)).toEqual([12, 12, 12, 12]);
  const ends = world.graph.requests.map(({ url }) => / le (\S+)/.exec(new URL(url).searchParams.get('$filter') ?? ''));
  expect([...new Set(ends.map((end) => seconds(end?.[1] ?? '') - 1))].slice(0, 2)).toEqual(days);
});
