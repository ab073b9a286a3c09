/** A search that takes long ends its page where it stands. */
import { expect, it } from 'vitest';
import type { Deps } from '../../shared/deps.ts';
import { parseFilter } from '../../shared/query/filter.ts';
import { matcher } from '../../shared/query/matcher.ts';
import type { Order } from '../../shared/serve/ordered.ts';
import { type Found, type Search, searchPage } from '../../shared/serve/search.ts';
import { rows, worldOf } from '../support/flowHarness.ts';

it.each(['asc', 'desc'] as const)('short and empty pages lead to every record, %s', async (order: Order) => {
  const { world, type } = worldOf('directoryAudits', { sourceDays: 10 });
  world.graph.add(type.name, ...rows(type, 240, '2026-11-11T00:00:00Z', 3600));
  await world.collectAll(type.name);
  // Every look at the clock costs ten seconds.
  let elapsed = 0;
  const clock = { ...world.clock, elapsed: () => (elapsed += 10_000) };
  const deps: Deps = { ...world.instance(), clock };
  const search: Search = {
    logTypes: [type],
    pins: [Number.MAX_SAFE_INTEGER],
    range: { from: '2026-11-11T00:00:00.0000000Z', to: '2026-11-20T12:00:00.0000000Z' },
    order,
    filter: matcher(parseFilter("id eq 'row-3' or id eq 'row-100' or id eq 'row-101' or id eq 'row-200'")),
    versions: [{ latest: true }],
  };
  const pages: Found[] = [];
  for (let at: Found['next'] = { hour: '', given: [0] }; at; at = pages.at(-1)?.next)
    pages.push(await searchPage(deps, search, at, 3));
  const ids = pages.flatMap(({ lines }) => lines.map((line) => (JSON.parse(line.toString()) as { id: string }).id));
  const ascending = ['row-3', 'row-100', 'row-101', 'row-200'];
  expect(ids).toEqual(order === 'asc' ? ascending : ascending.toReversed());
  expect(pages.some(({ lines, next }) => lines.length === 0 && next !== undefined)).toBe(true);
});
