/**
 * What `GET /api/logs/{logType}` is asked for: every parameter read and judged before anything is fetched.
 */
import type { Instant } from '../archive/time.ts';
import type { ExportQuery } from '../export.ts';
import type { LogType } from '../logTypes.ts';
import { acceptsGzip, preferred } from '../query/accept.ts';
import { type Cursor, parseCursor } from '../query/cursor.ts';
import { parseFilter } from '../query/filter.ts';
import { timeBounds } from '../query/filterTimes.ts';
import { type Format, type FormatName, formatOf, MEDIA_TYPES } from '../query/formats.ts';
import { matcher } from '../query/matcher.ts';
import { BadQuery, readRange } from '../query/range.ts';
import { readSelect } from '../query/select.ts';
import { unknownFields } from '../query/unknownFields.ts';
import { Problem } from './problem.ts';
import { readWord } from './words.ts';

export interface ExportRequest {
  readonly query: ExportQuery;
  readonly format: Format;
  readonly gzip: boolean;
  /** Records of one page; `undefined` is everything. */
  readonly limit: number | undefined;
  readonly countOnly: boolean;
  /** Fields of the filter that no record of the log type is known to have. */
  readonly unknown: readonly string[];
  /** What cursors of this query belong to. */
  readonly key: readonly string[];
}

const FORMATS = MEDIA_TYPES.map(([name]) => name);
const MOST_A_PAGE = 10_000;
const MOST_SKIPPED = 1e12;
/** Characters of a value, but for the filter, which has a limit of its own. */
const LONGEST = 8000;

/**
 * @param now a range that begins later is refused.
 * @param signal aborted when nobody waits for the answer any more.
 * @throws BadQuery naming the parameter; Problem 406 when the client accepts none of the formats.
 */
export function readExport(
  tenantId: string,
  logType: LogType,
  parameters: URLSearchParams,
  headers: Pick<Headers, 'get'>,
  now: Instant,
  signal?: AbortSignal,
): ExportRequest {
  for (const [name, value] of parameters) {
    if (value.length > LONGEST)
      throw new BadQuery(name, `'${name}' has ${value.length} characters; ${LONGEST} are the most.`);
  }
  const range = readRange(parameters, now);
  const filterText = parameters.get('filter');
  const filter = filterText === null ? undefined : parseFilter(filterText);
  const versions = readVersions(parameters, logType);
  const key = [tenantId, logType.name, range.from, range.to, filterText ?? '', versions];
  const cursor = readCursor(parameters, key);
  const skip = readNumber(parameters, 'skip', 0, MOST_SKIPPED) ?? 0;
  return {
    query: {
      range,
      versions,
      skip,
      cursor,
      signal,
      ...(filter && { filter: matcher(filter), bounds: timeBounds(filter, logType.timeField) }),
    },
    format: readFormat(parameters, headers.get('accept'), logType),
    gzip: acceptsGzip(headers.get('accept-encoding')),
    limit: readNumber(parameters, 'limit', 1, MOST_A_PAGE),
    countOnly: readWord(parameters, 'count', ['only']) === 'only',
    unknown: filter ? unknownFields(logType.name, filter) : [],
    key,
  };
}

/** By default the latest version of each record; all of those whose updates move them to another time. */
function readVersions(parameters: URLSearchParams, logType: LogType): 'latest' | 'all' {
  return readWord(parameters, 'versions', ['latest', 'all']) ?? (logType.moving ? 'all' : 'latest');
}

function readFormat(parameters: URLSearchParams, accept: string | null, logType: LogType): Format {
  const asked = readWord(parameters, 'format', FORMATS);
  const name: FormatName | undefined = asked ?? preferred(accept, MEDIA_TYPES);
  if (name === undefined) {
    const types = MEDIA_TYPES.map(([, type]) => type).join(', ');
    throw new Problem(
      406,
      'No acceptable format',
      `The records can be had as ${types}: ask for one in Accept, or with format=.`,
    );
  }
  const selection = readSelect(parameters);
  return formatOf(name, {
    logType: logType.name,
    selection,
    bom: readWord(parameters, 'bom', ['true', 'false']) === 'true',
  });
}

function readCursor(parameters: URLSearchParams, key: readonly string[]): Cursor | undefined {
  const text = parameters.get('cursor');
  return text === null ? undefined : parseCursor(text, key);
}

function readNumber(parameters: URLSearchParams, name: string, least: number, most: number): number | undefined {
  const text = parameters.get(name);
  if (text === null) return undefined;
  const value = /^\d{1,13}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new BadQuery(
    name,
    `'${name}' must be a whole number from ${least} to ${most}, not '${text.slice(0, 80)}'. A right example: ${name}=1000`,
  );
}
