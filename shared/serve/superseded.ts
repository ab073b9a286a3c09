/**
 * Which lines of an hour are superseded: the same id has other bytes in a later entry.
 *
 * The ledger counts how many versions of an entry were of ids held before. A changed record nearly always keeps its time,
 * so the version before it is looked for in the blocks of that time; only when that does not account for all that were
 * counted is every line of the hour looked at.
 */
import type { Instant } from '../archive/time.ts';
import type { Range } from '../query/range.ts';
import type { Block, Opener, Row } from './block.ts';

export interface Dropped {
  /** The numbers of the lines of a block that are superseded; `undefined` where none is. */
  in(block: Block): ReadonlySet<number> | undefined;
}

export const NOTHING_DROPPED: Dropped = { in: () => undefined };

interface Place {
  readonly block: Block;
  readonly n: number;
}

/**
 * @param blocks all blocks of an hour, by entry.
 * @param range what lies outside of it supersedes nothing.
 */
export async function findSuperseded(opener: Opener, blocks: readonly Block[], range: Range): Promise<Dropped> {
  return (await byTheirTimes(opener, blocks, range)) ?? byAllIds(opener, blocks, range);
}

/** The quick way; `undefined` when it does not find as many as the ledger counts. */
async function byTheirTimes(opener: Opener, blocks: readonly Block[], range: Range): Promise<Dropped | undefined> {
  const drops = new Drops();
  for (const [seq, own] of Map.groupBy(blocks, ({ segment }) => segment.seq)) {
    const { changed } = own[0]?.segment ?? {};
    if (changed === undefined) return undefined;
    if (changed === 0) continue;
    const rows = await rowsOf(opener, own);
    // One read showed two versions of an id: the second supersedes the first.
    if (repeats(rows)) return undefined;
    const earlier = blocks.filter(({ segment }) => segment.seq < seq);
    let found = 0;
    for (const row of rows) {
      const before = row.id === '' ? [] : await placesOf(opener, earlier, row);
      if (before.length === 0) continue;
      found += 1;
      if (isIn(range, row.time)) for (const place of before) drops.add(place);
    }
    if (found < changed) return undefined;
  }
  return drops;
}

/** Where lines with the id and the time of a row stand. */
async function placesOf(opener: Opener, blocks: readonly Block[], { id, time }: Row): Promise<Place[]> {
  const places: Place[] = [];
  for (const block of blocks) {
    if (block.span.minTime > time || block.span.maxTime < time) continue;
    const lines = await opener.open(block);
    const end = lines.after(time);
    for (let n = lines.notBefore(time); n < end; n += 1) if (lines.row(n).id === id) places.push({ block, n });
  }
  return places;
}

async function rowsOf(opener: Opener, blocks: readonly Block[]): Promise<Row[]> {
  const rows: Row[] = [];
  for (const block of blocks) {
    const opened = await opener.open(block);
    for (let n = 0; n < opened.lines.length; n += 1) rows.push(opened.row(n));
  }
  return rows;
}

function repeats(rows: readonly Row[]): boolean {
  const ids = rows.map(({ id }) => id).filter((id) => id !== '');
  return new Set(ids).size < ids.length;
}

async function byAllIds(opener: Opener, blocks: readonly Block[], range: Range): Promise<Dropped> {
  const drops = new Drops();
  const latest = new Map<string, Place>();
  for (const block of blocks) {
    for (const [n, { id, time }] of (await rowsOf(opener, [block])).entries()) {
      if (id === '' || !isIn(range, time)) continue;
      const before = latest.get(id);
      if (before) drops.add(before);
      latest.set(id, { block, n });
    }
  }
  return drops;
}

function isIn(range: Range, time: Instant): boolean {
  return time >= range.from && time < range.to;
}

class Drops implements Dropped {
  readonly #lines = new Map<Block, Set<number>>();

  add({ block, n }: Place): void {
    const lines = this.#lines.get(block) ?? new Set();
    this.#lines.set(block, lines.add(n));
  }

  in(block: Block): ReadonlySet<number> | undefined {
    return this.#lines.get(block);
  }
}
