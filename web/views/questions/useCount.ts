/** The count of a question: a new one when what is asked changes, drawn anew when it comes further. */
import { ask } from '../../api/client.ts';
import { createPages } from '../../api/pages.ts';
import { useRunning } from '../../state/useRunning.ts';
import { type Count, prepareCount, type RunningCount } from './count.ts';
import type { Question } from './kinds.ts';
import type { CountQuery } from './place.ts';
import { createTally } from './tally.ts';

const goOn = (running: RunningCount) => running.goOn();

/** @param step of rows of time, in milliseconds. */
export function useCount(
  query: CountQuery,
  question: Question,
  timeField: string,
  step: number,
): { readonly count: Count; readonly running: RunningCount } {
  const key = JSON.stringify(query);
  const make = (onChange: () => void) => {
    const { log, ...asked } = JSON.parse(key) as CountQuery;
    return prepareCount(createPages(ask, log, asked), () => createTally(question, timeField, step), onChange);
  };
  const running = useRunning({ make, begin: goOn, again: goOn }, [key, question, timeField, step]);
  return { count: running.current(), running };
}
