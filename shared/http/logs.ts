/** What the routes over log types share: reading the name and the format, and the headers of an export. */
import type { Config } from '../config.ts';
import type { LogType } from '../logTypes.ts';
import { Problem } from './problem.ts';

/** @throws Problem 400 that lists the log types there are. */
export function readLogType(config: Config, name: string): LogType {
  const found = config.logTypes.find((logType) => logType.name === name);
  if (found) return found;
  const names = config.logTypes.map((logType) => logType.name).join(', ');
  throw new Problem(
    400,
    'Unknown log type',
    `There is no log type '${name.slice(0, 80)}'. There are: ${names}. A right example: /api/logs/${config.logTypes[0]?.name}`,
    {
      parameter: 'logType',
    },
  );
}

/** The body of `GET /api/logs`. */
export function listLogTypes(config: Config) {
  return {
    logTypes: config.logTypes.map((logType) => ({
      logType: logType.name,
      source: `${logType.api}${logType.path}`,
      timeField: logType.timeField,
      sourceRetentionDays: logType.sourceRetentionDays ?? null,
      retentionDays: config.retentionDays(logType.name),
    })),
  };
}
