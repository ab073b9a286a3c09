/**
 * Which segments a search need not open: those whose sketches do not hold what a matching record must.
 *
 * A month's sketches are asked first, then those of the days that remain. A segment that no sketch covers may hold anything.
 */
import { type Sketch, sketchKey } from './archive/sketch.ts';
import { LAYERS, type Layer } from './archive/sketchValues.ts';
import type { Deps } from './deps.ts';
import type { LogType } from './logTypes.ts';
import { layersOf, mayBeMet, type ValueNeed } from './query/filterValueNeeds.ts';
import type { Matcher } from './query/matcher.ts';
import type { IndexedSegment } from './segmentIndex.ts';
import { hintsOf, readSketches, type SketchHint, type Span } from './sketchIndex.ts';

/** The sketch that covers a segment, by its key. */
type Covering = ReadonlyMap<string, Sketch>;
type Layers = Readonly<Partial<Record<Layer, Covering>>>;

interface Month {
  readonly hints: ReadonlyMap<Span, SketchHint>;
  readonly layers: Layers;
}

/** Sifts the hours of one search, which come in the order of time or against it; keeps one month and one day in memory. */
export class Sieve {
  readonly #deps: Deps;
  readonly #logType: LogType;
  readonly #need: ValueNeed | undefined;
  readonly #month = new Latest((month) => this.#readMonth(month));
  readonly #day = new Latest((day) => this.#readDay(day));

  constructor(deps: Deps, logType: LogType, filter: Matcher | undefined) {
    this.#deps = deps;
    this.#logType = logType;
    this.#need = filter?.need;
  }

  /**
   * The segments of an hour that a search has to open.
   * @param together whether versions in one segment supersede those in another: then it is all or none.
   */
  async sift(hour: readonly IndexedSegment[], together: boolean): Promise<readonly IndexedSegment[]> {
    if (!this.#need) return hour;
    const held: IndexedSegment[] = [];
    for (const segment of hour) if (await this.#mayHold(segment, this.#need)) held.push(segment);
    if (together) return held.length > 0 ? hour : held;
    return Promise.all(held.map(async (segment) => this.#withBlocks(segment, this.#need as ValueNeed)));
  }

  /** The segment with what tells of its blocks which need not be opened. */
  async #withBlocks(segment: IndexedSegment, need: ValueNeed): Promise<IndexedSegment> {
    const { actors } = await this.#day.get(segment.minTime.slice(0, 'YYYY-MM-DD'.length));
    const blocks = actors?.get(sketchKey(segment))?.blocks;
    if (!blocks) return segment;
    const mayHold = (block: number) =>
      mayBeMet(need, (layer, value) => layer !== 'actors' || (blocks[block]?.has(value) ?? true));
    return { ...segment, mayHold };
  }

  async #mayHold(segment: IndexedSegment, need: ValueNeed): Promise<boolean> {
    const day = segment.minTime.slice(0, 'YYYY-MM-DD'.length);
    const { layers } = await this.#month.get(monthOf(day));
    return mayCover(layers, segment, need) && mayCover(await this.#day.get(day), segment, need);
  }

  async #readMonth(month: Span): Promise<Month> {
    const hints = await hintsOf(this.#deps, this.#logType.name, month);
    return { hints, layers: await this.#read(['actors'], month, hints.get(month)) };
  }

  async #readDay(day: Span): Promise<Layers> {
    const { hints } = await this.#month.get(monthOf(day));
    return this.#read(LAYERS, day, hints.get(day));
  }

  async #read(layers: readonly Layer[], span: Span, hint: SketchHint | undefined): Promise<Layers> {
    const found: Partial<Record<Layer, Covering>> = {};
    const needed = this.#need ? layersOf(this.#need) : new Set<Layer>();
    for (const layer of layers.filter((each) => needed.has(each))) {
      const sketches = await readSketches(this.#deps, this.#logType.name, layer, span, hint);
      found[layer] = coveringOf(sketches ?? []);
    }
    return found;
  }
}

/** For each segment the sketch that covers it; of several the last, which is of the fewest. */
function coveringOf(sketches: readonly Sketch[]): Covering {
  return new Map(sketches.flatMap((sketch) => sketch.covers.map((key): [string, Sketch] => [key, sketch])));
}

function mayCover(layers: Layers, segment: IndexedSegment, need: ValueNeed): boolean {
  const key = sketchKey(segment);
  return mayBeMet(need, (layer, value) => layers[layer]?.get(key)?.filter.has(value) ?? true);
}

function monthOf(day: Span): Span {
  return day.slice(0, 'YYYY-MM'.length);
}

/** Reads things by name and keeps the one asked for last. */
class Latest<Thing> {
  readonly #read: (name: string) => Promise<Thing>;
  #held: { readonly name: string; readonly thing: Thing } | undefined;

  constructor(read: (name: string) => Promise<Thing>) {
    this.#read = read;
  }

  async get(name: string): Promise<Thing> {
    if (this.#held?.name !== name) this.#held = { name, thing: await this.#read(name) };
    return this.#held.thing;
  }
}
