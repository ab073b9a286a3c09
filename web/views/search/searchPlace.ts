/** The state of a search, all of which is in the URL. */
import type { Params } from '../../state/place.ts';
import { type QueryPlace, readQuery } from '../../state/query.ts';

export interface SearchPlace extends QueryPlace {
  /** Paths of the columns; `undefined` where the URL names none. */
  readonly columns: readonly string[] | undefined;
  /** The record whose details are open, by id and time. */
  readonly record: { readonly id: string; readonly at: string } | undefined;
  readonly show: DetailsTab;
}

export type DetailsTab = 'stored' | 'versions' | 'follow';

const TABS: readonly string[] = ['stored', 'versions', 'follow'];

/** @param first name of a log type for a URL that names none. @param now milliseconds since 1970. */
export function readSearch(params: Params, first: string, now: number): SearchPlace {
  const { columns, id, at, show = '' } = params;
  return {
    ...readQuery(params, first, now),
    columns: columns?.split(','),
    record: id !== undefined && at !== undefined ? { id, at } : undefined,
    show: (TABS.includes(show) ? show : 'stored') as DetailsTab,
  };
}

/** Parameters that belong to a record: they go when the search changes. */
export const NO_RECORD = { id: undefined, at: undefined, show: undefined } as const;
