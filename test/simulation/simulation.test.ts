/** A small share of `npm run simulate`, so that a broken protocol and blind checkers show in every test run. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isAsStated, mutantCampaign, randomCampaign, retentionCampaign } from './campaigns.ts';
import { commandFor } from './cases.ts';
import { replay } from './crew.ts';
import { MUTANTS } from './mutants.ts';
import { mutate } from './mutation.ts';
import { readOptions } from './options.ts';
import { unmet, unmetByRetention } from './required.ts';
import { RETENTION_MUTANTS } from './retention/mutants.ts';

const quietly = () => {};

/** Milliseconds that the schedules may take on a machine with other things to do. */
const PATIENCE = 300_000;

describe('200 random schedules', () => {
  it('violate nothing, and meet all that can be met', { timeout: PATIENCE }, async () => {
    const { ran, failures, tally } = await randomCampaign(1, 200, quietly);
    expect({ ran, failures }).toEqual({ ran: 200, failures: [] });
    expect(unmet(tally)).toEqual([]);
  });
});

describe('100 random schedules in which retentions end', () => {
  it('violate nothing, and meet all that so few can', { timeout: PATIENCE }, async () => {
    const { ran, failures, tally } = await retentionCampaign(1, 100, quietly);
    expect({ ran, failures }).toEqual({ ran: 100, failures: [] });
    const rare = 'calm: an orphan is held';
    expect(unmetByRetention(tally).filter((what) => what !== rare)).toEqual([]);
  });
});

describe('a schedule', () => {
  it.each([3, 90, 173])('goes the same way again with the same seed: %i', async (seed) => {
    const [first, second] = [await replay({ seed }), await replay({ seed })];
    expect(first.trace.length).toBeGreaterThan(50);
    expect(second.trace).toEqual(first.trace);
  });

  it('in which retentions end goes the same way again too', async () => {
    const [first, second] = [await replay({ retention: 5 }), await replay({ retention: 5 })];
    expect(first.trace.length).toBeGreaterThan(100);
    expect(second.trace).toEqual(first.trace);
  });

  it('goes another way with another seed', async () => {
    const [first, second] = [await replay({ seed: 3 }), await replay({ seed: 4 })];
    expect(second.trace).not.toEqual(first.trace);
  });

  it('is named by a command that runs it again', () => {
    const cases = [{ seed: 7 }, { retention: 7 }, { scenario: 'rows in no order', at: 12, fault: 'crash after' }];
    for (const which of cases) {
      const [, , , , ...words] = commandFor(which, 'no sweeps').split(' ');
      const argv = words.join(' ').match(/'[^']*'|\S+/g) ?? [];
      const task = readOptions(argv.map((word) => word.replaceAll("'", '')));
      expect(task).toEqual({ kind: 'replay', which, mutant: 'no sweeps' });
    }
  });
});

describe('a mutant', () => {
  const some = ['a taken number taken for success', 'no sweeps', 'part of a window taken for the whole'];
  it.each(some)('is caught: %s', async (name) => {
    const [result] = await mutantCampaign(
      MUTANTS.filter((mutant) => mutant.name === name),
      quietly,
    );
    expect(result).toMatchObject({ mutant: { name }, violation: expect.any(String) });
    expect(result && isAsStated(result)).toBe(true);
    expect(result?.command).toMatch(new RegExp(`^npm run simulate -- --seed \\d+ --mutant '${name}'$`));
  });

  const ofRetention = ['a hold ignored', '`deleted` without looking'];
  it.each(ofRetention)('of deletion is caught: %s', async (name) => {
    const [result] = await mutantCampaign(
      RETENTION_MUTANTS.filter((mutant) => mutant.name === name),
      quietly,
    );
    expect(result && isAsStated(result)).toBe(true);
    expect(result?.command).toMatch(new RegExp(`^npm run simulate -- --retention --seed \\d+ --mutant '${name}'$`));
  });

  it('whose text is nowhere loaded is refused', () => {
    const requireApplied = mutate([{ file: 'shared/nowhere.ts', find: 'a', replace: 'b' }]);
    expect(requireApplied).toThrow('shared/nowhere.ts');
  });

  it.each([...MUTANTS, ...RETENTION_MUTANTS].flatMap(({ name, edits }) => edits.map((edit) => ({ name, ...edit }))))(
    'fits the code as it is: $name',
    ({ file, find }) => {
      expect(readFileSync(file, 'utf8').split(find)).toHaveLength(2);
    },
  );

  it('of the list has a name of its own, and twelve at least do harm', () => {
    const names = [...MUTANTS, ...RETENTION_MUTANTS].map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(MUTANTS.filter(({ harmless }) => harmless === undefined).length).toBeGreaterThanOrEqual(12);
  });
});
