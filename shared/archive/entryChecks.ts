/**
 * The rules of the format for entries: the shape of each kind, and what its numbers must agree on.
 *
 * The same rules hold for writing and for reading, so an entry that contradicts itself is neither written nor believed.
 */

import { demandDoomed } from './deletionChecks.ts';
import { isP256Spki, rawFromDer } from './ecdsa.ts';
import {
  type ConfigEntry,
  type DeletedEntry,
  type DeleteEntry,
  type DoomedSegment,
  type Entry,
  type EntryHead,
  type GapEntry,
  GENESIS_PREV,
  type HoldEntry,
  type HoldTerms,
  type HourCounts,
  type KeyEntry,
  MAX_SEGMENTS_PER_ENTRY,
  type ReadEntry,
  type ReleaseEntry,
  type SegmentInfo,
  type VerifyEntry,
} from './entryTypes.ts';
import {
  always,
  base64,
  type Check,
  demand,
  digest,
  list,
  oneOf,
  orNull,
  recordTime,
  secondTime,
  shape,
  sortedMap,
  text,
  whole,
} from './fields.ts';
import { GUID, isHour, parseArchiveContainer, parseLedgerName, parseSegmentName, splitName } from './names.ts';
import { demandMismatched, demandVouched } from './proofChecks.ts';
import { MAX_SEGMENT_BYTES } from './segment.ts';
import { hourOf } from './time.ts';

