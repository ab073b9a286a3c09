/**
 * What is due to be deleted: the stored blobs of a ledger held against its index.
 *
 * The store is asked first. What it does not have is not deleted by us, however old it is: a segment that went missing
 * before its time stays the error that it is. Names are in the order of time, so that listing ends where the retention
 * has not ended yet. A container that has a legal hold of its own is passed over.
 */
import { hash } from 'node:crypto';
import type { DoomedSegment } from '../archive/entry.ts';
import { DAY, HOUR } from '../archive/hours.ts';
import { archiveContainer, fullName, parseSegmentName, segmentPrefix } from '../archive/names.ts';
import { formatSeconds, hourOf, type Instant, instantFromSeconds, secondsOf, startOfHour } from '../archive/time.ts';
import { UNDATED } from '../archive/undated.ts';
import { classesOf } from '../deletionIndex.ts';
import type { LogType } from '../logTypes.ts';
import { namedBetween } from '../segmentIndex.ts';
import { ContainerMissing } from '../storage/port.ts';
import type { ExpireDeps } from './deps.ts';

/** A blob that has the name of a segment of an hour whose retention may have ended. */
interface Stored {
  readonly container: string;
  readonly blob: string;
  readonly hour: string;
  /** When the retention of its container ends for it, by the store's clock: second since 1970. */
  readonly until: number;
}

export interface Found {
  /** What is due, the oldest hours first. */
  readonly due: readonly DoomedSegment[];
  /** Full names of segments that are there though an entry deletes them. */
  readonly back: readonly string[];
}

/** @param now second since 1970: what is to be kept up to it is due. */
export async function findDue(deps: ExpireDeps, logType: LogType, now: number): Promise<Found> {
  const stored = new Map<string, Stored>();
  for (const days of await classesOf(deps, logType.name)) {
    for await (const each of oldBlobs(deps, logType, days, now)) stored.set(fullName(each.container, each.blob), each);
  }
  const [due, back]: [DoomedSegment[], string[]] = [[], []];
  const unnamed = new Map(stored);
  for (const [from, to] of spansOf([...stored.values()])) {
    for await (const segment of namedBetween(deps, logType.name, from, to)) {
      const { name, sha256, records, retainUntil } = segment;
      if (!unnamed.delete(name)) continue;
      if (segment.deleteSeq !== undefined) back.push(name);
      else if (retainUntil <= formatSeconds(now)) due.push({ name, sha256, records, retainUntil });
    }
  }
  for (const [name, { container, blob, until }] of unnamed) {
    if (until > now) continue;
    const bytes = await deps.blobs.get(container, blob);
    if (!bytes) continue;
    const [sha256, retainUntil] = [hash('sha256', bytes), formatSeconds(until)];
    due.push({ name, sha256, records: null, retainUntil, orphan: true });
  }
  const hourIn = ({ name }: DoomedSegment) => stored.get(name)?.hour ?? '';
  due.sort((a, b) => (hourIn(a) < hourIn(b) ? -1 : hourIn(a) > hourIn(b) ? 1 : 0));
  return { due, back };
}

async function* oldBlobs(deps: ExpireDeps, { name }: LogType, days: number, now: number): AsyncGenerator<Stored> {
  const container = archiveContainer(days);
  // Nothing is stored before its hour: what is of a later hour than this is younger.
  const newest = hourOf(instantFromSeconds(Math.max(0, now - days * DAY)));
  try {
    if (await deps.deleter.isHeld(container)) {
      // What is meant to be deleted is served to nobody. Of what is kept for a court nothing is meant while it is kept.
      const words = `${container} has a legal hold of its own: nothing of ${name} in it is deleted until that is cleared`;
      return deps.log('info', words, { logType: name });
    }
    for await (const item of deps.blobs.list(container, segmentPrefix(deps.config.tenantId, name))) {
      const hour = parseSegmentName(item.name)?.hour;
      if (hour === undefined) continue;
      if (hour > newest) return;
      yield { container, blob: item.name, hour, until: Math.ceil(item.createdAt / 1000) + days * DAY };
    }
  } catch (error) {
    // A class that is not used any more may be gone with its container; then nothing lies in it.
    if (!(error instanceof ContainerMissing) || days === deps.config.retentionDays(name)) throw error;
  }
}

/** The spans of time that stored blobs are of: the undated ones, and all others. */
function spansOf(stored: readonly Stored[]): (readonly [from: Instant, to: Instant])[] {
  const hours = stored.map(({ hour }) => hour).sort();
  const undated = hourOf(UNDATED);
  const dated = hours.filter((hour) => hour !== undated);
  const [first, last] = [dated[0], dated.at(-1)];
  return [
    ...(hours[0] === undated ? [spanFrom(undated, undated)] : []),
    ...(first !== undefined && last !== undefined ? [spanFrom(first, last)] : []),
  ];
}

function spanFrom(first: string, last: string): readonly [from: Instant, to: Instant] {
  return [startOfHour(first), instantFromSeconds(secondsOf(startOfHour(last)) + HOUR)];
}
