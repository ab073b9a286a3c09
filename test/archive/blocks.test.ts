/** Finding the blocks of a segment again: any content, and no wrong answer for bytes that are not what they should be. */
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BlockRecord, makeBlock, readBlockLines } from '../../shared/archive/block.ts';
import { type BlockSpan, findBlocks, inflateBlock } from '../../shared/archive/blocks.ts';
import { leafHash } from '../../shared/archive/merkle.ts';
import { DamagedSegment, makeSegment, type Segment } from '../../shared/archive/segment.ts';
import { FINAL_BLOCK, GZIP_HEADER, gzipTrailer, spliceBody } from '../../shared/archive/splice.ts';

/** Ends every block, and occurs inside of blocks here wherever it can. */
const MARKER = Buffer.from('0000ffff', 'hex');
const LF = 0x0a;

const timeOf = (n: number) => `2026-11-20T05:00:00.${String(n).padStart(7, '0')}Z`;

/** A line that begins with its number, by which the tests know its time. */
function lineOf(n: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${n} `), Buffer.from(content.map((byte) => (byte === LF ? 0 : byte)))]);
}

function timesOf(first: Buffer, last: Buffer): readonly [string, string] {
  return [timeOf(Number.parseInt(first.toString('latin1'), 10)), timeOf(Number.parseInt(last.toString('latin1'), 10))];
}

/** A segment of blocks of these lines. */
async function segmentOf(contents: readonly (readonly Buffer[])[]) {
  let n = 0;
  const blocks = [];
  for (const block of contents) {
    const records = block.map((content): BlockRecord => {
      const line = lineOf(n, content);
      n += 1;
      return { line, time: timeOf(n - 1), leaf: leafHash(line) };
    });
    blocks.push(await makeBlock(records));
  }
  return { segment: makeSegment(blocks), blocks };
}

function linesTextOf(lines: readonly Buffer[]): Buffer {
  return Buffer.concat(lines.flatMap((line) => [line, Buffer.from('\n')]));
}

/** Bytes that do not compress, the same ones for the same length. */
function noise(length: number): Buffer {
  return createHash('shake256', { outputLength: length }).update(`${length}`).digest();
}

const CONTENTS = {
  text: (length: number) => Buffer.from('a sign-in of a user, '.repeat(length).slice(0, length)),
  noise,
  // Deflate stores what does not compress: the marker then lies in the stored bytes as it is.
  'noise and markers': (length: number) =>
    Buffer.concat(Array.from({ length: length % 20 }, (_, n) => [MARKER, noise(length + n), MARKER]).flat()),
  markers: (length: number) => Buffer.concat(Array.from({ length }, () => MARKER)),
  nothing: () => Buffer.alloc(0),
};

/** What lies in a line, in words: bytes would fill the screen where a property fails. */
const content = fc.tuple(
  fc.constantFrom(...(Object.keys(CONTENTS) as (keyof typeof CONTENTS)[])),
  fc.integer({ min: 1, max: 3000 }),
);
const blocksOfContents = fc.array(fc.array(content, { minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 8 });
const bytesOf = (blocks: readonly (readonly [keyof typeof CONTENTS, number][])[]) =>
  blocks.map((block) => block.map(([kind, length]) => CONTENTS[kind](length)));

describe('the blocks of a segment', () => {
  it('are found as they were made, whatever lies in them', async () => {
    await fc.assert(
      fc.asyncProperty(blocksOfContents, async (contents) => {
        const { segment, blocks } = await segmentOf(bytesOf(contents));
        let offset = 0;
        const made = blocks.map(({ bytes, crc, rawBytes, records, minTime, maxTime }): BlockSpan => {
          const span = { offset, length: bytes, crc, rawLength: rawBytes, records, minTime, maxTime };
          offset += bytes;
          return span;
        });
        const found = findBlocks(segment.bytes, segment, timesOf);
        expect(found).toEqual(made);
        for (const [n, span] of found.entries()) {
          const lines = readBlockLines(blocks[n] as (typeof blocks)[number]);
          expect((await inflateBlock(segment.bytes, span)).equals(linesTextOf(lines))).toBe(true);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('may be of one record each, and of one record in all', async () => {
    const { segment } = await segmentOf(Array.from({ length: 50 }, (_, n) => [Buffer.from(`line ${n}`)]));
    expect(findBlocks(segment.bytes, segment, timesOf).map(({ records }) => records)).toEqual(
      Array.from({ length: 50 }, () => 1),
    );
    const single = (await segmentOf([[Buffer.alloc(0)]])).segment;
    expect(findBlocks(single.bytes, single, timesOf)).toMatchObject([{ offset: 0, records: 1, rawLength: 3 }]);
  });

  it('are found though a stored part of one looks like the end of a block after a line', async () => {
    // Random bytes are stored as they are: line, newline, marker, as where a block ends.
    const lines = Array.from({ length: 12 }, (_, n) => Buffer.concat([MARKER, noise(4000 + n)]));
    const { segment } = await segmentOf([lines, lines.toReversed()]);
    const body = spliceBody(segment.bytes);
    let markers = 0;
    for (let at = body.indexOf(MARKER); at !== -1; at = body.indexOf(MARKER, at + 1)) markers += 1;
    expect(markers).toBeGreaterThanOrEqual(2 * lines.length);
    expect(findBlocks(segment.bytes, segment, timesOf).map(({ records }) => records)).toEqual([12, 12]);
  });

  it('may end twice, as zlib now and then makes them: the second end belongs to the block', async () => {
    const { blocks } = await segmentOf([[Buffer.from('one')], [Buffer.from('two')]]);
    const twice = blocks.map((block) => {
      const data = Buffer.concat([block.data, Buffer.from('000000ffff', 'hex')]);
      return { ...block, data, bytes: data.length };
    });
    const segment = makeSegment(twice);
    expect(findBlocks(segment.bytes, segment, timesOf).map(({ length }) => length)).toEqual(
      twice.map(({ bytes }) => bytes),
    );
  });
});

/** What became of a damaged segment: the name of the check that refused it, or `the same lines`. */
async function outcomeOf(bytes: Buffer, segment: Segment, raw: Buffer): Promise<string> {
  try {
    const found = findBlocks(bytes, segment, timesOf);
    const lines = Buffer.concat(await Promise.all(found.map((span) => inflateBlock(bytes, span))));
    return lines.equals(raw) ? 'the same lines' : 'OTHER LINES';
  } catch (error) {
    if (error instanceof DamagedSegment) return error.check;
    throw error;
  }
}

/** Puts a frame round a body again, with a trailer that says what the ledger says. */
function framed(body: Buffer, raw: Buffer): Buffer {
  return Buffer.concat([GZIP_HEADER, body, FINAL_BLOCK, gzipTrailer(crc32(raw), raw.length)]);
}

const CHECKS = ['row of blocks', 'inflated length in bytes', 'trailer', 'number of records'];

describe('a body that is damaged', () => {
  it('is refused with the name of the check, or gives the same lines: never others', async () => {
    await fc.assert(
      fc.asyncProperty(blocksOfContents, fc.nat(), fc.nat(7), async (contents, place, bit) => {
        const { segment, blocks } = await segmentOf(bytesOf(contents));
        const raw = Buffer.concat(blocks.map((block) => linesTextOf(readBlockLines(block))));
        const body = Buffer.from(spliceBody(segment.bytes));
        const at = place % body.length;
        body[at] = (body[at] ?? 0) ^ (1 << bit);
        expect([...CHECKS, 'the same lines']).toContain(await outcomeOf(framed(body, raw), segment, raw));
      }),
      { numRuns: 300 },
    );
  });

  it('is refused where it is cut, has grown, or has its blocks in another order', async () => {
    const { segment, blocks } = await segmentOf([[Buffer.from('one'), Buffer.from('two')], [Buffer.from('three')]]);
    const raw = Buffer.concat(blocks.map((block) => linesTextOf(readBlockLines(block))));
    const body = spliceBody(segment.bytes);
    const [first, second] = blocks.map(({ data }) => data) as [Buffer, Buffer];
    const outcome = (other: Buffer) => outcomeOf(framed(other, raw), segment, raw);
    for (let length = 0; length < body.length; length += 1) {
      expect([...CHECKS, 'row of blocks']).toContain(await outcome(body.subarray(0, length)));
    }
    expect(await outcome(Buffer.concat([body, Buffer.from([0])]))).toBe('row of blocks');
    expect(await outcome(Buffer.concat([body, first]))).toBe('row of blocks');
    expect(await outcome(Buffer.concat([first, first]))).toBe('row of blocks');
    expect(await outcome(Buffer.concat([second, first]))).toBe('trailer');
    expect(await outcome(first)).toBe('inflated length in bytes');
  });

  it('is refused where the ledger counts other records, and where the trailer says otherwise', async () => {
    const { segment } = await segmentOf([[Buffer.from('one'), Buffer.from('two')]]);
    const check = (bytes: Buffer, expected: Segment) => () => findBlocks(bytes, expected, timesOf);
    expect(check(segment.bytes, { ...segment, records: 3 })).toThrow(/number of records should be 3 and is 2/);
    const trailer = Buffer.from(segment.bytes);
    trailer[trailer.length - 1] = 1;
    expect(check(trailer, segment)).toThrow(/trailer/);
    expect(check(segment.bytes, { ...segment, rawBytes: segment.rawBytes + 1 })).toThrow(/inflated length/);
    expect(check(segment.bytes, { ...segment, rawBytes: segment.rawBytes - 1 })).toThrow(/row of blocks/);
  });
});

describe('a block that its span does not fit', () => {
  it('is refused, whatever the span says', async () => {
    const { segment } = await segmentOf([[Buffer.from('one'), Buffer.from('two')], [Buffer.from('three')]]);
    const [first] = findBlocks(segment.bytes, segment, timesOf) as [BlockSpan];
    const spans: Partial<BlockSpan>[] = [
      { offset: first.offset + 1 },
      { offset: 1e9 },
      { length: first.length - 1 },
      { length: first.length + 1 },
      { length: 0 },
      { crc: first.crc ^ 1 },
      { rawLength: first.rawLength + 1 },
      { rawLength: first.rawLength - 1 },
      { rawLength: 0 },
    ];
    for (const wrong of spans) {
      const refused = await inflateBlock(segment.bytes, { ...first, ...wrong }).catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(DamagedSegment);
      expect((refused as DamagedSegment).check).toBe('block');
    }
  });
});
