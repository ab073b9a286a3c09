/**
 * Making the sketches of one day out of its segments, and those of one month out of its days.
 *
 * What an earlier file covers is taken over; only segments that came since are opened. The first sketch of a day's actors
 * covers the whole day: it is what the month's file takes over.
 */
import { inflateBlock } from './archive/blocks.ts';
import { Bloom } from './archive/bloom.ts';
import { BrokenPage } from './archive/brokenPage.ts';
import { DamagedSegment } from './archive/segment.ts';
import { type Sketch, sketchKey } from './archive/sketch.ts';
import { addValues, type Layer, type Values } from './archive/sketchValues.ts';
import { blocksOf } from './blockIndex.ts';
import { nowSeconds } from './clock.ts';
import type { Deps } from './deps.ts';
import type { LogType } from './logTypes.ts';
import type { IndexedSegment } from './segmentIndex.ts';
import { loadSegment, SegmentMissing } from './segments.ts';
import { coverOf, readSketches, type SketchHint, type Span, writeSketches } from './sketchIndex.ts';

/** Makes and stores the sketches of a day. @param hasTime asked before each segment; the rest is left for later. */
export async function buildDay(
  deps: Deps,
  logType: LogType,
  day: Span,
  segments: readonly IndexedSegment[],
  before: SketchHint | undefined,
  hasTime: () => boolean,
): Promise<SketchHint> {
  const draft = await takeOver(deps, logType.name, day, segments, before);
  const open = segments.filter((segment) => !draft.isCovered(segment));
  let opened = 0;
  for (const segment of open) {
    if (!hasTime()) break;
    const values = await valuesOf(deps, logType, segment);
    if (values) draft.add(segment, values);
    opened += 1;
  }
  const whole = opened === open.length;
  const hint = hintFor(deps, whole ? segments.map(sketchKey) : draft.covered, whole);
  // Of a day that is begun only, the sketch of the whole has to have room for the rest.
  await writeSketches(deps, logType.name, day, hint, draft.sketches(whole ? 1 : open.length / Math.max(1, opened)));
  return hint;
}

/** Makes and stores the sketches of a month. @param days what the table says of each of its days that has segments. */
export async function buildMonth(
  deps: Deps,
  logType: string,
  month: Span,
  days: ReadonlyMap<Span, SketchHint>,
): Promise<SketchHint> {
  const actors: Sketch[] = [];
  for (const [day, hint] of days) {
    const [whole] = (await readSketches(deps, logType, 'actors', day, hint)) ?? [];
    if (whole) actors.push(whole);
  }
  const hint = hintFor(
    deps,
    [...days.values()].map(({ of }) => of),
    true,
  );
  await writeSketches(deps, logType, month, hint, { actors });
  return hint;
}

function hintFor(deps: Deps, keys: readonly string[], whole: boolean): SketchHint {
  return { of: coverOf(keys), at: nowSeconds(deps), whole };
}

/** What the files of a day cover already. */
async function takeOver(
  deps: Deps,
  logType: string,
  day: Span,
  segments: readonly IndexedSegment[],
  before: SketchHint | undefined,
): Promise<Draft> {
  const [whole, ...actors] = (await readSketches(deps, logType, 'actors', day, before)) ?? [];
  const events = await readSketches(deps, logType, 'events', day, before);
  const wanted = new Set(segments.map(sketchKey));
  const isWanted = ({ covers: [key = ''] }: Sketch) => wanted.has(key);
  if (!whole || !events) return new Draft(undefined, { actors: [], events: [] });
  return new Draft(whole.filter, { actors: actors.filter(isWanted), events: events.filter(isWanted) });
}

class Draft {
  readonly #before: Bloom | undefined;
  readonly #bySegment: Record<Layer, Sketch[]>;
  readonly #actors = new Set<number>();
  readonly #covered: Set<string>;

  /** @param before what held the actors of the whole day so far. */
  constructor(before: Bloom | undefined, bySegment: Record<Layer, Sketch[]>) {
    this.#before = before;
    this.#bySegment = bySegment;
    this.#covered = new Set(bySegment.actors.flatMap(({ covers }) => covers));
  }

  get covered(): string[] {
    return [...this.#covered];
  }

  isCovered(segment: IndexedSegment): boolean {
    return this.#covered.has(sketchKey(segment));
  }

  /** @param blocks the values of each block. */
  add(segment: IndexedSegment, blocks: readonly Values[]): void {
    const covers = [sketchKey(segment)];
    const all = (layer: Layer) => new Set(blocks.flatMap((values) => [...values[layer]]));
    const actors = all('actors');
    this.#covered.add(covers[0] as string);
    const filters = blocks.map((values) => Bloom.of(values.actors));
    this.#bySegment.actors.push({ covers, filter: Bloom.of(actors), blocks: filters });
    this.#bySegment.events.push({ covers, filter: Bloom.of(all('events')) });
    for (const value of actors) this.#actors.add(value);
  }

  /** @param share how many times the room that is needed now the sketch of the whole day gets. */
  sketches(share: number): Record<Layer, readonly Sketch[]> {
    const { actors, events } = this.#bySegment;
    const filter = (this.#before ?? Bloom.sized(this.#actors.size * share)).with(this.#actors);
    return { actors: [{ covers: this.covered, filter }, ...actors], events };
  }
}

/** The values of a segment, block by block; `undefined` when it cannot be read: a search then meets the damage. */
async function valuesOf(deps: Deps, logType: LogType, segment: IndexedSegment): Promise<Values[] | undefined> {
  try {
    const bytes = await loadSegment(deps, segment);
    const blocks: Values[] = [];
    for (const span of await blocksOf(deps, logType, segment, bytes)) {
      const values: Values = { actors: new Set(), events: new Set() };
      addValues(await inflateBlock(bytes, span), values);
      blocks.push(values);
    }
    return blocks;
  } catch (error) {
    if (!(error instanceof DamagedSegment || error instanceof SegmentMissing || error instanceof BrokenPage))
      throw error;
    const fields = { logType: logType.name, kind: error.name };
    deps.log('error', `no sketch can be made of ${segment.name}: ${error.message}`, fields);
    return undefined;
  }
}
