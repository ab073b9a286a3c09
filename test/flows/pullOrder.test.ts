/** Whose turn it is within a run. */
import { describe, expect, it } from 'vitest';
import { pull } from '../../shared/pull.ts';
import { addRequest, findRequest } from '../../shared/requests.ts';
import { createWorld, DAY, seconds, type World } from '../support/flowHarness.ts';
import { HOUR } from '../support/life.ts';

const [AUDITS, PROVISIONING] = ['directoryAudits', 'provisioning'];

const run = (world: World, budget: 'reports' | 'risk' = 'reports') =>
  pull(world.instance(), budget, new AbortController().signal);

/** What a run asks Graph for: log type and lower bound, in the order of the questions. */
async function asked(world: World, budget?: 'reports' | 'risk'): Promise<[name: string, from: number][]> {
  const before = world.graph.requests.length;
  await run(world, budget);
  return world.graph.requests.slice(before).map(({ logType, url }) => {
    const filter = new URL(url).searchParams.get('$filter') ?? '';
    return [logType.name, seconds(/ g[et] (\S+)/.exec(filter)?.[1] ?? '1970-01-01T00:00:01Z')];
  });
}

describe('a requested sweep', () => {
  /** Two log types that have just been read up to now, of a source that keeps 30 days, and no sweep that is due. */
  async function begin() {
    const world = createWorld({
      logTypes: [AUDITS, PROVISIONING],
      sourceDays: 30,
      settings: { SWEEP_AGES: 'P25D' },
    });
    await run(world);
    // Both heads are due again.
    world.advance(HOUR);
    return { world, head: world.until() - HOUR };
  }
  const ask = (world: World, from: number) =>
    addRequest(world.instance(), world.logType(AUDITS), { from, to: from + HOUR });

  it('of what the source forgets within two days goes before the heads', async () => {
    const { world, head } = await begin();
    const from = head - 29 * DAY - (head % HOUR);
    const { id } = await ask(world, from);
    expect(await asked(world)).toEqual([
      [AUDITS, from - 1],
      [AUDITS, head - 1],
      [PROVISIONING, head - 2],
    ]);
    expect(await findRequest(world.instance(), id)).toMatchObject({ reached: from + HOUR });
  });

  it('of anything else waits for the heads', async () => {
    const { world, head } = await begin();
    const from = head - 20 * DAY - (head % HOUR);
    const { id } = await ask(world, from);
    expect(await asked(world)).toEqual([
      [AUDITS, head - 1],
      [PROVISIONING, head - 2],
      [AUDITS, from - 1],
    ]);
    expect(await findRequest(world.instance(), id)).toMatchObject({ reached: from + HOUR });
  });
});

describe('of heads that the source keeps without limit', () => {
  it('that which was read longest ago goes first', async () => {
    const [USERS, PRINCIPALS] = ['riskyUsers', 'riskyServicePrincipals'];
    const world = createWorld({ logTypes: [USERS, PRINCIPALS] });
    // Each read takes a whole run.
    world.graph.script = () => void world.advance(700);
    const runs: string[][] = [];
    for (let n = 0; n < 6; n += 1) {
      runs.push((await asked(world, 'risk')).map(([name]) => name));
      world.advance(900);
    }
    expect(runs).toEqual([[USERS], [PRINCIPALS], [USERS], [PRINCIPALS], [USERS], [PRINCIPALS]]);
  });
});
