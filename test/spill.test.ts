import { randomBytes } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import type { Block } from '../shared/archive/block.ts';
import { Spill } from '../shared/spill.ts';

const MEBIBYTE = 1024 * 1024;
const TIME = '2026-11-20T05:00:00.0000000Z';

function block(data: Buffer): Block {
  const rest = { records: 1, rawBytes: 1, crc: 0, minTime: TIME, maxTime: TIME, leaves: Buffer.alloc(32) };
  return { data, bytes: data.length, ...rest };
}

describe('the spill', () => {
  let spill = new Spill();
  afterEach(() => {
    spill.close();
    spill = new Spill();
  });

  it('gives back the same bytes, those in memory and those on disk', () => {
    const contents = Array.from({ length: 9 }, () => randomBytes(3 * MEBIBYTE));
    const copies = contents.map((content) => Buffer.from(content));
    const kept = contents.map((content) => spill.keep(block(content)));
    // In any order, and as often as asked: a lost race decodes blocks that were written before.
    for (const n of [8, 0, 5, 5, 3, 7]) expect(kept[n]?.data.equals(copies[n] as Buffer)).toBe(true);
    expect(kept.map(({ bytes }) => bytes)).toEqual(contents.map(() => 3 * MEBIBYTE));
  });

  it('keeps what comes first in memory, and frees what went to disk', () => {
    const [first, later] = [randomBytes(12 * MEBIBYTE), randomBytes(MEBIBYTE)];
    spill.keep(block(first));
    spill.keep(block(later));
    expect([first.length, later.length]).toEqual([12 * MEBIBYTE, 0]);
  });

  it('refuses to read from disk what was given back', () => {
    spill.keep(block(Buffer.alloc(12 * MEBIBYTE)));
    const late = spill.keep(block(randomBytes(MEBIBYTE)));
    spill.close();
    expect(() => late.data).toThrow(/given back/);
  });
});
