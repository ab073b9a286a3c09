/** `GET /api/coverage[/{logType}]?from&to`: what the ledger says is held of a range, with gaps and re-reads. */
import { DAY } from '../archive/hours.ts';
import { instantFromMilliseconds, secondsOf } from '../archive/time.ts';
import { type Detail, readCoverage, summariseCoverage } from '../coverage.ts';
import { BadQuery, type Range, readOptionalRange } from '../query/range.ts';
import { type Answer, type Call, json } from './call.ts';
import { readLogType } from './readLogType.ts';

/** Days of which every piece may be asked for at once. */
const MOST_DAYS = 31;

export async function getCoverage({ url, path, deps }: Call): Promise<Answer> {
  const name = path[1];
  const range = readOptionalRange(url.searchParams, instantFromMilliseconds(deps.clock.now()));
  const logType = name === undefined ? undefined : readLogType(deps.config, name);
  const detail = readDetail(url.searchParams, range);
  return json(logType ? await readCoverage(deps, logType, range, detail) : await summariseCoverage(deps, range));
}

/**
 * Reads `detail`: `hours`, `days`, or nothing.
 * @throws BadQuery for another word, and for a range too long for an answer of that kind.
 */
export function readDetail(query: URLSearchParams, range: Range | undefined): Detail | undefined {
  const detail = query.get('detail');
  if (detail === null) return undefined;
  if (detail === 'days') return detail;
  if (detail !== 'hours') {
    const given = detail.slice(0, 80);
    throw new BadQuery('detail', `'detail' must be hours or days, not '${given}'. A right example: detail=hours`);
  }
  if (range && secondsOf(range.to) - secondsOf(range.from) > MOST_DAYS * DAY) {
    throw new BadQuery(
      'to',
      `'detail=hours' is answered for at most ${MOST_DAYS} days at once; ask for a shorter range, or for detail=days`,
    );
  }
  return detail;
}
