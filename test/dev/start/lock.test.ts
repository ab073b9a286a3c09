import { existsSync, mkdtempSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { takeLock } from '../../../dev/start/lock.ts';

const TIMES = { touchMs: 20, staleMs: 10_000, waitMs: 900 };
let said: string[] = [];
const say = (line: string) => said.push(line);
beforeEach(() => {
  said = [];
});
const never = new AbortController().signal;
const newFolder = () => path.join(mkdtempSync(path.join(tmpdir(), 'lock-')), 'data');

describe('the lock of a folder', () => {
  it('is one at a time, and free again once it is released', async () => {
    const folder = newFolder();
    const release = await takeLock(folder, never, say, TIMES);
    await expect(takeLock(folder, never, say, TIMES)).rejects.toThrow(/in use by another 'npm start'.*--storage/);
    expect(said).toEqual([expect.stringContaining('Waiting')]);
    release();
    expect(existsSync(path.join(folder, 'in-use'))).toBe(false);
    (await takeLock(folder, never, say, TIMES))();
  });

  it('waits for a predecessor that is ending', async () => {
    const folder = newFolder();
    const release = await takeLock(folder, never, say, TIMES);
    const waiting = takeLock(folder, never, say, { ...TIMES, waitMs: 10_000 });
    release();
    (await waiting)();
  });

  it('takes the lock of a process that was killed', async () => {
    const folder = newFolder();
    (await takeLock(folder, never, say, TIMES))();
    const file = path.join(folder, 'in-use');
    writeFileSync(file, '99999\n');
    const longAgo = new Date(Date.now() - 60_000);
    utimesSync(file, longAgo, longAgo);
    const release = await takeLock(folder, never, say, TIMES);
    expect(readFileSync(file, 'utf8')).toBe(`${process.pid}\n`);
    release();
  });

  it('is touched for as long as it is held', async () => {
    const folder = newFolder();
    const release = await takeLock(folder, never, say, TIMES);
    const file = path.join(folder, 'in-use');
    utimesSync(file, 0, 0);
    await vi.waitFor(() => expect(statSync(file).mtimeMs).toBeGreaterThan(0), { timeout: 10_000 });
    release();
  });

  it('stops waiting when it is asked to', async () => {
    const folder = newFolder();
    const release = await takeLock(folder, never, say, TIMES);
    await expect(takeLock(folder, AbortSignal.abort(new Error('enough')), say, TIMES)).rejects.toThrow('enough');
    release();
  });
});
