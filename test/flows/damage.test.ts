/** Damage that a reader meets: noted, shown as an alarm for as long as it lasts, and in the log with the segment's name. */
import { describe, expect, it } from 'vitest';
import { exportRange } from '../../shared/export.ts';
import type { LogType } from '../../shared/logTypes.ts';
import { gzipped } from '../../shared/serve/encode.ts';
import { readStatus } from '../../shared/status.ts';
import { commitRows } from '../support/commits.ts';
import { callLogs } from '../support/exportCalls.ts';
import { rows, type World, worldOf } from '../support/flowHarness.ts';

const ALL = { from: '1970-01-01T00:00:00.0000000Z', to: '2100-01-01T00:00:00.0000000Z' };

async function smallWorld(name = 'directoryAudits') {
  const { world, type } = worldOf(name);
  await commitRows(world, type, rows(type, 60, '2026-11-20T08:00:00Z', 120));
  const blobs = world.stores.containers.get('archive-2555d') ?? new Map<string, Buffer>();
  return { world, type, blobs, names: [...blobs.keys()] };
}

async function alarmsOf(world: World) {
  const status = await readStatus(world.instance(), 100);
  return status.flatMap(({ alarms }) => alarms).filter(({ name }) => name === 'integrity');
}

async function read(world: World, type: LogType, versions: 'latest' | 'all' = 'all'): Promise<string> {
  try {
    const { pieces } = await exportRange(world.instance(), type, { range: ALL, versions });
    for await (const chunk of gzipped(pieces)) if (chunk.length === 0) throw new Error('an empty chunk');
    return 'whole';
  } catch (error) {
    return (error as Error).name;
  }
}

describe('a segment that a reader finds damaged', () => {
  it.each<[string, (bytes: Buffer) => Buffer | undefined, string]>([
    ['missing', () => undefined, 'SegmentMissing'],
    ['changed', (bytes) => Buffer.from(bytes.map((byte, n) => (n === 40 ? byte ^ 1 : byte))), 'DamagedSegment'],
  ])('%s: is a critical alarm with its name until it is whole again', async (_what, damage, name) => {
    const { world, type, blobs, names } = await smallWorld();
    expect(await alarmsOf(world)).toEqual([]);
    const [, second = ''] = names;
    const bytes = blobs.get(second) ?? Buffer.alloc(0);
    const damaged = damage(bytes);
    if (damaged) blobs.set(second, damaged);
    else blobs.delete(second);
    expect(await read(world, type)).toBe(name);
    for (const _twice of [1, 2]) {
      expect(await alarmsOf(world)).toMatchObject([{ level: 'critical', text: expect.stringContaining(second) }]);
    }
    blobs.set(second, bytes);
    expect(await alarmsOf(world)).toEqual([]);
    expect(await read(world, type)).toBe('whole');
    expect(await alarmsOf(world)).toEqual([]);
  });

  it('while the latest versions of a moving type are looked for is noted too', async () => {
    const { world, type, blobs, names } = await smallWorld('riskDetections');
    blobs.delete(names[0] ?? '');
    expect(await read(world, type, 'latest')).toBe('SegmentMissing');
    expect(await alarmsOf(world)).toHaveLength(1);
  });

  it('is noted once, and two of them are one alarm', async () => {
    const { world, type, blobs, names } = await smallWorld();
    for (const name of names) blobs.delete(name);
    await read(world, type);
    await read(world, type);
    expect(await alarmsOf(world)).toMatchObject([{ text: expect.stringContaining(' and 1 more ') }]);
  });

  it('fails the answer as ever when the note cannot be written, and says so', async () => {
    const { world, type, blobs, names } = await smallWorld();
    blobs.delete(names[0] ?? '');
    const deps = world.instance((call, run) =>
      call.op === 'commit' ? Promise.reject(new Error('the table did not answer')) : run(),
    );
    const { pieces } = await exportRange(deps, type, { range: ALL, versions: 'all' });
    await expect(Array.fromAsync(gzipped(pieces))).rejects.toThrow('is not in the store');
    expect(world.logs.at(-1)?.message).toContain('could not be noted: the table did not answer');
  });

  it('is damage all the same when it cannot be told whether it was deleted, and the log says why', async () => {
    const { world, type, blobs, names } = await smallWorld();
    const deps = world.instance((call, run) =>
      call.op === 'list' && blobs.size < names.length ? Promise.reject(new Error('the store did not answer')) : run(),
    );
    const { pieces } = await exportRange(deps, type, { range: ALL, versions: 'all' });
    blobs.delete(names[0] ?? '');
    await expect(Array.fromAsync(gzipped(pieces))).rejects.toThrow('is not in the store');
    expect(world.logs.filter(({ level }) => level === 'warn').map(({ message }) => message)).toEqual([
      `whether archive-2555d/${names[0]} was deleted meanwhile cannot be told: the store did not answer`,
    ]);
    expect(await alarmsOf(world)).toHaveLength(1);
  });

  it('is in the log of the request that met it, by name', async () => {
    const { world, blobs, names } = await smallWorld();
    const [first = '', second = ''] = names;
    blobs.delete(second);
    const broken = await callLogs(world, 'directoryAudits?from=2026-11-20&to=2026-11-21');
    expect([broken.status, broken.broken]).toEqual([200, expect.objectContaining({ name: 'SegmentMissing' })]);
    blobs.delete(first);
    expect((await callLogs(world, 'directoryAudits?from=2026-11-20&to=2026-11-21')).status).toBe(500);
    const errors = world.logs.filter(({ level }) => level === 'error').map(({ message }) => message);
    expect(errors).toMatchObject([expect.stringContaining(second), expect.stringContaining(first)]);
  });
});
