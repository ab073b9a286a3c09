/** Records of several log types in one order of time. */
import type { Order, PlacedLine } from './ordered.ts';

export interface MergedLine extends PlacedLine {
  /** Which of the sources it is from. */
  readonly source: number;
}

/** Merges sources that are in order themselves. Of equal times the earlier source comes first. */
export async function* mergedLines(
  sources: readonly AsyncGenerator<PlacedLine>[],
  order: Order,
): AsyncGenerator<MergedLine> {
  try {
    const heads = await Promise.all(sources.map(next));
    for (;;) {
      const source = firstOf(heads, order);
      const line = heads[source];
      if (!line) return;
      yield { ...line, source };
      heads[source] = await next(sources[source]);
    }
  } finally {
    await Promise.all(sources.map((source) => source.return(undefined)));
  }
}

async function next(source: AsyncGenerator<PlacedLine> | undefined): Promise<PlacedLine | undefined> {
  const result = await source?.next();
  return result?.done ? undefined : result?.value;
}

/** The place of the head that comes first; -1 when all are through. */
function firstOf(heads: readonly (PlacedLine | undefined)[], order: Order): number {
  let found = -1;
  let time = '';
  for (const [n, head] of heads.entries()) {
    if (!head) continue;
    if (found >= 0 && (order === 'asc' ? head.time >= time : head.time <= time)) continue;
    [found, time] = [n, head.time];
  }
  return found;
}
