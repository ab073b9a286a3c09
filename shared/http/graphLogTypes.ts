/** Which log types, and which part of time, answer a Graph request. */
import { DAY } from '../archive/hours.ts';
import { type Instant, instantFromSeconds } from '../archive/time.ts';
import type { Config } from '../config.ts';
import { ALWAYS } from '../list.ts';
import type { LogType } from '../logTypes.ts';
import { isTime } from '../query/filterNames.ts';
import { mayMatch, mentions, pathsOf } from '../query/filterPaths.ts';
import { timeBounds } from '../query/filterTimes.ts';
import type { Filter } from '../query/filterTree.ts';
import type { Range } from '../query/range.ts';
import { invalidFilter, noSegment } from './graphErrors.ts';
import type { GraphPath } from './graphPath.ts';

const CHOICE = 'signInEventTypes';

/**
 * The log types that a list is made of. As with Graph, interactive sign-ins where the filter does not speak of
 * `signInEventTypes`.
 * @throws Problem when the filter leaves none, and when the archive does not keep one of them.
 */
export function logTypesOfList(config: Config, { resource }: GraphPath, filter: Filter | undefined): LogType[] {
  const [first, ...others] = resource.logTypes;
  if (!first || others.length === 0 || !filter || !mentions(filter, CHOICE))
    return kept(config, resource.logTypes.slice(0, 1), resource.path);
  const chosen = resource.logTypes.filter(({ signInEventType }) => mayMatch(filter, CHOICE, [signInEventType]));
  if (chosen.length > 0) return kept(config, chosen, resource.path);
  const values = resource.logTypes.map(({ signInEventType }) => signInEventType).join(', ');
  throw invalidFilter(`no sign-in can have such ${CHOICE}. There are ${values}.`);
}

/** The log types among which a record is looked for by its id. v1.0 knows interactive sign-ins only. */
export function logTypesOfRecord(config: Config, { resource, version }: GraphPath): LogType[] {
  if (version === 'v1.0') return kept(config, resource.logTypes.slice(0, 1), resource.path);
  const on = resource.logTypes.filter(({ name }) => config.logTypes.some((logType) => logType.name === name));
  return kept(config, on.length > 0 ? on : resource.logTypes, resource.path);
}

/**
 * The range that a filter leaves. Without a word about a time it is what Graph would still have: the last 30 days of most
 * log types. The present state is not bounded above: a later version would not be seen otherwise.
 */
export function rangeOfList(logTypes: readonly LogType[], filter: Filter | undefined, now: number): Range {
  const [{ timeField, state } = { timeField: '', state: false }] = logTypes;
  if (!filter || !speaksOfTime(filter)) return { ...ALWAYS, from: remembered(logTypes, now) };
  const { from = ALWAYS.from, to = ALWAYS.to } = timeBounds(filter, timeField);
  return { from, to: state ? ALWAYS.to : to };
}

function speaksOfTime({ condition }: Filter): boolean {
  return [...pathsOf(condition)].some((path) => path.scope === 0 && path.steps.length === 1 && isTime(path));
}

/** From when on Graph would have these. */
function remembered(logTypes: readonly LogType[], now: number): Instant {
  const days = logTypes.map(({ sourceRetentionDays }) => sourceRetentionDays ?? Number.POSITIVE_INFINITY);
  return instantFromSeconds(Math.max(0, Math.floor(now / 1000) - Math.max(...days) * DAY));
}

/** The log types as the settings have them. */
function kept(config: Config, logTypes: readonly LogType[], path: string): LogType[] {
  return logTypes.map(({ name }) => {
    const found = config.logTypes.find((logType) => logType.name === name);
    if (found) return found;
    const segment = path.slice(path.indexOf('/') + 1);
    throw noSegment(segment, ` This archive does not keep ${name}: it is not in LOG_TYPES.`);
  });
}
