/**
 * The judge of retention: looks at every entry and every deletion in the moment it takes effect, by the words of the format
 * and without a line of the flow's code.
 */
import { hash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import type { DoomedSegment, Entry, SegmentInfo } from '../../../shared/archive/entry.ts';
import type { Deleter, Removal } from '../../../shared/storage/port.ts';
import type { MemoryStores } from '../../support/memoryStores.ts';
import { count, type Tally } from '../tally.ts';
import { watchedBlobs } from '../watchedBlobs.ts';

export interface RetentionJudgeOptions {
  readonly stores: MemoryStores;
  readonly tally: Tally;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Whether checkpoints are signed, and deletion has to wait for them. */
  readonly signs: boolean;
  /** Whether the containers have a legal hold of their own just now. */
  readonly isLocked: () => boolean;
  readonly found: (violation: string) => void;
}

interface Hold {
  readonly from: number;
  readonly to: number;
}

/** What is known of one ledger. */
export interface Watched {
  readonly entries: Entry[];
  hash: string;
  /** Entries under the newest checkpoint. */
  signed: number;
  readonly named: Map<string, SegmentInfo & { seq: number }>;
  readonly open: Map<string, Hold>;
  /** Full name -> number of the entry that means to delete it. */
  readonly meant: Map<string, number>;
  readonly confirmed: Set<string>;
  /** Every line that was ever committed, and those of each segment, by its full name. */
  readonly lines: Set<string>;
  readonly linesOf: Map<string, readonly string[]>;
}

export type RetentionJudge = ReturnType<typeof createRetentionJudge>;

const DAY = 86_400;
const HOUR = 3600;

export function createRetentionJudge({ stores, tally, now, signs, isLocked, found }: RetentionJudgeOptions) {
  const ledgers = new Map<string, Watched>();
  /** Full name -> when it was created: milliseconds since 1970. */
  const created = new Map<string, number>();

  const watchedOf = (ledger: string): Watched => {
    const known = ledgers.get(ledger) ?? newWatched();
    ledgers.set(ledger, known);
    return known;
  };
  const stored = (full: string) => {
    const slash = full.indexOf('/');
    return stores.containers.get(full.slice(0, slash))?.get(full.slice(slash + 1));
  };
  const ledgerOf = (blob: string) => /^tenant=([^/]+)\/log=([^/]+)\//.exec(blob)?.slice(1).join('/') ?? '';

  const blobs = watchedBlobs(stores, found, (container, name, bytes) => {
    if (container.startsWith('archive-')) created.set(`${container}/${name}`, now());
    const [tenant = '', logType = '', file = '', size] = name.split('/');
    if (container !== 'ledger') return;
    const watched = watchedOf(`${tenant}/${logType}`);
    if (file === 'checkpoints') watched.signed = Math.max(watched.signed, Number(size));
    else committed(watched, bytes);
  });

  function committed(watched: Watched, bytes: Buffer): void {
    const entry = JSON.parse(bytes.toString('utf8')) as Entry;
    const continues = entry.seq === watched.entries.length && entry.prev === watched.hash;
    if (!continues) found(`entry ${entry.seq} of ${entry.log} does not continue the ledger`);
    watched.entries.push(entry);
    watched.hash = hash('sha256', bytes);
    count(tally, `entry: ${entry.kind}`);
    if (entry.kind === 'read') for (const segment of entry.segments) commit(watched, entry.seq, segment);
    if (entry.kind === 'hold') watched.open.set(entry.hold.id, spanOf(entry.hold));
    if (entry.kind === 'release') watched.open.delete(entry.release.id);
    if (entry.kind === 'delete') for (const segment of entry.delete.segments) mean(watched, entry.seq, segment);
    if (entry.kind === 'deleted') for (const segment of entry.deleted.segments) confirm(watched, segment);
  }

  /** What an entry names is there, and no version comes twice, deleted or not. */
  function commit({ named, meant, lines, linesOf }: Watched, seq: number, segment: SegmentInfo): void {
    const bytes = stored(segment.name);
    if (!bytes) found(`entry ${seq} names ${segment.name}, which is not there`);
    if (!bytes) return;
    if (named.has(segment.name)) found(`${segment.name} is named twice`);
    if (meant.has(segment.name)) found(`entry ${seq} names ${segment.name}, which an earlier entry deletes`);
    named.set(segment.name, { ...segment, seq });
    const own = gunzipSync(bytes).toString('utf8').split('\n').slice(0, -1);
    linesOf.set(segment.name, own);
    for (const line of own) {
      // Of a record without a time nobody can tell whether it was deleted.
      if (lines.has(line) && !isUndated(segment.name)) found(`a version is stored again by entry ${seq}: ${line}`);
      lines.add(line);
    }
  }

  function mean(watched: Watched, seq: number, { name, sha256, records, retainUntil, orphan }: DoomedSegment): void {
    const { named, open, meant, confirmed } = watched;
    const segment = named.get(name);
    const isNamed = segment !== undefined;
    if (isNamed === (orphan === true)) found(`entry ${seq} deletes ${name} as what it is not`);
    if (segment && (segment.sha256 !== sha256 || segment.records !== records || segment.retainUntil !== retainUntil)) {
      found(`entry ${seq} says something else of ${name} than the entry that names it`);
    }
    const bytes = stored(name);
    if (!bytes) found(`entry ${seq} means to delete ${name}, which is not there: it went before`);
    const until = segment ? seconds(segment.retainUntil) : (created.get(name) ?? now()) / 1000 + daysIn(name) * DAY;
    if (until > now() / 1000) found(`entry ${seq} deletes ${name} ${until - now() / 1000} s too early`);
    if (isHeldBy(open, name)) found(`entry ${seq} deletes ${name}, which is held`);
    if (isNamed && meant.has(name)) found(`entry ${seq} deletes ${name}, which was deleted`);
    count(tally, orphan ? 'deletion: of an orphan' : 'deletion: meant');
    meant.set(name, seq);
    confirmed.delete(name);
  }

  function confirm(watched: Watched, { name }: DoomedSegment): void {
    if (stored(name)) found(`${name} is confirmed to be deleted and is there`);
    mayGo(watched, name);
    watched.confirmed.add(name);
  }

  /** Nothing goes before an entry says so, and before that is signed. */
  function mayGo({ meant, signed }: Watched, name: string): void {
    const seq = meant.get(name);
    if (seq === undefined) found(`${name} is deleted, and no entry means it to be`);
    else if (signs && seq >= signed) found(`${name} is deleted, and entry ${seq} is not signed`);
  }

  const deleter: Deleter = {
    ...stores.deleter,
    isHeld: async () => isLocked(),
    async delete(container, name): Promise<Removal> {
      const full = `${container}/${name}`;
      if (!container.startsWith('archive-') || !stored(full)) return stores.deleter.delete(container, name);
      mayGo(watchedOf(ledgerOf(name)), full);
      // As a container with a retention policy, or a legal hold, would.
      const kept = (created.get(full) ?? 0) / 1000 + daysIn(full) * DAY > now() / 1000;
      if (kept || isLocked()) {
        count(tally, kept ? 'refused: retention' : 'refused: legal hold');
        return { outcome: 'refused', cause: 'HTTP 409 BlobImmutableDueToPolicy' };
      }
      count(tally, 'deletion: carried out');
      return stores.deleter.delete(container, name);
    },
  };

  /** Whether a hold keeps a segment just now. @param full its full name. */
  const isHeld = (full: string) => isHeldBy(watchedOf(ledgerOf(full.slice(full.indexOf('/') + 1))).open, full);

  const stolen = new Set<string>();

  /** Takes away a segment that nothing says may go. */
  function steal(random: () => number): void {
    const kept = [...ledgers.values()].flatMap(({ named, meant }) =>
      [...named.keys()].filter((name) => !meant.has(name)),
    );
    const name = kept[Math.floor(random() * kept.length)] ?? '';
    const slash = name.indexOf('/');
    if (stores.containers.get(name.slice(0, slash))?.delete(name.slice(slash + 1))) stolen.add(name);
    count(tally, 'theft');
  }

  return { blobs, state: stores.state, deleter, acknowledged: () => {}, ledgers, watchedOf, isHeld, steal, stolen };
}

function newWatched(): Watched {
  return {
    entries: [],
    hash: '0'.repeat(64),
    signed: 0,
    named: new Map(),
    open: new Map(),
    meant: new Map(),
    confirmed: new Set(),
    lines: new Set(),
    linesOf: new Map(),
  };
}

function isHeldBy(open: ReadonlyMap<string, Hold>, name: string): boolean {
  const hour = hourIn(name);
  return [...open.values()].some(({ from, to }) => isUndated(name) || (hour < to && hour + HOUR > from));
}

function spanOf({ from, to }: { readonly from: string; readonly to: string }): Hold {
  return { from: seconds(from), to: seconds(to) };
}

/** First second of the hour that a segment is of. */
export function hourIn(name: string): number {
  const [, date, hour] = /date=(\S{10})\/hour=(\d\d)/.exec(name) ?? [];
  return seconds(`${date}T${hour}:00:00Z`);
}

/** Whether nobody knows the time of what is in a segment: every hold holds it. */
export function isUndated(name: string): boolean {
  return name.includes('date=1970-01-01/hour=00');
}

function daysIn(name: string): number {
  return Number(/^archive-(\d+)d\//.exec(name)?.[1]);
}

function seconds(text: string): number {
  return Date.parse(text) / 1000;
}
