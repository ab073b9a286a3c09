/** What the page may weigh: held by the build. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sizeLine } from '../../dev/explorer.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'explorer-size-'));
  mkdirSync(join(folder, 'assets'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('the size of the page', () => {
  it('is that of all its files, each compressed by itself', () => {
    writeFileSync(join(folder, 'index.html'), randomBytes(150_000));
    expect(sizeLine(folder)).toMatch(/^Explorer: 1 files, 150\.\d kB gzipped of at most 300\.0$/);
    writeFileSync(join(folder, 'assets', 'zeros.js'), new Uint8Array(1_000_000));
    expect(sizeLine(folder)).toMatch(/^Explorer: 2 files, 151\.\d kB/);
  });

  it('stops the build above 300,000 bytes', () => {
    writeFileSync(join(folder, 'assets', 'large.js'), randomBytes(150_000));
    expect(() => sizeLine(folder)).toThrow(/301\.\d kB gzipped of at most 300\.0\. Leave something out/);
  });
});
