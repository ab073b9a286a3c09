/** What the entries of holds and deletions say, in the terms of coverage. Pure; seconds since 1970. */
import type { Deletion } from './coverageMarks.ts';
import type { DeleteEntry, HoldTerms } from './entryTypes.ts';
import { hourOfName } from './names.ts';
import { secondsOf, startOfHour } from './time.ts';
import type { Window } from './window.ts';

/** The span that a hold is placed on. */
export function termsWindow({ from, to }: Pick<HoldTerms, 'from' | 'to'>): Window {
  return { from: secondsOf(from), to: secondsOf(to) };
}

/** The first second of the UTC hour that a segment is of, out of its full name. */
export function hourInName(name: string): number {
  return secondsOf(startOfHour(hourOfName(name)));
}

/** The full names of the segments that an entry deletes, without orphans. */
export function namedIn({ delete: { segments } }: DeleteEntry): string[] {
  return segments.flatMap(({ name, orphan }) => (orphan ? [] : [name]));
}

/** What an entry deletes of each UTC hour, ascending. Orphans were never part of the archive. */
export function deletionsIn({ seq, delete: { segments } }: DeleteEntry): Deletion[] {
  const hours = new Map<number, Deletion>();
  for (const { name, records } of segments) {
    if (records === null) continue;
    const hour = hourInName(name);
    const before = hours.get(hour) ?? { segments: 0, records: 0 };
    hours.set(hour, { seq, hour, segments: before.segments + 1, records: before.records + records });
  }
  return [...hours.values()].sort((a, b) => a.hour - b.hour);
}
