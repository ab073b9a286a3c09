/**
 * The newest version of each record of a moving log type within a range: an update moves the record to another hour, so
 * what is the newest shows only when all of the range has been looked at.
 */
import { readRecord } from '../archive/page.ts';
import { splitLines } from '../archive/segment.ts';
import { storedTime, UNDATED } from '../archive/undated.ts';
import type { Deps } from '../deps.ts';
import type { LogType } from '../logTypes.ts';
import type { Range } from '../query/range.ts';
import { segmentsBetween } from '../segmentIndex.ts';
import { readSegment } from '../segments.ts';
import { orderKey, versionKey } from './reader.ts';

const ORDER_LENGTH = orderKey(UNDATED, 0).length;

/** By id the version that counts: the latest by its own time, of equal ones that of the later entry. */
export async function newestVersions(
  deps: Deps,
  logType: LogType,
  range: Range,
  pin: number,
): Promise<ReadonlyMap<string, string>> {
  const newest = new Map<string, string>();
  for await (const segment of segmentsBetween(deps, logType.name, range.from, range.to, pin)) {
    for await (const line of splitLines(readSegment(deps, segment))) {
      const record = readRecord(line, { timeField: logType.timeField });
      const time = storedTime(record.time);
      if (record.id === '' || time < range.from || time >= range.to) continue;
      const isOlder = orderKey(time, segment.seq) < (newest.get(record.id) ?? '').slice(0, ORDER_LENGTH);
      if (!isOlder) newest.set(record.id, versionKey(time, segment.seq, line));
    }
  }
  return newest;
}
