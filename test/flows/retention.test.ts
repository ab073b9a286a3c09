/** Retention classes: which container segments go to, what a change of them says and leaves, and one that is not there. */
import { describe, expect, it } from 'vitest';
import type { ConfigEntry, ReadEntry } from '../../shared/archive/entry.ts';
import { type Config, readConfig } from '../../shared/config.ts';
import { readStatus } from '../../shared/status.ts';
import { entriesOf, expire, expiringInstance, storedSegments } from '../support/expiring.ts';
import { DAY, rows, TENANT_ID, type World, worldOf } from '../support/flowHarness.ts';
import { HOUR, runOnce } from '../support/life.ts';

const AUDITS = 'directoryAudits';

const withRetention = (world: World, days: string): Config =>
  readConfig({
    TENANT_ID,
    ArchiveStorage: 'UseDevelopmentStorage=true',
    AUTH_MODE: 'none',
    LOG_TYPES: AUDITS,
    GRAPH_BASE_URL: world.config.graphBaseUrl,
    SOURCE_RETENTION_DAYS__directoryAudits: '7',
    RETENTION_DAYS__directoryAudits: days,
  });
const configs = (world: World) =>
  entriesOf(world, AUDITS).filter((entry): entry is ConfigEntry => entry.kind === 'config');
const segments = (world: World) =>
  entriesOf(world, AUDITS)
    .filter((entry): entry is ReadEntry => entry.kind === 'read')
    .flatMap((entry) => entry.segments.map(({ name, retainUntil }) => ({ name, retainUntil, at: entry.time })));
const daysKept = ({ at, retainUntil }: { at: string; retainUntil: string }) =>
  (Date.parse(retainUntil) - Date.parse(at)) / (DAY * 1000);

describe('a change of retention', () => {
  it('is said by an entry, concerns new segments only, and each class is deleted at its own time', async () => {
    const { world, type } = worldOf(AUDITS, { sourceDays: 7, settings: { RETENTION_DAYS__directoryAudits: '20' } });
    world.graph.add(AUDITS, ...rows(type, 5, '2026-11-20T08:00:00Z', 60, 'old'));
    await runOnce(world);
    const old = storedSegments(world);
    world.graph.add(AUDITS, ...rows(type, 5, '2026-11-20T13:00:00Z', 60, 'new'));
    world.advance(3 * HOUR);
    const config = withRetention(world, '10');
    world.stores.containers.set('archive-10d', new Map());
    await runOnce(world, { ...world.instance(), config });
    expect(configs(world).map((entry) => entry.config.retentionDays)).toEqual([20, 10]);
    expect(segments(world).map((segment) => [segment.name.slice(0, 11), daysKept(segment)])).toEqual([
      ['archive-20d', 20],
      ['archive-10d', 10],
    ]);
    // The same setting again says nothing.
    await runOnce(world, { ...world.instance(), config });
    expect(configs(world)).toHaveLength(2);

    world.advance(11 * DAY);
    await expire(world, { ...expiringInstance(world), config });
    expect(storedSegments(world)).toEqual(old);
    world.advance(10 * DAY);
    await expire(world, { ...expiringInstance(world), config });
    expect(storedSegments(world)).toEqual([]);
  });
});

describe('a class without its container', () => {
  it('makes the log type misconfigured, with the countdown running, and nothing is lost once it is there', async () => {
    const { world, type } = worldOf(AUDITS, { sourceDays: 7, settings: { RETENTION_DAYS__directoryAudits: '90' } });
    world.graph.add(AUDITS, ...rows(type, 5, '2026-11-20T08:00:00Z', 60));
    await runOnce(world);
    const container = world.stores.containers.get('archive-90d') as Map<string, Buffer>;
    world.stores.containers.delete('archive-90d');
    world.graph.add(AUDITS, ...rows(type, 5, '2026-11-20T13:00:00Z', 60, 'waiting'));
    const countdowns: (number | null | undefined)[] = [];
    for (let day = 0; day < 4; day += 1) {
      world.advance(DAY);
      await runOnce(world);
      const [status] = await readStatus(world.instance(), 1000);
      expect(status).toMatchObject({ state: 'misconfigured', watermark: '2026-11-20T12:05:00Z' });
      expect(status?.alarms).toContainEqual(expect.objectContaining({ name: 'misconfigured', level: 'critical' }));
      countdowns.push(status?.countdownSeconds);
    }
    // What is missing is lost seven days after it happened.
    expect(countdowns).toEqual([6, 5, 4, 3].map((days) => days * DAY - 15 * 60));
    world.stores.containers.set('archive-90d', container);
    await runOnce(world);
    const [status] = await readStatus(world.instance(), 1000);
    expect(status).toMatchObject({ state: 'healthy', countdownSeconds: null, records: 10 });
  });
});
