import { describe, expect, it } from 'vitest';
import { RULES } from '../../../dev/bench/lateness/rules.ts';
import type { Arrival } from '../../../dev/graphSimulator/lateness.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Rows by the minute in which they happened and the minutes that Graph took to show them. */
const rows = (...pairs: readonly (readonly [at: number, delay: number])[]): Arrival[] =>
  pairs.map(([at, delay]) => ({ at: at * MINUTE, visible: (at + delay) * MINUTE }));

function lost(name: string, arrivals: readonly Arrival[]): number {
  const rule = RULES.find((one) => one.name === name);
  if (!rule) throw new Error(`there is no rule ${name}`);
  return rule.lost(arrivals);
}

describe('a newest-seen cursor', () => {
  const name = 'newest-seen cursor, every 60 s';

  it('gets what comes in order, and what comes out of order to the same poll', () => {
    expect(lost(name, rows([1, 0.5], [2, 0.5], [3, 5], [9, 0.5]))).toBe(0);
    expect(lost(name, rows([1.1, 0.8], [1.2, 0.1]))).toBe(0);
  });

  it('loses a row that a newer one has overtaken by a poll', () => {
    expect(lost(name, rows([1, 3], [2, 0.5]))).toBe(1);
    expect(lost(name, rows([1, 3], [1.5, 3], [2, 0.5], [4, 0.5]))).toBe(2);
  });
});

describe('a newest-seen cursor with 420 s of back-off', () => {
  const name = 'newest-seen cursor, 420 s back-off';

  it('gets a row that is overtaken within its back-off', () => {
    expect(lost(name, rows([1, 3], [2, 0.5]))).toBe(0);
    expect(lost(name, rows([1, 6], [1.5, 0.1]))).toBe(0);
  });

  it('loses a row that is later than that and overtaken', () => {
    expect(lost(name, rows([1, 10], [2, 0.5]))).toBe(1);
  });

  it('gets a row that is later than that when no newer one came before', () => {
    expect(lost(name, rows([1, 10], [9, 0.5]))).toBe(0);
  });
});

describe.each([
  ['fixed lag of 15 min', 15],
  ['fixed lag of 60 min', 60],
])('a %s', (name, lag) => {
  it('gets what is shown by the poll that reads its minute, and nothing later', () => {
    expect(lost(name, rows([1, 0], [1, lag], [1.5, lag]))).toBe(0);
    expect(lost(name, rows([1, lag + 2], [1.5, lag + 2], [2, 24 * 60]))).toBe(3);
  });
});

it('counts every row of a day that is shown two days late as lost, by every rule', () => {
  const late = Array.from({ length: 24 }, (_, hour) => ({ at: hour * HOUR, visible: hour * HOUR + 48 * HOUR }));
  const punctual = Array.from({ length: 24 * 60 }, (_, minute) => ({ at: minute * MINUTE, visible: minute * MINUTE }));
  for (const { lost: count } of RULES) expect(count([...punctual, ...late])).toBe(late.length);
});
