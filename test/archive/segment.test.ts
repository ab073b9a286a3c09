import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { constants, crc32, deflateRawSync, gunzipSync, gzipSync, inflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Block, type BlockRecord, makeBlock } from '../../shared/archive/block.ts';
import { leafHash, rootOf } from '../../shared/archive/merkle.ts';
import {
  DamagedSegment,
  MAX_SEGMENT_BYTES,
  makeSegment,
  openSegment,
  packSegments,
  splitLines,
} from '../../shared/archive/segment.ts';
import { FINAL_BLOCK, GZIP_HEADER, gzipTrailer, spliceBody } from '../../shared/archive/splice.ts';
import { type GoldenLine, HOUR_SEGMENT, UNDATED_SEGMENT } from '../golden/input.ts';

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

async function blocksOf(groups: readonly (readonly string[])[]): Promise<Block[]> {
  let first = 0;
  const blocks: Block[] = [];
  for (const lines of groups) {
    blocks.push(await blockOf(lines, first));
    first += lines.length;
  }
  return blocks;
}

const fromGolden = (blocks: readonly (readonly GoldenLine[])[]) =>
  Promise.all(blocks.map((lines) => makeBlock(lines.map(([time, line]) => record(time, line)))));

async function linesOf(bytes: Buffer, expected: Parameters<typeof openSegment>[1]): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of splitLines(openSegment(bytes, expected))) lines.push(line.toString('utf8'));
  return lines;
}

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const linesText = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join('');

