/** Settings of log types: which are pulled, and how long each is kept, there and here. */
import { ACCESS_LOG_TYPE, LOG_TYPES, type LogType } from '../logTypes.ts';
import { KNOWN } from '../settings.ts';
import type { Reader } from './reader.ts';

export interface LogTypeSettings {
  /** The log types to pull, with the source retention that the settings give them, and the access log. */
  readonly logTypes: readonly LogType[];
  /** Every log type there is: what one that is switched off has left is still held, deleted, signed and found. */
  readonly everyLogType: readonly LogType[];
  /** Days a segment of this log type must be kept. */
  retentionDays(logType: string): number;
}

export function readLogTypes({ get }: Reader): LogTypeSettings {
  const names = get('LOG_TYPES') ?? [...LOG_TYPES.values()].filter((row) => !row.optional).map((row) => row.name);
  const retentionDefault = get('RETENTION_DAYS') ?? 2555;
  const retention = new Map(
    [...KNOWN.keys()].map((name) => [name, get('RETENTION_DAYS', `RETENTION_DAYS__${name}`) ?? retentionDefault]),
  );
  const every = new Map(
    [...KNOWN].map(([name, logType]) => {
      const days = get('SOURCE_RETENTION_DAYS', `SOURCE_RETENTION_DAYS__${name}`);
      return [name, days === undefined ? logType : { ...logType, sourceRetentionDays: days }];
    }),
  );
  // Who reads leaves a trace, whatever is pulled: leaving the access log out of the list does not switch it off.
  const kept = new Set([...names, ACCESS_LOG_TYPE.name]);
  return {
    logTypes: [...kept].map((name) => every.get(name) as LogType),
    everyLogType: [...every.values()],
    retentionDays: (logType) => retention.get(logType) ?? retentionDefault,
  };
}
