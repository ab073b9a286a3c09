/** An archive of many days and one rare user, searches in it with and without sketches, and what they open. */
import type { Deps } from '../../shared/deps.ts';
import { exportRange } from '../../shared/export.ts';
import type { LogType } from '../../shared/logTypes.ts';
import { parseFilter } from '../../shared/query/filter.ts';
import { type Matcher, matcher } from '../../shared/query/matcher.ts';
import { inflated } from '../../shared/serve/encode.ts';
import { keepSketches } from '../../shared/sketchUpkeep.ts';
import type { FakeRow } from './fakeGraph.ts';
import { DAY, row, seconds, type World, worldOf } from './flowHarness.ts';
import { storeRows } from './storedRows.ts';
import { type Around, plainly, recording, type StoreCall } from './storeHooks.ts';

export const AUDITS = 'directoryAudits';
export const ALL = { from: '1970-01-01T00:00:00.0000000Z', to: '2100-01-01T00:00:00.0000000Z' };

/** A row of a user, as an audit names the one who did it. */
export function userRow(type: LogType, id: string, time: string, user: string): FakeRow {
  return row(type, id, time, undefined, `,"initiatedBy":{"user":{"id":"${id}-u","userPrincipalName":"${user}"}}`);
}

export const dayOf = (n: number) =>
  new Date((seconds('2026-08-10T00:00:00Z') + n * DAY) * 1000).toISOString().slice(0, 10);
/** From August to the 19th of November. */
export const DAYS = 102;
export const RARE_DAYS = [3, 4, 60, 100];

/** Two hours of every day with five users each; one user was there in four hours only. */
export async function manyDays(): Promise<{ world: World; type: LogType }> {
  const { world, type } = worldOf(AUDITS, { sourceDays: 365 });
  const list = Array.from({ length: DAYS }, (_, day) =>
    [7, 15].flatMap((hour) => {
      const users = Array.from({ length: 5 }, (__, n) => `user${(day * 7 + hour + n) % 90}@contoso.example`);
      if (hour === 7 && RARE_DAYS.includes(day)) users.push('Rare@contoso.example');
      return users.map((user, n) =>
        userRow(type, `${day}-${hour}-${n}`, `${dayOf(day)}T${String(hour).padStart(2, '0')}:1${n}:00Z`, user),
      );
    }),
  );
  await storeRows(world, type, list.flat());
  return { world, type };
}

export async function keep(world: World, around: Around = plainly, hasTime = () => true): Promise<void> {
  const headTo = Math.floor(world.clock.now() / 1000 / DAY) * DAY;
  const targets = world.config.logTypes.map((logType) => ({ logType, headTo }));
  await keepSketches(world.instance(around), targets, hasTime);
}

/** As many runs as it takes until every month has had its turn. */
export async function keepAll(world: World): Promise<void> {
  for (let run = 0; run < 5; run += 1) await keep(world);
}

export async function search(deps: Deps, type: LogType, filter: Matcher, versions: 'latest' | 'all' = 'latest') {
  const { pieces } = await exportRange(deps, type, { range: ALL, versions, filter });
  return Buffer.concat(await Array.fromAsync(inflated(pieces)))
    .toString('utf8')
    .split('\n')
    .slice(0, -1);
}

export const matcherOf = (filter: string): Matcher => matcher(parseFilter(filter));
/** The same filter, of which sketches cannot tell anything. */
export const blind = (filter: Matcher): Matcher => ({ ...filter, need: undefined });
export const RARE = matcherOf("initiatedBy/user/userPrincipalName eq 'Rare@contoso.example'");
export const idOf = (line: string) => (JSON.parse(line) as { id: string }).id;
export const RARE_IDS = RARE_DAYS.map((day) => `${day}-7-5`);

export const opened = (calls: readonly StoreCall[]) =>
  calls.filter(({ op, target }) => op === 'get' && target.startsWith('archive-')).map(({ target }) => hourIn(target));
const hourIn = (target: string) => (/date=([\d-]+)\/hour=(\d\d)/.exec(target) ?? []).slice(1, 3).join('T');
export const RARE_HOURS = RARE_DAYS.map((day) => `${dayOf(day)}T07`);
const spansRead = (calls: readonly StoreCall[]) =>
  calls.flatMap(({ op, target }) => (op === 'get' ? (/\/(?:actors|events)\/([\d-]+)\//.exec(target)?.[1] ?? []) : []));

export async function searched(world: World, type: LogType, filter = RARE) {
  const calls: StoreCall[] = [];
  const lines = await search(world.instance(recording(calls)), type, filter);
  return { ids: lines.map(idOf), opened: opened(calls), spans: spansRead(calls) };
}
