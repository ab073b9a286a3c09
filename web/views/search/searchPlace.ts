/** The state of a search, all of which is in the URL. */
import type { Params } from '../../state/place.ts';

export interface SearchPlace {
  readonly log: string;
  readonly from: string;
  readonly to: string;
  readonly filter: string;
  /** Empty is what the log type does by itself. */
  readonly versions: '' | 'all' | 'latest';
  /** Paths of the columns; `undefined` where the URL names none. */
  readonly columns: readonly string[] | undefined;
  /** The record whose details are open, by id and time. */
  readonly record: { readonly id: string; readonly at: string } | undefined;
  readonly show: DetailsTab;
}

export type DetailsTab = 'stored' | 'versions' | 'follow';

const TABS: readonly string[] = ['stored', 'versions', 'follow'];

/** Milliseconds that are searched where nobody said how much. */
const AT_FIRST = 86_400_000;

/** @param first name of a log type for a URL that names none. @param now milliseconds since 1970. */
export function readSearch(params: Params, first: string, now: number): SearchPlace {
  const { log = first, filter = '', versions, columns, id, at, show = '' } = params;
  const { from = isoMinute(now - AT_FIRST), to = isoMinute(now) } = params;
  return {
    log,
    from,
    to,
    filter,
    versions: versions === 'all' || versions === 'latest' ? versions : '',
    columns: columns?.split(','),
    record: id !== undefined && at !== undefined ? { id, at } : undefined,
    show: (TABS.includes(show) ? show : 'stored') as DetailsTab,
  };
}

/** Parameters that belong to a record: they go when the search changes. */
export const NO_RECORD = { id: undefined, at: undefined, show: undefined } as const;

function isoMinute(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16)}:00Z`;
}
