import { randomBytes } from 'node:crypto';
import { crc32, inflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BlockRecord, makeBlock, readBlockLines } from '../../shared/archive/block.ts';
import { leafHash } from '../../shared/archive/merkle.ts';
import { FINAL_BLOCK } from '../../shared/archive/splice.ts';

const FLUSH = Buffer.from('0000ffff', 'hex');

function record(time: string, line: string | Buffer): BlockRecord {
  const bytes = Buffer.from(line);
  return { line: bytes, time, leaf: leafHash(bytes) };
}

/** Record times in one hour, ascending with `n`. */
const timeOf = (n: number) =>
  `2026-11-20T05:${String(Math.floor(n / 60)).padStart(2, '0')}:${String(n % 60).padStart(2, '0')}.0000000Z`;

const blockOf = (lines: readonly string[], first = 0) =>
  makeBlock(lines.map((line, index) => record(timeOf(first + index), line)));

const line = fc.string({ maxLength: 60, unit: 'binary' }).map((text) => JSON.stringify({ text }));
const linesText = (lines: readonly string[]) => lines.map((each) => `${each}\n`).join('');

describe('a block', () => {
  it('inflates alone to its lines and says the truth of them', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 50 }), async (lines) => {
        const block = await blockOf(lines);
        const raw = Buffer.from(linesText(lines));
        expect(readBlockLines(block).map(String)).toEqual(lines);
        expect(inflateRawSync(Buffer.concat([block.data, FINAL_BLOCK])).equals(raw)).toBe(true);
        expect(block.data.subarray(-4).equals(FLUSH)).toBe(true);
        expect(block).toMatchObject({
          records: lines.length,
          rawBytes: raw.length,
          crc: crc32(raw),
          minTime: timeOf(0),
          maxTime: timeOf(lines.length - 1),
        });
        expect(block.leaves.equals(Buffer.concat(lines.map((each) => leafHash(Buffer.from(each)))))).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it('keeps no more memory than its deflated bytes take', async () => {
    const lines = Array.from({ length: 1000 }, (_, index) => JSON.stringify({ index, text: 'the same '.repeat(300) }));
    const block = await makeBlock(lines.map((each) => record(timeOf(0), each)));
    expect(block.data.buffer.byteLength).toBeLessThanOrEqual(Math.max(block.data.length, 64 * 1024));
  });

  it('takes lines that do not compress', async () => {
    const lines = Array.from({ length: 50 }, () => randomBytes(20_000).toString('base64'));
    expect(readBlockLines(await blockOf(lines)).map(String)).toEqual(lines);
  });

  it('keeps equal times in the order given', async () => {
    const lines = ['c', 'a', 'b'];
    const block = await makeBlock(lines.map((each) => record(timeOf(7), each)));
    expect(readBlockLines(block).map(String)).toEqual(lines);
  });

  it.each<[string, BlockRecord[]]>([
    ['no records', []],
    ['1,001 records', Array.from({ length: 1001 }, () => record(timeOf(0), 'x'))],
    ['records out of order', [record(timeOf(1), 'x'), record(timeOf(0), 'y')]],
    ['a newline inside a line', [record(timeOf(0), 'x\ny')]],
    ['a newline at the end of a line', [record(timeOf(0), 'x\n')]],
    ['a leaf that is no hash', [{ line: Buffer.from('x'), time: timeOf(0), leaf: Buffer.alloc(31) }]],
  ])('refuses %s', async (_, records) => {
    await expect(makeBlock(records)).rejects.toThrow(RangeError);
  });

  it('takes 1,000 records', async () => {
    const block = await makeBlock(Array.from({ length: 1000 }, (_, index) => record(timeOf(index), `${index}`)));
    expect(readBlockLines(block).map(String)).toEqual(Array.from({ length: 1000 }, (_, index) => `${index}`));
  });

  it('is not read when it is not what it says', async () => {
    const block = await blockOf(['one', 'two']);
    expect(() => readBlockLines({ ...block, crc: block.crc ^ 1 })).toThrow(/CRC-32/);
    expect(() => readBlockLines({ ...block, records: 3 })).toThrow(/3 records/);
    expect(() => readBlockLines({ ...block, rawBytes: block.rawBytes + 1 })).toThrow(/bytes/);
    expect(() => readBlockLines({ ...block, rawBytes: block.rawBytes - 1 })).toThrow();
  });
});
