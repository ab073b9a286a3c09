import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BLOCK_RECORDS, type Block, makeBlock, readBlockLines } from '../../shared/archive/block.ts';
import { leafHash } from '../../shared/archive/merkle.ts';
import { orderBlocks } from '../../shared/archive/order.ts';
import { type Instant, instantFromSeconds } from '../../shared/archive/time.ts';

interface Row {
  readonly line: Buffer;
  readonly time: Instant;
  readonly leaf: Buffer;
}

const START = 1_795_132_800;

/** A row of second `second`; `n` makes its line one of a kind. */
function row(second: number, n: number): Row {
  const time = instantFromSeconds(START + second);
  const line = Buffer.from(JSON.stringify({ time, n }));
  return { line, time, leaf: leafHash(line) };
}

const timeOf = (line: Buffer): Instant => (JSON.parse(line.toString()) as { time: Instant }).time;

const blockOf = (rows: Row[]) => makeBlock(rows.toSorted((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0)));

/** One block for each list of seconds. */
function blocksOf(...seconds: number[][]): Promise<Block[]> {
  let n = 0;
  return Promise.all(
    seconds.map((list) =>
      blockOf(
        list.map((second) => {
          n += 1;
          return row(second, n);
        }),
      ),
    ),
  );
}

const linesOf = (blocks: readonly Block[]) => blocks.flatMap((block) => readBlockLines(block).map(String));
const timesOf = (blocks: readonly Block[]) => linesOf(blocks).map((line) => timeOf(Buffer.from(line)));

describe('the blocks of an hour', () => {
  it('come back in time order with the very same lines, however the rows were spread over them', async () => {
    const second = fc.integer({ min: 0, max: 40 });
    const page = fc.array(second, { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(fc.array(page, { maxLength: 12 }), async (pages) => {
        const blocks = await blocksOf(...pages);
        const ordered = await orderBlocks(blocks, timeOf);
        const times = timesOf(ordered);
        expect(times).toEqual(times.toSorted());
        expect(linesOf(ordered).toSorted()).toEqual(linesOf(blocks).toSorted());
        for (const [at, block] of ordered.entries()) {
          expect(block.minTime >= (ordered[at - 1]?.maxTime ?? '')).toBe(true);
          expect(block.leaves.equals(Buffer.concat(readBlockLines(block).map(leafHash)))).toBe(true);
        }
      }),
    );
  });

  it('are decoded only where they overlap by more than an equal edge', async () => {
    const page = fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(fc.array(page, { maxLength: 10 }), async (pages) => {
        const blocks = await blocksOf(...pages);
        const decoded = new Set<string>();
        const ordered = await orderBlocks(blocks, (line) => {
          decoded.add(line.toString());
          return timeOf(line);
        });
        for (const block of blocks) {
          const alone = blocks.every(
            (other) => other === block || other.maxTime <= block.minTime || other.minTime >= block.maxTime,
          );
          const reused = ordered.includes(block);
          const wasDecoded = linesOf([block]).some((line) => decoded.has(line));
          expect(reused).toBe(!wasDecoded);
          if (alone) expect(reused).toBe(true);
        }
      }),
    );
  });

  it.each([
    { case: 'pages newest first, which only turn round', pages: '789 456 123', decoded: 0 },
    { case: 'pages that share their edge second', pages: '59 35 13', decoded: 0 },
    { case: 'many pages of one second', pages: '5 5 55', decoded: 0 },
    { case: 'a page of one second at the edge of a wider one', pages: '59 5', decoded: 0 },
    { case: 'two that overlap among others that do not', pages: '89 57 46 14', decoded: 4 },
    { case: 'one inside another', pages: '19 45', decoded: 4 },
    { case: 'a chain of overlaps', pages: '14 36 58 89', decoded: 6 },
    { case: 'one that spans all the others', pages: '23 45 19', decoded: 6 },
  ])('decode $decoded lines of $case', async ({ pages, decoded }) => {
    const blocks = await blocksOf(...pages.split(' ').map((page) => [...page].map(Number)));
    let calls = 0;
    const ordered = await orderBlocks(blocks, (line) => {
      calls += 1;
      return timeOf(line);
    });
    expect(calls).toBe(decoded);
    expect(timesOf(ordered)).toEqual(timesOf(blocks).toSorted());
  });

  it('are merged into blocks of at most 1,000 records', async () => {
    const evens = Array.from({ length: BLOCK_RECORDS }, (_, n) => row(2 * n, n));
    const odds = Array.from({ length: BLOCK_RECORDS }, (_, n) => row(2 * n + 1, n));
    const ordered = await orderBlocks([await makeBlock(evens), await makeBlock(odds)], timeOf);
    expect(ordered.map((block) => block.records)).toEqual([BLOCK_RECORDS, BLOCK_RECORDS]);
    expect(linesOf(ordered)).toEqual(evens.flatMap((even, n) => [String(even.line), String(odds[n]?.line)]));
  });

  it('may be none', async () => {
    expect(await orderBlocks([], timeOf)).toEqual([]);
  });

  it('leave the list they came in as it was', async () => {
    const blocks = await blocksOf([5, 9], [1, 7]);
    const before = [...blocks];
    await orderBlocks(blocks, timeOf);
    expect(blocks).toEqual(before);
  });

  it('refuse to be merged when one is damaged', async () => {
    const [first, second] = await blocksOf([1, 5], [3, 9]);
    await expect(orderBlocks([{ ...(first as Block), crc: 1 }, second as Block], timeOf)).rejects.toThrow(/CRC-32/);
  });
});
