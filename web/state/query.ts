/** What a view asks the archive for: the part of the URL that Search, Take along and others read in the same way. */
import type { Params } from './place.ts';

export interface QueryPlace {
  readonly log: string;
  readonly from: string;
  readonly to: string;
  readonly filter: string;
  /** Empty is what the log type does by itself. */
  readonly versions: '' | 'all' | 'latest';
}

/** Milliseconds that are asked for where nobody said how much. */
const AT_FIRST = 86_400_000;

/** @param first name of a log type for a URL that names none. @param now milliseconds since 1970. */
export function readQuery(params: Params, first: string, now: number): QueryPlace {
  const { log = first, filter = '', versions } = params;
  const { from = isoMinute(now - AT_FIRST), to = isoMinute(now) } = params;
  return { log, from, to, filter, versions: versions === 'all' || versions === 'latest' ? versions : '' };
}

function isoMinute(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16)}:00Z`;
}
