/** Hint rows: what they say, written against whoever else writes them. */
import { describe, expect, it } from 'vitest';
import { hintRow, noteOrLog } from '../../shared/hintRow.ts';
import { worldOf } from '../support/flowHarness.ts';
import { interrupted } from '../support/storeHooks.ts';

const AUDITS = 'directoryAudits';
const ROW = hintRow<{ readonly times: number; readonly who: string | undefined }>('greeting', ({ text, number }) => ({
  times: number('times') ?? 0,
  who: text('who'),
}));

describe('a hint row', () => {
  it('that nobody has written says nothing, and what is undefined is not written', async () => {
    const { world } = worldOf(AUDITS);
    const deps = world.instance();
    expect(await ROW.read(deps, AUDITS)).toEqual({ times: 0, who: undefined });
    await ROW.change(deps, AUDITS, ({ times }) => ({ times: times + 1, who: 'anna' }));
    await ROW.change(deps, AUDITS, (before) => ({ ...before, who: undefined }));
    expect(await ROW.read(deps, AUDITS)).toEqual({ times: 1, who: undefined });
    expect([...(world.stores.partitions.values().next().value ?? [])]).toMatchObject([
      ['greeting', { values: { times: 1 } }],
    ]);
  });

  it('keeps what another instance wrote between the look and the write', async () => {
    const { world } = worldOf(AUDITS);
    const add = (deps: ReturnType<typeof world.instance>) =>
      ROW.change(deps, AUDITS, (before) => ({ ...before, times: before.times + 1 }));
    await add(world.instance(interrupted(1, () => add(world.instance()))));
    expect(await ROW.read(world.instance(), AUDITS)).toMatchObject({ times: 2 });
  });
});

describe('a note', () => {
  it('that cannot be written is logged, with what it was of', async () => {
    const { world } = worldOf(AUDITS);
    await noteOrLog(world.instance(), AUDITS, 'what the audit met', () => Promise.reject(new Error('no answer')));
    expect(world.logs.at(-1)).toMatchObject({
      level: 'error',
      message: 'what the audit met could not be noted: no answer',
      fields: { logType: AUDITS },
    });
  });
});
