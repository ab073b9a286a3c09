/** The count of a question: a new one when what is asked changes, drawn anew when it comes further. */
import { useEffect, useMemo, useReducer, useRef } from 'preact/hooks';
import { ask } from '../../api/client.ts';
import { createPages } from '../../api/pages.ts';
import { watchSignIn } from '../../api/signIn.ts';
import { type Count, prepareCount, type RunningCount } from './count.ts';
import type { Question } from './kinds.ts';
import type { CountQuery } from './place.ts';
import { createTally } from './tally.ts';

/** @param step of rows of time, in milliseconds. */
export function useCount(
  query: CountQuery,
  question: Question,
  timeField: string,
  step: number,
): { readonly count: Count; readonly running: RunningCount } {
  const [, redraw] = useReducer((drawn: number) => drawn + 1, 0);
  const frame = useRef(0);
  const key = JSON.stringify(query);
  const running = useMemo(() => {
    // Lines come many times a frame; they are drawn once.
    const later = () => {
      frame.current ||= requestAnimationFrame(() => {
        frame.current = 0;
        redraw(undefined);
      });
    };
    const { log, ...asked } = JSON.parse(key) as CountQuery;
    return prepareCount(createPages(ask, log, asked), () => createTally(question, timeField, step), later);
  }, [key, question, timeField, step]);
  useEffect(() => {
    running.goOn();
    const unwatch = watchSignIn(() => running.current().trouble?.kind === 'signedOut' && running.goOn());
    return () => {
      unwatch();
      running.stop();
    };
  }, [running]);
  return { count: running.current(), running };
}
