/** The search of a query: a new one when the query changes, drawn anew when it comes further. */
import { useRunning } from '../../state/useRunning.ts';
import { PAGE_ROWS, type Run, type RunningSearch, type SearchQuery, startSearch } from './run.ts';

/** The most rows without asking. */
export const MOST_ROWS = 20_000;

export function useSearch(
  query: SearchQuery,
  timeField: string,
): { readonly run: Run; readonly search: RunningSearch } {
  const key = JSON.stringify(query);
  const search = useRunning<RunningSearch>(
    {
      make: (onChange) => startSearch(JSON.parse(key) as SearchQuery, timeField, onChange),
      begin: (running) => running.want(PAGE_ROWS.first),
      again: (running) => running.again(),
    },
    [key, timeField],
  );
  return { run: search.current(), search };
}
