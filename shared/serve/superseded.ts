/**
 * Which lines of an hour are superseded: the same id has other bytes in a later entry.
 *
 * The ledger counts how many versions of an entry were of ids held before. A changed record nearly always keeps its time,
 * so the version before it is looked for in the blocks of that time; only when that does not account for all that were
 * counted is every line of the hour looked at.
 */
import { readRecord } from '../archive/page.ts';
import type { Instant } from '../archive/time.ts';
import { storedTime } from '../archive/undated.ts';
import type { LogType } from '../logTypes.ts';
import type { Range } from '../query/range.ts';
import { type Block, open } from './block.ts';
import { linesOf } from './lines.ts';

export interface Dropped {
  /** The numbers of the lines of a block that are superseded; `undefined` where none is. */
  in(block: Block): ReadonlySet<number> | undefined;
  readonly count: number;
}

export const NOTHING_DROPPED: Dropped = { in: () => undefined, count: 0 };

interface Place {
  readonly block: Block;
  readonly n: number;
}

/**
 * @param blocks all blocks of an hour, by entry.
 * @param range what lies outside of it supersedes nothing.
 */
export function findSuperseded(logType: LogType, blocks: readonly Block[], range: Range): Dropped {
  const rows = new Rows(logType);
  return byTheirTimes(rows, blocks, range) ?? byAllIds(rows, blocks, range);
}

/** The quick way; `undefined` when it does not find as many as the ledger counts. */
function byTheirTimes(rows: Rows, blocks: readonly Block[], range: Range): Dropped | undefined {
  const drops = new Drops();
  for (const [seq, own] of Map.groupBy(blocks, ({ segment }) => segment.seq)) {
    const { changed } = own[0]?.segment ?? {};
    if (changed === undefined) return undefined;
    if (changed === 0) continue;
    const earlier = blocks.filter(({ segment }) => segment.seq < seq);
    const ownRows = own.flatMap((block) => rows.of(block));
    // One read showed two versions of an id: the second supersedes the first.
    if (repeats(ownRows)) return undefined;
    let found = 0;
    for (const { id, time } of ownRows) {
      const before = earlier
        .filter(({ span }) => span.minTime <= time && span.maxTime >= time)
        .flatMap((block) => rows.places(block, id));
      if (id === '' || before.length === 0) continue;
      found += 1;
      if (isIn(range, time)) for (const place of before) drops.add(place);
    }
    if (found < changed) return undefined;
  }
  return drops;
}

function repeats(rows: readonly Row[]): boolean {
  const ids = rows.map(({ id }) => id).filter((id) => id !== '');
  return new Set(ids).size < ids.length;
}

function byAllIds(rows: Rows, blocks: readonly Block[], range: Range): Dropped {
  const drops = new Drops();
  const latest = new Map<string, Place>();
  for (const block of blocks) {
    for (const [n, { id, time }] of rows.of(block).entries()) {
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

interface Row {
  readonly id: string;
  readonly time: Instant;
}

/** Ids and times of blocks, each looked at once. */
class Rows {
  readonly #logType: LogType;
  readonly #rows = new Map<Block, readonly Row[]>();
  readonly #ids = new Map<Block, Map<string, number[]>>();

  constructor(logType: LogType) {
    this.#logType = logType;
  }

  of(block: Block): readonly Row[] {
    const known = this.#rows.get(block);
    if (known) return known;
    const rows = linesOf(open(block)).map((line): Row => {
      const { id, time } = readRecord(line, { timeField: this.#logType.timeField });
      return { id, time: storedTime(time) };
    });
    this.#rows.set(block, rows);
    return rows;
  }

  places(block: Block, id: string): Place[] {
    let ids = this.#ids.get(block);
    if (!ids) {
      ids = new Map();
      for (const [n, row] of this.of(block).entries()) ids.set(row.id, [...(ids.get(row.id) ?? []), n]);
      this.#ids.set(block, ids);
    }
    return (ids.get(id) ?? []).map((n) => ({ block, n }));
  }
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

  get count(): number {
    return [...this.#lines.values()].reduce((sum, lines) => sum + lines.size, 0);
  }
}