const line = fc.string({ maxLength: 60, unit: 'binary' }).map((text) => JSON.stringify({ text }));
const groups = fc.array(fc.array(line, { minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 6 });

describe('a segment', () => {
  it('is read back to the lines of its blocks, with their root, and is one gzip member', async () => {
    await fc.assert(
      fc.asyncProperty(groups, async (some) => {
        const segment = makeSegment(await blocksOf(some));
        const lines = some.flat();
        expect(await linesOf(segment.bytes, segment)).toEqual(lines);
        expect(gunzipSync(segment.bytes).toString('utf8')).toBe(linesText(lines));
        expect(segment).toMatchObject({
          sha256: sha256(segment.bytes),
          rawBytes: Buffer.byteLength(linesText(lines)),
          records: lines.length,
          recordsRoot: rootOf(Buffer.concat(lines.map((each) => leafHash(Buffer.from(each))))).toString('hex'),
          minTime: timeOf(0),
          maxTime: timeOf(lines.length - 1),
        });
      }),
      { numRuns: 50 },
    );
  });

  it('is read back whole when it inflates to many chunks, lines longer than a chunk included', async () => {
    const lines = Array.from({ length: 300 }, (_, n) => `${n} ${'long '.repeat(n === 7 ? 100_000 : 1000)}`);
    const segment = makeSegment(await blocksOf([lines.slice(0, 100), lines.slice(100)]));
    let chunks = 0;
    for await (const _chunk of openSegment(segment.bytes, segment)) chunks += 1;
    expect(chunks).toBeGreaterThan(10);
    expect(await linesOf(segment.bytes, segment)).toEqual(lines);
  });

  it('holds the very bytes of its blocks', async () => {
    const blocks = await blocksOf([['a', 'b'], ['c']]);
    expect(spliceBody(makeSegment(blocks).bytes).equals(Buffer.concat(blocks.map(({ data }) => data)))).toBe(true);
  });

  it('is the same bytes when made again', async () => {
    const make = async () => makeSegment(await blocksOf([['a', 'b'], ['c']])).bytes;
    expect((await make()).equals(await make())).toBe(true);
  });

  it('may have blocks that touch at one time', async () => {
    const segment = makeSegment([await blockOf(['a'], 3), await blockOf(['b'], 3)]);
    expect(await linesOf(segment.bytes, segment)).toEqual(['a', 'b']);
  });

  it('refuses blocks in the wrong order, of two hours, or none', async () => {
    const [early, late] = await blocksOf([['a', 'b'], ['c']]);
    const nextHour = await makeBlock([record('2026-11-20T06:00:00.0000000Z', 'd')]);
    const acrossHours = await makeBlock([record(timeOf(0), 'a'), record('2026-11-20T06:00:00.0000000Z', 'd')]);
    if (!early || !late) throw new Error('two blocks were made');
    expect(() => makeSegment([late, early])).toThrow(/before/);
    expect(() => makeSegment([early, early])).toThrow(/before/);
    expect(() => makeSegment([early, nextHour])).toThrow(/hour/);
    expect(() => makeSegment([acrossHours])).toThrow(/hour/);
    expect(() => makeSegment([])).toThrow(/at least one/);
  });

  it('refuses to be larger than a segment may be', async () => {
    const block = await blockOf(['a']);
    const huge = { ...block, data: Buffer.alloc(MAX_SEGMENT_BYTES - 19) };
    expect(() => makeSegment([huge])).toThrow(/at most 16777216 bytes/);
  });
});

describe('packing', () => {
  const sized = fc.array(fc.integer({ min: 1, max: 80 }), { maxLength: 40 });
  const asBlocks = async (sizes: readonly number[]) => {
    const block = await blockOf(['x']);
    return sizes.map((size) => ({ ...block, data: Buffer.alloc(size), bytes: size }));
  };

  it('keeps every block once and in order, no pack too large, none that its neighbour would have taken', async () => {
    await fc.assert(
      fc.asyncProperty(sized, fc.integer({ min: 100, max: 300 }), async (sizes, maxBytes) => {
        const blocks = await asBlocks(sizes);
        const packs = packSegments(blocks, maxBytes);
        const bytesOf = (pack: readonly Block[]) => 20 + pack.reduce((sum, { data }) => sum + data.length, 0);
        expect(packs.flat()).toEqual(blocks);
        for (const [index, pack] of packs.entries()) {
          expect(pack.length).toBeGreaterThan(0);
          expect(bytesOf(pack)).toBeLessThanOrEqual(maxBytes);
          const next = packs[index + 1]?.[0];
          if (next) expect(bytesOf([...pack, next])).toBeGreaterThan(maxBytes);
        }
      }),
    );
  });

  it('counts the frame: what it packs to the byte is made', async () => {
    const blocks = await blocksOf([['a', 'b'], ['c'], ['d', 'e']]);
    const whole = makeSegment(blocks).bytes.length;
    expect(packSegments(blocks, whole).length).toBe(1);
    expect(packSegments(blocks, whole - 1).length).toBe(2);
  });

  it('refuses a block that no segment can hold, and says what to do', async () => {
    await expect(asBlocks([81]).then((blocks) => packSegments(blocks, 100))).rejects.toThrow(/fewer records/);
    expect(packSegments(await asBlocks([80]), 100).length).toBe(1);
  });
});

/** Reads until the end or the damage, and says what was handed out before it. */
async function damageOf(bytes: Buffer, expected: Parameters<typeof openSegment>[1]) {
  let handedOut = 0;
  try {
    for await (const chunk of openSegment(bytes, expected)) handedOut += chunk.length;
  } catch (error) {
    if (error instanceof DamagedSegment) return { error, check: error.check, handedOut };
    throw error;
  }
  return undefined;
}

/** A blob whose hash is as expected although its content is not: what a faulty writer could have committed. */
const wronglyMade = (body: Buffer, raw: Buffer) => {
  const bytes = Buffer.concat([GZIP_HEADER, body, FINAL_BLOCK, gzipTrailer(crc32(raw), raw.length)]);
  return { bytes, expected: { sha256: sha256(bytes), rawBytes: raw.length, records: 2 } };
};

describe('opening', () => {
  const raw = Buffer.from('one\ntwo\n');
  const body = deflateRawSync(raw, { finishFlush: constants.Z_FULL_FLUSH });

  it('hands out no byte of a blob with any other hash', async () => {
    const segment = makeSegment(await blocksOf([['first', 'second'], ['third']]));
    const change = fc.oneof(
      fc.tuple(fc.constant('flip' as const), fc.nat(segment.bytes.length - 1), fc.nat(7)),
      fc.tuple(fc.constant('cut' as const), fc.nat(segment.bytes.length - 1), fc.constant(0)),
      fc.tuple(fc.constant('append' as const), fc.nat(255), fc.constant(0)),
    );
    await fc.assert(
      fc.asyncProperty(change, async ([how, at, bit]) => {
        let bytes = Buffer.from(segment.bytes);
        if (how === 'flip') bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
        if (how === 'cut') bytes = bytes.subarray(0, at);
        if (how === 'append') bytes = Buffer.concat([bytes, Buffer.of(at)]);
        expect(await damageOf(bytes, segment)).toMatchObject({
          handedOut: 0,
          error: { check: 'SHA-256', expected: segment.sha256, actual: sha256(bytes) },
        });
      }),
      { numRuns: 300 },
    );
  });

  it('accepts what it should: the forgeries below fail for their fault alone', async () => {
    const { bytes, expected } = wronglyMade(body, raw);
    expect(await linesOf(bytes, expected)).toEqual(['one', 'two']);
  });

  const frame = gzipSync(raw);
  const twoMembers = Buffer.concat([body, FINAL_BLOCK, gzipTrailer(crc32(raw), 8), GZIP_HEADER, body]);
  const behindFinal = Buffer.concat([deflateRawSync(raw), Buffer.from('more')]);
  const notClosed = Buffer.from('one\ntwo\nthree');
  const good = wronglyMade(body, raw);
  const trailerOf = (trailer: Buffer) => {
    const bytes = Buffer.concat([good.bytes.subarray(0, -8), trailer]);
    return { bytes, expected: { ...good.expected, sha256: sha256(bytes) } };
  };

  it.each<[string, { bytes: Buffer; expected: Parameters<typeof openSegment>[1] }, string]>([
    ['a gzip file of another make', { bytes: frame, expected: { ...good.expected, sha256: sha256(frame) } }, 'frame'],
    ['no bytes', { bytes: Buffer.alloc(0), expected: { ...good.expected, sha256: sha256(Buffer.alloc(0)) } }, 'frame'],
    ['a stream that is no deflate', wronglyMade(Buffer.from('ffffffff', 'hex'), raw), 'deflate stream'],
    ['a stream that ends early', wronglyMade(body.subarray(0, -6), raw), 'deflate stream'],
    ['two members', wronglyMade(twoMembers, raw), 'length of the deflate stream in bytes'],
    ['bytes behind the final block', wronglyMade(behindFinal, raw), 'length of the deflate stream in bytes'],
    ['fewer bytes than promised', { ...good, expected: { ...good.expected, rawBytes: 9 } }, 'inflated length in bytes'],
    ['more bytes than promised', { ...good, expected: { ...good.expected, rawBytes: 7 } }, 'inflated length in bytes'],
    ['another CRC-32', trailerOf(gzipTrailer(crc32(raw) ^ 1, 8)), 'trailer'],
    ['another length in the trailer', trailerOf(gzipTrailer(crc32(raw), 7)), 'trailer'],
    ['fewer records', { ...good, expected: { ...good.expected, records: 3 } }, 'number of records'],
    ['more records', { ...good, expected: { ...good.expected, records: 1 } }, 'number of records'],
    [
      'a last line without newline',
      wronglyMade(deflateRawSync(notClosed, { finishFlush: constants.Z_FULL_FLUSH }), notClosed),
      'last byte',
    ],
  ])('refuses %s', async (_, { bytes, expected }, check) => {
    expect(await damageOf(bytes, expected)).toMatchObject({ check });
  });

  it.each([1000, 1_000_000])('stops a bomb of 200 MB that promised %i bytes', async (rawBytes) => {
    const zeros = Buffer.alloc(200_000_000);
    const bomb = wronglyMade(deflateRawSync(zeros, { finishFlush: constants.Z_FULL_FLUSH }), zeros);
    const damage = await damageOf(bomb.bytes, { ...bomb.expected, rawBytes });
    expect(damage).toMatchObject({ error: { expected: String(rawBytes), actual: 'more' } });
    expect(damage?.handedOut).toBeLessThanOrEqual(rawBytes);
  });

  it('says what differs and what to do, and nothing of the content', async () => {
    const secret = makeSegment([await blockOf(['{"user":"someone@contoso.example"}'])]);
    const damage = await damageOf(secret.bytes, { ...secret, records: 2 });
    expect(damage?.error.message).toBe(
      'A segment is damaged: its number of records should be 2 and is 1. Keep the blob as evidence, check it by hand ' +
        "(docs/FORMAT.md, 'Check a segment') and restore it from a copy.",
    );
  });

  it('may be left before the end', async () => {
    const segment = makeSegment(
      await blocksOf([Array.from({ length: 500 }, (_, n) => randomBytes(2000).toString('hex') + n)]),
    );
    let first = '';
    for await (const each of splitLines(openSegment(segment.bytes, segment))) {
      first = each.toString();
      break;
    }
    expect(first.length).toBe(4001);
  });
});

describe('splitting lines', () => {
  async function* chunksOf(text: Buffer, cuts: readonly number[]): AsyncGenerator<Buffer> {
    const sorted = [0, ...[...cuts].sort((a, b) => a - b), text.length];
    for (const [index, end] of sorted.entries()) if (index > 0) yield text.subarray(sorted[index - 1], end);
  }

  it('gives the same lines wherever the chunks end', async () => {
    const cuts = fc.array(fc.nat(400), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ maxLength: 30 }), { maxLength: 12 }), cuts, async (lines, some) => {
        const tidy = lines.map((each) => each.replaceAll('\n', ''));
        const text = Buffer.from(linesText(tidy));
        const found: string[] = [];
        for await (const each of splitLines(
          chunksOf(
            text,
            some.map((cut) => Math.min(cut, text.length)),
          ),
        )) {
          found.push(each.toString());
        }
        expect(found).toEqual(tidy);
      }),
    );
  });

  it('refuses a last line without newline', async () => {
    const read = async () => {
      const found: string[] = [];
      for await (const each of splitLines(chunksOf(Buffer.from('one\ntw'), []))) found.push(each.toString());
      return found;
    };
    await expect(read()).rejects.toThrow(DamagedSegment);
  });
});

