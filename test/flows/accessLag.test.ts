/** The alert on the access log: it must not speak of an archive that nobody asks anything. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { pullAccess } from '../../shared/pullAccess.ts';
import { accessWorld } from '../support/accessWorld.ts';

const QUERY = readFileSync(new URL('../../infra/queries/accessLog.kql', import.meta.url), 'utf8');
const WEEK = 7 * 86_400;
const QUARTER = 900;

/** Numbers between 0 and 1 that are the same in every run. */
function* draws(seed: number): Generator<number> {
  for (let state = seed; ; yield state / 0x7fffffff) state = (state * 48_271) % 0x7fffffff;
}

it.each([0, 30, 300])('a quiet week keeps under its threshold, with a timer that is up to %i s late', async (late) => {
  const threshold = Number(/toint\(line\.lagSeconds\) > (\d+)/.exec(QUERY)?.[1]);
  const world = accessWorld();
  const draw = draws(late + 1);
  const runs = WEEK / QUARTER;
  for (let run = 0, before = 0; run < runs; run += 1) {
    const delay = Math.round((draw.next().value as number) * late);
    world.advance(QUARTER + delay - before);
    before = delay;
    await pullAccess(world.instance(), new AbortController().signal);
  }
  const lags = world.logs.flatMap(({ message, fields }) =>
    message === 'log type after a run' ? [Number(fields?.lagSeconds)] : [],
  );
  expect(lags).toHaveLength(runs);
  expect(lags.filter((lag) => !(lag <= threshold))).toEqual([]);
  // What the threshold must leave room for: an hour of silence, less what is settling.
  expect(Math.max(...lags)).toBeGreaterThan(2700);
});
