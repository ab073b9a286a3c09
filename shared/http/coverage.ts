/** What the route of coverage reads beside a range. */
import { secondsOf } from '../archive/time.ts';
import type { Detail } from '../coverage.ts';
import { BadQuery, type Range } from '../query/range.ts';

/** Days of which every piece may be asked for at once. */
const MOST_DAYS = 31;

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
  if (range && secondsOf(range.to) - secondsOf(range.from) > MOST_DAYS * 86_400) {
    throw new BadQuery(
      'to',
      `'detail=hours' is answered for at most ${MOST_DAYS} days at once; ask for a shorter range, or for detail=days`,
    );
  }
  return detail;
}