describe('the golden segments', () => {
  const cases = [
    ['of one hour', HOUR_SEGMENT],
    ['of undated records', UNDATED_SEGMENT],
  ] as const;
  const stored = (name: string) => readFileSync(new URL(`../golden/${name}`, import.meta.url));

  it.each(cases)('%s open to the lines they were made of', async (_, { info, blocks }) => {
    const bytes = stored(info.name);
    expect(bytes.length).toBe(info.bytes);
    expect(await linesOf(bytes, info)).toEqual(blocks.flat().map(([, text]) => text));
    const leaves = blocks.flat().map(([, text]) => leafHash(Buffer.from(text)));
    expect(rootOf(Buffer.concat(leaves)).toString('hex')).toBe(info.recordsRoot);
  });

  // zlib may deflate the same bytes differently from one version to the next, so the deflated bytes are no promise.
  it.each(cases)('%s have the content and the frame of segments made today', async (_, { info, blocks }) => {
    const bytes = stored(info.name);
    const made = makeSegment(await fromGolden(blocks));
    const { records, rawBytes, recordsRoot, minTime, maxTime } = info;
    expect(made).toMatchObject({ records, rawBytes, recordsRoot, minTime, maxTime });
    expect(gunzipSync(made.bytes).equals(gunzipSync(bytes))).toBe(true);
    expect(bytes.subarray(0, 10).toString('hex')).toBe('1f8b08000000000000ff');
    expect(made.bytes.subarray(0, 10).equals(bytes.subarray(0, 10))).toBe(true);
    expect(made.bytes.subarray(-10).equals(bytes.subarray(-10))).toBe(true);
  });

  it.each(cases)('%s are cut at full flushes into blocks that inflate alone', (_, { info, blocks }) => {
    const body = spliceBody(stored(info.name));
    let start = 0;
    for (const lines of blocks) {
      const end = body.indexOf(FLUSH, start) + FLUSH.length;
      const block = inflateRawSync(body.subarray(start, end), { finishFlush: constants.Z_SYNC_FLUSH });
      expect(block.toString('utf8')).toBe(linesText(lines.map(([, text]) => text)));
      start = end;
    }
    expect(start).toBe(body.length);
  });
});
