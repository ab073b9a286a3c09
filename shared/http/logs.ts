/** What the routes over log types share: reading the name and the format, and the headers of an export. */
import type { Config } from '../config.ts';
import type { Export } from '../export.ts';
import type { LogType } from '../logTypes.ts';
import { BadQuery, type Range } from '../query/range.ts';
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

/** Checks `format`; NDJSON is the only one so far. */
export function readFormat(query: URLSearchParams): void {
  const format = query.get('format') ?? 'ndjson';
  if (format !== 'ndjson')
    throw new BadQuery(
      'format',
      `'format' must be ndjson, not '${format.slice(0, 80)}'. A right example: format=ndjson`,
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

/** The headers of an export of `range`. */
export function exportHeaders(
  logType: LogType,
  range: Range,
  { pin, coverage }: Pick<Export, 'pin' | 'coverage'>,
): Record<string, string> {
  const name = `${logType.name}_${compact(range.from)}_${compact(range.to)}.ndjson`;
  return {
    'content-type': 'application/x-ndjson',
    'content-disposition': `attachment; filename="${name}"`,
    'x-archive-coverage': coverage.state,
    'x-archive-covered-to': coverage.coveredTo.replace('.0000000Z', 'Z'),
    'x-archive-entries': String(pin.seq + 1),
  };
}

/** `20261120T050000Z`: a time as a file name may carry it. */
export function compact(instant: string): string {
  return `${instant.slice(0, 19).replace(/[-:]/g, '')}Z`;
}
