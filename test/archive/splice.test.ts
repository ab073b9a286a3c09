import { constants, crc32, createInflateRaw, deflateRawSync, gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  crc32Combine,
  FINAL_BLOCK,
  GZIP_HEADER,
  gzipTrailer,
  hasSegmentFrame,
  spliceBody,
} from '../../shared/archive/splice.ts';

interface Part {
  readonly raw: Buffer;
  readonly data: Buffer;
  readonly crc: number;
}

function partOf(raw: Uint8Array, level: number): Part {
  const data = deflateRawSync(raw, { level, finishFlush: constants.Z_FULL_FLUSH });
  return { raw: Buffer.from(raw), data, crc: crc32(raw) };
}

/** Joins parts to one member by nothing but the functions under test. */
function joined(parts: readonly Part[]): Buffer {
  const [crc, length] = parts.reduce<[number, number]>(
    ([sum, total], { raw, crc }) => [crc32Combine(sum, crc, raw.length), total + raw.length],
    [0, 0],
  );
  return Buffer.concat([GZIP_HEADER, ...parts.map(({ data }) => data), FINAL_BLOCK, gzipTrailer(crc, length)]);
}

async function browserGunzip(member: Buffer): Promise<Buffer> {
  const stream = new Blob([new Uint8Array(member)]).stream().pipeThrough(new DecompressionStream('gzip'));
  return Buffer.from(await new Response(stream).arrayBuffer());
}

/** Bytes of raw deflate that an inflater takes before it meets the end of the stream. */
async function consumed(deflated: Buffer): Promise<number> {
  const inflate = createInflateRaw();
  inflate.end(deflated);
  await inflate.resume().toArray();
  return inflate.bytesWritten;
}

const content = fc.oneof(
  fc.uint8Array({ maxLength: 3000, size: 'max' }),
  fc.string({ maxLength: 500, unit: 'binary' }).map((text) => Buffer.from(text)),
  fc.tuple(fc.nat(255), fc.nat(200_000)).map(([byte, length]) => Buffer.alloc(length, byte)),
);
const parts = fc.array(
  fc.tuple(content, fc.integer({ min: 0, max: 9 })).map(([raw, level]) => partOf(raw, level)),
  { maxLength: 8 },
);

describe('a spliced member', () => {
  it('inflates to the parts in a row, whatever they are', () => {
    fc.assert(
      fc.property(parts, (some) => {
        expect(gunzipSync(joined(some)).equals(Buffer.concat(some.map(({ raw }) => raw)))).toBe(true);
      }),
    );
  });

  it('is read whole by DecompressionStream, which refuses a second member', async () => {
    await fc.assert(
      fc.asyncProperty(parts, async (some) => {
        const whole = await browserGunzip(joined(some));
        expect(whole.equals(Buffer.concat(some.map(({ raw }) => raw)))).toBe(true);
      }),
      { numRuns: 50 },
    );
    await expect(browserGunzip(Buffer.concat([joined([]), joined([])]))).rejects.toThrow();
  });

  it('is one deflate stream from the header to the trailer', async () => {
    await fc.assert(
      fc.asyncProperty(parts, async (some) => {
        const stream = joined(some).subarray(10, -8);
        expect(await consumed(stream)).toBe(stream.length);
      }),
      { numRuns: 50 },
    );
  });

  it('gives its blocks back, and they splice again', () => {
    fc.assert(
      fc.property(parts, parts, (first, second) => {
        const bodies = [first, second].map((some) => spliceBody(joined(some)));
        expect(Buffer.concat(bodies).equals(Buffer.concat([...first, ...second].map(({ data }) => data)))).toBe(true);
      }),
    );
  });

  it('begins, and with no parts ends, in known bytes', () => {
    expect(joined([]).toString('hex')).toBe('1f8b08000000000000ff03000000000000000000');
    expect(gunzipSync(joined([])).length).toBe(0);
  });
});

describe('spliceBody', () => {
  const member = joined([partOf(Buffer.from('one line\n'), 6)]);

  it.each<[string, Buffer]>([
    ['another header', Buffer.concat([Buffer.from('1f8b0800000000000003', 'hex'), member.subarray(10)])],
    ['no final block of its own', Buffer.concat([member.subarray(0, -10), Buffer.alloc(10)])],
    ['too few bytes', member.subarray(0, 19)],
    ['no bytes', Buffer.alloc(0)],
  ])('refuses %s', (_, bytes) => {
    expect(hasSegmentFrame(bytes)).toBe(false);
    expect(() => spliceBody(bytes)).toThrow(RangeError);
  });
});

describe('crc32Combine', () => {
  it('joins "1234" and "56789" to the check value of CRC-32', () => {
    expect(crc32Combine(crc32('1234'), crc32('56789'), 5).toString(16)).toBe('cbf43926');
  });

  it('is the CRC of the concatenation', () => {
    fc.assert(
      fc.property(content, content, (a, b) => {
        expect(crc32Combine(crc32(a), crc32(b), b.length)).toBe(crc32(Buffer.concat([a, b])));
      }),
      { numRuns: 500 },
    );
  });

  it('does not care how the joining is bracketed, at lengths far above 2^32', () => {
    const crcs = fc.nat(0xffffffff);
    const lengths = fc.oneof(
      fc.nat(1000),
      fc.maxSafeNat().map((n) => Math.floor(n / 2)),
    );
    fc.assert(
      fc.property(crcs, crcs, crcs, lengths, lengths, (a, b, c, lengthB, lengthC) => {
        const left = crc32Combine(crc32Combine(a, b, lengthB), c, lengthC);
        const right = crc32Combine(a, crc32Combine(b, c, lengthC), lengthB + lengthC);
        expect(left).toBe(right);
      }),
    );
  });

  it('agrees with gzip on 8 GiB of zeros', () => {
    const mebibyte = crc32(Buffer.alloc(2 ** 20));
    let crc = mebibyte;
    for (let length = 2 ** 20; length < 2 ** 33; length *= 2) crc = crc32Combine(crc, crc, length);
    // `head -c 8G /dev/zero | gzip -1 | tail -c 8 | xxd` prints ff12 d941 0000 0000.
    expect(crc.toString(16)).toBe('41d912ff');
  });
});

describe('the trailer', () => {
  it('holds CRC and length, little-endian, the length modulo 2^32', () => {
    expect(gzipTrailer(0xcbf43926, 9).toString('hex')).toBe('2639f4cb09000000');
    expect(gzipTrailer(1, 2 ** 32 + 5).toString('hex')).toBe('0100000005000000');
  });
});
