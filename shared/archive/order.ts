/**
 * Putting the blocks of one hour in time order.
 *
 * Graph answers newest first, so blocks that were made page by page only have to be turned round. Where pages overlap
 * in time (a log without dependable order, or rows that moved between two pages), the blocks concerned, and only they,
 * are decoded and merged.
 */
import { BLOCK_RECORDS, type Block, makeBlock, readBlockLines } from './block.ts';
import { leafHash } from './merkle.ts';
import type { Instant } from './time.ts';

/**
 * @param blocks each in order within itself.
 * @param timeOf reads a line's stored time.
 * @returns blocks in ascending order with the same lines.
 */
export async function orderBlocks(blocks: readonly Block[], timeOf: (line: Buffer) => Instant): Promise<Block[]> {
  const ordered: Block[] = [];
  for (const cluster of overlapping(blocks)) {
    const [only] = cluster;
    if (cluster.length === 1 && only) ordered.push(only);
    else ordered.push(...(await merge(cluster, timeOf)));
  }
  return ordered;
}

/** Blocks by time, in groups that overlap by more than an equal edge. */
function overlapping(blocks: readonly Block[]): Block[][] {
  const sorted = [...blocks].sort((a, b) => compare(a.minTime, b.minTime) || compare(a.maxTime, b.maxTime));
  const clusters: Block[][] = [];
  let reach: Instant | undefined;
  for (const block of sorted) {
    const cluster = clusters.at(-1);
    if (cluster && reach !== undefined && block.minTime < reach) cluster.push(block);
    else clusters.push([block]);
    if (reach === undefined || block.maxTime > reach) reach = block.maxTime;
  }
  return clusters;
}

async function merge(cluster: readonly Block[], timeOf: (line: Buffer) => Instant): Promise<Block[]> {
  const rows = cluster
    .flatMap((block) => [...readBlockLines(block)])
    .map((line) => ({ line, time: timeOf(line), leaf: leafHash(line) }))
    .sort((a, b) => compare(a.time, b.time));
  const merged: Block[] = [];
  for (let at = 0; at < rows.length; at += BLOCK_RECORDS)
    merged.push(await makeBlock(rows.slice(at, at + BLOCK_RECORDS)));
  return merged;
}

function compare(a: Instant, b: Instant): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
