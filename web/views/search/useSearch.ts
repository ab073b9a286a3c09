/** The search of a query: a new one when the query changes, drawn anew when it comes further. */
import { useRunning } from '../../state/useRunning.ts';
import { type Run, type RunningSearch, type SearchQuery, startSearch } from './run.ts';

/** Rows at first; each time one scrolls to the end; and the most without asking. */
const FIRST_ROWS = 500;
export const MORE_ROWS = 5000;
export const MOST_ROWS = 20_000;

export function useSearch(
  query: SearchQuery,
  timeField: string,
): { readonly run: Run; readonly search: RunningSearch } {
  const key = JSON.stringify(query);
  const search = useRunning<RunningSearch>(
    {
      make: (onChange) => startSearch(JSON.parse(key) as SearchQuery, timeField, onChange),
      begin: (running) => running.want(FIRST_ROWS),
      again: (running) => running.again(),
    },
    [key, timeField],
  );
  return { run: search.current(), search };
}