const count = whole(0);
const days = whole(1, 146_000);
const word = text(/^[\w.+-]{1,64}$/, '1 to 64 letters, digits or . _ + -');
const fullName = text(/^[^/]+\//, '<container>/<name>');
const note = text(/^[\x20-\x7e]{0,200}$/, 'at most 200 characters of printable ASCII');
const uuid = text(GUID, 'a UUID in lower case');
const duration = text(/^P(?=.)(?:\d{1,5}D)?(?:T(?=.)(?:\d{1,5}H)?(?:\d{1,5}M)?)?$/, 'a duration such as P3D or PT2H');

const version: Check<1> = (value, path) => {
  demand(value === 1, path, 'is not 1, the only version known here: it takes the reader of a newer release');
  return 1;
};

const log: Check<string> = (value, path) => {
  demand(typeof value === 'string' && parseLedgerName(value) !== undefined, path, 'is not <tenantId>/<logType>');
  return value;
};

// An entry's fields in the order in which they are written; `kind` stands between the two parts.
const beforeKind = { v: version, log, seq: whole(0, 1e12 - 1), prev: digest };
const afterKind = { time: secondTime, app: word };

const opaque = shape<EntryHead & { readonly kind: string }>({
  ...beforeKind,
  kind: text(/^[a-zA-Z]{1,32}$/, 'a kind of entry'),
  ...afterKind,
});

const read = shape<ReadEntry>({
  ...beforeKind,
  kind: oneOf('read'),
  ...afterKind,
  read: shape<ReadEntry['read']>({
    why: oneOf('head', 'sweep', 'request', 'snapshot'),
    from: secondTime,
    to: secondTime,
    api: word,
    pages: count,
    fetched: count,
    new: count,
    changed: count,
    duplicate: count,
    vanished: count,
    hours: sortedMap(isHour, shape<HourCounts>({ new: count, changed: count, vanished: count })),
    graphDate: secondTime,
    requestIds: list(note, 2),
  }),
  segments: list(
    shape<SegmentInfo>({
      name: fullName,
      sha256: digest,
      bytes: whole(1, MAX_SEGMENT_BYTES),
      rawBytes: whole(1),
      records: whole(1),
      recordsRoot: digest,
      minTime: recordTime,
      maxTime: recordTime,
      retainUntil: secondTime,
    }),
    MAX_SEGMENTS_PER_ENTRY,
  ),
});

const gap = shape<GapEntry>({
  ...beforeKind,
  kind: oneOf('gap'),
  ...afterKind,
  gap: shape<GapEntry['gap']>(
    {
      from: secondTime,
      to: secondTime,
      cause: note,
      recoverableUntil: orNull(secondTime),
      unavailable: oneOf('unlicensed', 'forbidden', 'absent'),
    },
    ['unavailable'],
  ),
});

const config = shape<ConfigEntry>({
  ...beforeKind,
  kind: oneOf('config'),
  ...afterKind,
  config: shape<ConfigEntry['config']>({
    retentionDays: days,
    sweepAges: list(duration, 64),
    sourceRetentionDays: orNull(days),
    api: word,
  }),
});

const key = shape<KeyEntry>({
  ...beforeKind,
  kind: oneOf('key'),
  ...afterKind,
  key: shape<KeyEntry['key']>({
    spki: base64(isP256Spki, 'the SPKI of a P-256 public key in base64'),
    sha256: digest,
    signedBy: orNull(digest),
    signature: orNull(base64((der) => rawFromDer(der) !== undefined, 'a P-256 signature in DER and base64')),
  }),
});

const verify = shape<VerifyEntry>({
  ...beforeKind,
  kind: oneOf('verify'),
  ...afterKind,
  verify: shape<VerifyEntry['verify']>({
    segments: count,
    mismatches: count,
    mismatched: list(fullName, MAX_SEGMENTS_PER_ENTRY),
    index: orNull(oneOf('same', 'differs')),
  }),
});

const terms = shape<HoldTerms>({ id: uuid, case: digest, from: secondTime, to: secondTime });

const hold = shape<HoldEntry>({ ...beforeKind, kind: oneOf('hold'), ...afterKind, hold: terms });

const release = shape<ReleaseEntry>({ ...beforeKind, kind: oneOf('release'), ...afterKind, release: terms });

const doomed = shape<DeleteEntry['delete']>({
  segments: list(
    shape<DoomedSegment>(
      {
        name: fullName,
        sha256: digest,
        records: orNull(whole(1)),
        retainUntil: secondTime,
        orphan: always(true),
      },
      ['orphan'],
    ),
    MAX_SEGMENTS_PER_ENTRY,
  ),
});

const deletion = shape<DeleteEntry>({ ...beforeKind, kind: oneOf('delete'), ...afterKind, delete: doomed });

const deleted = shape<DeletedEntry>({ ...beforeKind, kind: oneOf('deleted'), ...afterKind, deleted: doomed });

const SHAPES: ReadonlyMap<string, Check<Entry>> = new Map<string, Check<Entry>>([
  ['read', read],
  ['gap', gap],
  ['config', config],
  ['key', key],
  ['verify', verify],
  ['hold', hold],
  ['release', release],
  ['delete', deletion],
  ['deleted', deleted],
]);

/**
 * Checks everything that one entry alone can be checked for.
 * @returns the entry with its known fields only, in the order in which they are written.
 * @throws FieldError naming the field.
 */
export function checkEntry(value: unknown): Entry {
  const { kind: kindName, ...head } = opaque(value, '');
  const entry: Entry = SHAPES.get(kindName)?.(value, '') ?? { ...head, kind: 'opaque', kindName };
  demand((entry.seq === 0) === (entry.prev === GENESIS_PREV), 'prev', 'must be 64 zeros in entry 0 and in no other');
  if (entry.kind === 'gap') demandSpan(entry.gap, 'gap');
  if (entry.kind === 'key') demandVouched(entry.key);
  if (entry.kind === 'verify') demandMismatched(entry);
  if (entry.kind === 'hold') demandSpan(entry.hold, 'hold');
  if (entry.kind === 'release') demandSpan(entry.release, 'release');
  if (entry.kind === 'delete') demandDoomed(entry, 'delete', entry.delete.segments);
  if (entry.kind === 'deleted') demandDoomed(entry, 'deleted', entry.deleted.segments);
  if (entry.kind === 'read') {
    demandSpan(entry.read, 'read');
    demandSums(entry.read);
    demandStoredCounts(entry);
    for (const [index, segment] of entry.segments.entries()) demandOwnSegment(entry, segment, `segments[${index}]`);
    const names = new Set(entry.segments.map((segment) => segment.name));
    demand(names.size === entry.segments.length, 'segments', 'names one segment twice');
  }
  return entry;
}

function demandSpan(span: { readonly from: string; readonly to: string }, path: string): void {
  demand(span.from < span.to, `${path}.to`, 'does not lie after from');
}

/** Totals are the sums of the hours, and no more versions were told apart than rows fetched. */
function demandSums(counts: ReadEntry['read']): void {
  const hours = Object.entries(counts.hours);
  for (const [hour, each] of hours) {
    demand(each.new + each.changed + each.vanished > 0, `read.hours.${hour}`, 'counts nothing');
  }
  for (const novelty of ['new', 'changed', 'vanished'] as const) {
    const sum = hours.reduce((total, [, each]) => total + each[novelty], 0);
    demand(sum === counts[novelty], `read.${novelty}`, 'is not the sum of its hours');
  }
  demand(counts.new + counts.changed + counts.duplicate <= counts.fetched, 'read.fetched', 'is less than its parts');
}

/** What is new or changed is stored, and nothing else: hour by hour, the segments hold as many records. */
function demandStoredCounts(entry: ReadEntry): void {
  const stored = new Map<string, number>();
  for (const { minTime, records } of entry.segments) {
    const hour = hourOf(minTime);
    stored.set(hour, (stored.get(hour) ?? 0) + records);
  }
  for (const hour of new Set([...stored.keys(), ...Object.keys(entry.read.hours)])) {
    const counted = entry.read.hours[hour];
    const expected = counted ? counted.new + counted.changed : 0;
    demand(
      (stored.get(hour) ?? 0) === expected,
      'segments',
      `do not hold the records that read.hours counts in ${hour}`,
    );
  }
}

/** A segment's name says the same as the fields beside it and the entry around it. */
function demandOwnSegment(entry: ReadEntry, segment: SegmentInfo, path: string): void {
  const [container, name] = splitName(segment.name);
  const id = parseSegmentName(name);
  demand(
    id !== undefined && parseArchiveContainer(container) !== undefined,
    `${path}.name`,
    'is not that of a segment',
  );
  demand(`${id.tenantId}/${id.logType}` === entry.log, `${path}.name`, 'belongs to another ledger');
  demand(id.seq <= entry.seq, `${path}.name`, 'is numbered after this entry');
  demand(segment.sha256.startsWith(id.hash), `${path}.sha256`, 'does not begin as the name says');
  const { minTime, maxTime } = segment;
  const ofHour = hourOf(minTime) === id.hour && hourOf(maxTime) === id.hour;
  demand(ofHour && minTime <= maxTime, `${path}.minTime`, 'and maxTime are not a span within the hour of the name');
  demand(segment.retainUntil >= entry.time, `${path}.retainUntil`, 'lies before the commit');
}
