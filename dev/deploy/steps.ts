/** Steps, numbered as they are shown; what goes wrong in one is told with its name. */
import type { Clock } from '../../shared/clock.ts';
import type { Az } from './az.ts';
import type { Options } from './options.ts';
import { explain } from './refusals.ts';

/** What all steps share. */
export interface World {
  readonly az: Az;
  readonly options: Options;
  readonly clock: Pick<Clock, 'elapsed' | 'sleep'>;
  /** Prints a line below the step. */
  readonly say: (line: string) => void;
  /** Makes the package of this version and returns the file. */
  readonly makePackage: () => Promise<string>;
}

/** A step failed; the message is all that a person needs to read. */
export class StepFailed extends Error {
  override readonly name = 'StepFailed';
}

export type Step = <T>(title: string, run: () => Promise<T>) => Promise<T>;

/** @param print gets whole lines. */
export function createSteps(print: (line: string) => void): Step {
  let count = 0;
  return async (title, run) => {
    count += 1;
    print(`${count}. ${title}`);
    try {
      return await run();
    } catch (error) {
      throw new StepFailed(explain(title, error), { cause: error });
    }
  };
}
