/**
 * The log types that requests name: of a path, of the body of a hold, of that of a sweep. Whoever names another is told
 * which there are.
 */
import type { Config } from '../config.ts';
import { ACCESS_LOG_TYPE, isGraphs, LOG_TYPES, type LogType } from '../logTypes.ts';
import { badMember } from './body.ts';
import { Problem } from './problem.ts';

/** Of a path: one that is switched on. @throws Problem 400 that lists the log types there are. */
export function readLogType({ logTypes }: Config, name: string): LogType {
  const found = named(logTypes, name);
  if (found) return found;
  const right = `A right example: /api/logs/${logTypes[0]?.name}`;
  const detail = `There is no log type '${name.slice(0, 80)}'. There are: ${namesOf(logTypes)}. ${right}`;
  throw new Problem(400, 'Unknown log type', detail, { parameter: 'logType' });
}

/**
 * Of a hold: a comma list, each name once; what is switched off can still be held.
 * @throws Problem 400 that lists the log types there are.
 */
export function readHeldLogTypes({ everyLogType }: Config, text: string): LogType[] {
  const names = [...new Set(text.split(',').map((name) => name.trim()))];
  return names.map((name) => {
    const found = named(everyLogType, name);
    if (found) return found;
    const fault = `names no log type: '${name.slice(0, 80)}'`;
    throw badMember('logTypes', fault, `There are: ${namesOf(everyLogType)}.`);
  });
}

/** Of a sweep: one that is read from Graph. @throws Problem 400 that says why it is not, and lists those that are. */
export function readPulledLogType({ logTypes }: Config, name: string): LogType {
  const pulled = logTypes.filter(isGraphs);
  const found = named(pulled, name);
  if (found) return found;
  throw badMember('logType', whyNotPulled(name), `Those that are on: ${namesOf(pulled)}.`);
}

function whyNotPulled(name: string): string {
  if (name === ACCESS_LOG_TYPE.name) return "is the archive's own log: Graph shows none of it";
  if (LOG_TYPES.has(name)) return `is switched off: ${name} is not in LOG_TYPES`;
  return `is no log type: '${name.slice(0, 80)}'`;
}

function named(logTypes: readonly LogType[], name: string): LogType | undefined {
  return logTypes.find((logType) => logType.name === name);
}

function namesOf(logTypes: readonly LogType[]): string {
  return logTypes.map(({ name }) => name).join(', ');
}
