/**
 * Published records of real tenants through the whole flow, in and out: they come back byte for byte.
 *
 * The records lie beside the repository and are not part of it. Where they are not at hand, a handful of invented ones
 * with the same habits goes the same way.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseInstant } from '../../shared/archive/time.ts';
import { collectNext } from '../../shared/collect.ts';
import { exportRange } from '../../shared/export.ts';
import { LOG_TYPES, type LogType } from '../../shared/logTypes.ts';
import { inflated } from '../../shared/serve/encode.ts';
import { checkLog } from '../support/archiveCheck.ts';
import type { FakeRow } from '../support/fakeGraph.ts';
import { createWorld, DAY, TENANT_ID } from '../support/flowHarness.ts';

const DIRECTORY = join(import.meta.dirname, '../../../shared/samples');

const INVENTED = [
  '{"id":"a","activityDateTime":"2026-11-19T10:00:00.1234567Z","n":0.0,"big":9007199254740993}',
  '{ "id": "b", "activityDateTime": "2026-11-19T12:00:00.5+02:00", "text": "\\u2013 and –" }',
  '{"id":"c","activityDateTime":"2026-11-19 10:00:00.983201900","id":"c"}',
  '{"activityDateTime":null,"location":{"latitude":-73.979019165039063}}',
  '{"id":"d","activityDateTime":"2026-11-19T3:15:37.008Z"}',
];

/** Which log type a file of records is like; all others go as directory audits. */
const LIKE: readonly (readonly [prefix: string, logType: string])[] = [
  ['signIns-interactive', 'interactiveSignIns'],
  ['signIns-nonInteractive', 'nonInteractiveSignIns'],
  ['signIns-servicePrincipal', 'servicePrincipalSignIns'],
  ['signIns-managedIdentity', 'managedIdentitySignIns'],
  ['panther-signIns-interactive', 'interactiveSignIns'],
  ['panther-signIns-nonInteractive', 'nonInteractiveSignIns'],
  ['panther-signIns-servicePrincipal', 'servicePrincipalSignIns'],
  ['provisioning', 'provisioning'],
  ['riskDetections', 'riskDetections'],
  ['riskyUser', 'riskyUsers'],
];

const found = existsSync(DIRECTORY) ? readdirSync(DIRECTORY).filter((name) => name.endsWith('.ndjson')) : [];
const files: readonly (readonly [file: string, lines: readonly string[]])[] = [
  ['the invented ones', INVENTED],
  ...found.map((file) => [file, readFileSync(join(DIRECTORY, file), 'utf8').split('\n').filter(Boolean)] as const),
];

function typeLike(file: string): LogType {
  const name = LIKE.find(([prefix]) => file.startsWith(prefix))?.[1] ?? 'directoryAudits';
  const logType = LOG_TYPES.get(name);
  if (!logType) throw new Error(`there is no log type ${name}`);
  return logType;
}

/** A row as the source would have it; what has no time that can be read is shown whatever is asked. */
function toRow(line: string, { timeField }: LogType): FakeRow {
  const time = (JSON.parse(line) as Record<string, unknown>)[timeField];
  return { line, compared: typeof time === 'string' ? parseInstant(time) : undefined };
}

/** Pulls the rows with a log type until nothing is due, and gives what an export of everything says. */
async function throughTheArchive(logType: LogType, list: readonly FakeRow[], now: string): Promise<string[]> {
  const world = createWorld({ now, logTypes: [logType.name] });
  world.graph.add(logType.name, ...list);
  world.graph.pageSize = 7;
  const signal = new AbortController().signal;
  const options = { until: world.until(), failures: 0, aimedRows: 50_000, settleSeconds: 900, signal };
  const deps = world.instance();
  while ((await collectNext(deps, logType, options)).due);
  checkLog(world.stores, world.graph, TENANT_ID, logType);
  const range = { from: '1970-01-01T00:00:00.0000000Z', to: '2100-01-01T00:00:00.0000000Z' };
  const { pieces } = await exportRange(deps, logType, { range, versions: 'all' });
  return Buffer.concat(await Array.fromAsync(inflated(pieces)))
    .toString('utf8')
    .split('\n')
    .slice(0, -1);
}

describe.each(files)('the records of %s', (file, lines) => {
  const logType = typeLike(file);
  const list = lines.map((line) => toRow(line, logType));

  it('come back byte for byte from one read of all of them', async () => {
    const unbounded = { ...logType, state: true, sourceRetentionDays: undefined };
    const back = await throughTheArchive(unbounded, list, '2026-11-20T12:20:00Z');
    expect(back.toSorted()).toEqual(lines.toSorted());
    expect(back.length).toBeGreaterThan(0);
  });

  it('come back byte for byte from a walk over the week that has most of them', async () => {
    const end = busiestEnd(list);
    const from = new Date(end - 7 * DAY * 1000).toISOString();
    const inWeek = list.filter(
      ({ compared }) => compared === undefined || (compared >= from && compared < new Date(end).toISOString()),
    );
    const walked = { ...logType, state: false, sourceRetentionDays: 9 };
    const back = await throughTheArchive(walked, inWeek, new Date(end + DAY * 1000).toISOString());
    expect(back.toSorted()).toEqual(inWeek.map(({ line }) => line).toSorted());
  });
});

/** The end of the seven days, in milliseconds since 1970, that hold most of the rows. */
function busiestEnd(list: readonly FakeRow[]): number {
  const days = list.flatMap(({ compared }) =>
    compared === undefined ? [] : [Math.floor(Date.parse(compared) / (DAY * 1000))],
  );
  const within = (day: number) => days.filter((each) => each <= day && each > day - 7).length;
  const best =
    days.toSorted((a, b) => within(b) - within(a))[0] ?? Math.floor(Date.parse('2026-11-01T00:00:00Z') / (DAY * 1000));
  return (best + 1) * DAY * 1000;
}
