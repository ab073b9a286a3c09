/**
 * What deletions and holds say of the spans of coverage. Both concern whole UTC hours. Pure; seconds since 1970.
 */
import { heldHours } from './holds.ts';
import { floorHour, HOUR } from './hours.ts';
import type { Window } from './window.ts';

/** What one `delete` entry says of one UTC hour. */
export interface Deletion {
  readonly seq: number;
  /** First second of the hour. */
  readonly hour: number;
  readonly segments: number;
  readonly records: number;
}

/** Of one hour, all that was deleted. */
export type Gone = Omit<Deletion, 'seq'>;

export class Marks {
  readonly #gone = new Map<number, Gone>();
  readonly #held: readonly Window[];

  /** @param holds those that are open. */
  constructor(deletions: readonly Deletion[] = [], holds: readonly Window[] = [], { from, to }: Window) {
    for (const { hour, segments, records } of deletions) {
      if (hour + HOUR <= from || hour >= to) continue;
      const before = this.#gone.get(hour);
      const sums = { segments: segments + (before?.segments ?? 0), records: records + (before?.records ?? 0) };
      this.#gone.set(hour, { hour, ...sums });
    }
    this.#held = holds.map(heldHours).filter((hold) => hold.to > from && hold.from < to);
  }

  /** Where spans have to be cut, so that each is deleted or held whole or not at all. Cuts no hour. */
  edges(): number[] {
    const hours = [...this.#gone.keys()];
    const edges = hours.flatMap((hour) => [
      ...(this.#gone.has(hour - HOUR) ? [] : [hour]),
      ...(this.#gone.has(hour + HOUR) ? [] : [hour + HOUR]),
    ]);
    return [...edges, ...this.#held.flatMap(({ from, to }) => [from, to])];
  }

  /** What was deleted of the hours of a span; `undefined` where nothing was. */
  goneFrom({ from, to }: Window): readonly Gone[] | undefined {
    const gone: Gone[] = [];
    if (this.#gone.size === 0) return undefined;
    for (let hour = floorHour(from); hour < to; hour += HOUR) {
      const found = this.#gone.get(hour);
      if (!found) return undefined;
      gone.push(found);
    }
    return gone;
  }

  isHeld({ from }: Window): boolean {
    return this.#held.some((hold) => hold.from <= from && hold.to > from);
  }
}
