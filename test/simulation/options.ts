/** The command line of `npm run simulate`. */
import { parseArgs } from 'node:util';
import type { Case } from './cases.ts';

export type Task =
  | { readonly kind: 'help' }
  | { readonly kind: 'random'; readonly first: number; readonly schedules: number }
  | { readonly kind: 'retention'; readonly first: number; readonly schedules: number }
  | { readonly kind: 'exhaustive' }
  | { readonly kind: 'mutants'; readonly ofRetention: boolean }
  | { readonly kind: 'replay'; readonly which: Case; readonly mutant: string | undefined };

export const HELP = `npm run simulate -- [options]

Runs the production flows on stores in memory and a simulated Graph, with faults in random places, and judges every
step. The exit code is 1 when anything is violated.

  --schedules N     random schedules to run (default 1000)
  --first N         seed of the first one (default 1)
  --retention       schedules in which retentions end: deletions, holds, and a store that refuses; with --seed N one of
                    them, with --mutants wrong protocols of deletion
  --exhaustive      every fault at every call of each scenario
  --mutants         the same schedules against wrong protocols: each harmful one must be caught
  --seed N          one schedule, call by call
  --scenario NAME   one scenario, call by call; with --at N --fault NAME one fault in it
  --mutant NAME     with --seed or --scenario: under this mutant
  --help            this text
`;

/** @throws Error that says which option is wrong. */
export function readOptions(argv: readonly string[]): Task {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const { values } = parseArgs({
    args: [...argv],
    options: {
      schedules: text,
      first: text,
      seed: text,
      scenario: text,
      at: text,
      fault: text,
      mutant: text,
      exhaustive: flag,
      retention: flag,
      mutants: flag,
      help: flag,
    },
  });
  const number = (name: 'schedules' | 'first' | 'seed' | 'at', otherwise: number) => {
    const given = values[name] ?? String(otherwise);
    if (!/^\d{1,9}$/.test(given)) throw new Error(`--${name} takes a whole number, not '${given}'`);
    return Number(given);
  };
  const { mutant, scenario, fault } = values;
  if (values.help) return { kind: 'help' };
  if (values.exhaustive) return { kind: 'exhaustive' };
  const ofRetention = values.retention === true;
  if (values.mutants) return { kind: 'mutants', ofRetention };
  if (values.seed !== undefined) {
    const seed = number('seed', 0);
    return { kind: 'replay', which: ofRetention ? { retention: seed } : { seed }, mutant };
  }
  if (scenario !== undefined) {
    const at = values.at === undefined ? undefined : number('at', 0);
    return { kind: 'replay', which: { scenario, at, fault }, mutant };
  }
  if (ofRetention) return { kind: 'retention', first: number('first', 1), schedules: number('schedules', 1000) };
  return { kind: 'random', first: number('first', 1), schedules: number('schedules', 1000) };
}
