/** What a simulation has met, by name: faults, races, rows, entries. Evidence that it exercised what it claims to. */
export type Tally = Map<string, number>;

export function count(tally: Tally, what: string, by = 1): void {
  tally.set(what, (tally.get(what) ?? 0) + by);
}

export function addTo(tally: Tally, other: Iterable<readonly [string, number]>): void {
  for (const [what, by] of other) count(tally, what, by);
}
