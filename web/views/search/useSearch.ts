/** The search of a query: a new one when the query changes, drawn anew when it comes further. */
import { useEffect, useMemo, useReducer, useRef } from 'preact/hooks';
import { watchSignIn } from '../../api/signIn.ts';
import { type Run, type RunningSearch, type SearchQuery, startSearch } from './run.ts';

/** Rows at first; each time one scrolls to the end; and the most without asking. */
export const FIRST_ROWS = 500;
export const MORE_ROWS = 5000;
export const MOST_ROWS = 20_000;

export function useSearch(
  query: SearchQuery,
  timeField: string,
): { readonly run: Run; readonly search: RunningSearch } {
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const frame = useRef(0);
  const key = JSON.stringify(query);
  const search = useMemo(() => {
    // A chunk may come many times a frame; it is drawn once.
    const later = () => {
      frame.current ||= requestAnimationFrame(() => {
        frame.current = 0;
        redraw(undefined);
      });
    };
    return startSearch(JSON.parse(key) as SearchQuery, timeField, later);
  }, [key, timeField]);
  useEffect(() => {
    search.want(FIRST_ROWS);
    const unwatch = watchSignIn(() => search.current().trouble?.kind === 'signedOut' && search.again());
    return () => {
      unwatch();
      search.stop();
    };
  }, [search]);
  return { run: search.current(), search };
}
