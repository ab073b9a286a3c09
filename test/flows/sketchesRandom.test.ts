/** Random filters over random records: sketches change what is opened, and never what is given. */
import { describe, expect, it } from 'vitest';
import { Random } from '../../dev/graphSimulator/random.ts';
import { parseInstant } from '../../shared/archive/time.ts';
import type { Deps } from '../../shared/deps.ts';
import type { Matcher } from '../../shared/query/matcher.ts';
import { type Order, orderedLines } from '../../shared/serve/ordered.ts';
import { makeModel, render } from '../query/filterModel.ts';
import { makeSamples } from '../query/filterRecords.ts';
import type { FakeRow } from '../support/fakeGraph.ts';
import { seconds, worldOf } from '../support/flowHarness.ts';
import { AUDITS, blind, keepAll, matcherOf, opened, search } from '../support/searching.ts';
import { storeRows } from '../support/storedRows.ts';
import { recording, type StoreCall } from '../support/storeHooks.ts';

describe('random filters', () => {
  const HOURS = 80;
  /** Two hundred records over as many hours as hold two or three, and new versions of a sixth of them, which other entries hold. */
  async function randomWorld() {
    const { world, type } = worldOf(AUDITS, { sourceDays: 365 });
    const [random, first, second] = [new Random(7, 8, 9), makeSamples(33, 200), makeSamples(34, 200)];
    const hourOf = first.map(() => random.below(HOURS));
    const timed = (line: Buffer, n: number): FakeRow => {
      const second1970 = seconds('2026-08-25T00:00:00Z') + (hourOf[n] ?? 0) * 90_000 + n;
      const time = new Date(second1970 * 1000).toISOString();
      return {
        line: `{"activityDateTime":"${time}",${String(line).replace(/^\{\s*/, '')}`,
        compared: parseInstant(time),
      };
    };
    await storeRows(
      world,
      type,
      first.map(({ line }, n) => timed(line, n)),
    );
    const again = second
      .map(({ line }, n) => timed(line, n))
      .filter((_row, n) => (hourOf[n] ?? 0) % 3 > 0 && n % 4 === 0);
    await storeRows(world, type, again);
    await keepAll(world);
    return { world, type, samples: first };
  }

  it('give the same records with sketches and without, in every way to ask, and open fewer segments', async () => {
    const { world, type, samples } = await randomWorld();
    const random = new Random(5, 6, 7);
    const range = { from: '2026-07-01T00:00:00.0000000Z', to: '2026-12-01T00:00:00.0000000Z' };
    const [spared, plain]: [StoreCall[], StoreCall[]] = [[], []];
    const [deps, blindDeps] = [world.instance(recording(spared)), world.instance(recording(plain))];
    const inOrder = async (each: Deps, filter: Matcher, order: Order) => {
      const lines = orderedLines(
        each,
        type,
        { range, latest: true, filter },
        Number.POSITIVE_INFINITY,
        order,
        undefined,
      );
      return (await Array.fromAsync(lines)).map(({ line, after }) => `${JSON.stringify(after)} ${line}`);
    };
    let needs = 0;
    for (let n = 0; needs < 25; n += 1) {
      const text = render(makeModel(random, random.pick(samples).value));
      const filter = matcherOf(text);
      if (!filter.need && n % 10 > 0) continue;
      if (filter.need) needs += 1;
      for (const versions of ['latest', 'all'] as const)
        expect(await search(deps, type, filter, versions), text).toEqual(
          await search(blindDeps, type, blind(filter), versions),
        );
      const order = needs % 2 > 0 ? 'asc' : 'desc';
      expect(await inOrder(deps, filter, order), text).toEqual(await inOrder(blindDeps, blind(filter), order));
    }
    expect(opened(spared).length).toBeLessThan(opened(plain).length);
  }, 30_000);
});
