/**
 * A signed archive in memory, made of what its entries are to say: a day of directory audits, sweeps and a gap.
 *
 * The same story with one thing left out makes the archive that an insider with the key would make.
 */
import { generateKeyPairSync } from 'node:crypto';
import { makeBlock } from '../../shared/archive/block.ts';
import { signCheckpoint } from '../../shared/archive/checkpoint.ts';
import {
  type DeletedEntry,
  type DeleteEntry,
  type Entry,
  encodeEntry,
  entryHash,
  GENESIS_PREV,
  type HoldEntry,
  type HourCounts,
  type KeyEntry,
  type ReleaseEntry,
} from '../../shared/archive/entry.ts';
import { EMPTY_FRONTIER, frontierRoot, growFrontier } from '../../shared/archive/frontier.ts';
import { announceKey } from '../../shared/archive/keyEntry.ts';
import { localSigner } from '../../shared/archive/localSigner.ts';
import { leafHash } from '../../shared/archive/merkle.ts';
import { checkpointName, entryName, fullName, LEDGER_CONTAINER, segmentName } from '../../shared/archive/names.ts';
import type { Signer } from '../../shared/archive/note.ts';
import { makeSegment, type Segment } from '../../shared/archive/segment.ts';
import { formatSeconds, instantFromSeconds } from '../../shared/archive/time.ts';
import type { ArchiveFiles } from '../../shared/archive/verifyTypes.ts';

export const TENANT = '5b1c8e0a-7d24-4f6e-9c3b-2a90d1e4f785';
export const LOG_TYPE = 'directoryAudits';
export const LOG = `${TENANT}/${LOG_TYPE}`;
/** 2026-11-20T00:00:00Z. */
export const START = 1_795_132_800;
export const HOUR = 3600;
const CONTAINER = 'archive-2555d';

type Body =
  | Pick<HoldEntry, 'kind' | 'hold'>
  | Pick<ReleaseEntry, 'kind' | 'release'>
  | Pick<DeleteEntry, 'kind' | 'delete'>
  | Pick<DeletedEntry, 'kind' | 'deleted'>;

/** What one entry is to say. */
export type Told =
  | { readonly kind: 'config'; readonly at: number }
  | { readonly kind: 'key'; readonly at: number; readonly key: KeyEntry['key'] }
  /** What a whole entry says beside its head. */
  | { readonly kind: 'raw'; readonly at: number; readonly body: Body }
  | { readonly kind: 'gap'; readonly at: number; readonly from: number; readonly to: number }
  | {
      readonly kind: 'read';
      readonly why: 'head' | 'sweep';
      readonly at: number;
      readonly from: number;
      readonly to: number;
      readonly segments?: readonly Segment[];
    };

export type Files = Map<string, Buffer>;

export interface Archive {
  readonly files: Files;
  readonly story: readonly Told[];
  /** Names of the checkpoints, ascending. */
  readonly checkpoints: readonly string[];
}

/** A new key of P-256. */
export function newSigner(): Signer {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return localSigner(privateKey.export({ format: 'pem', type: 'pkcs8' }) as string);
}

/** A segment of `count` records of an hour. */
export async function segmentOf(hour: number, count: number, word: string): Promise<Segment> {
  const records = Array.from({ length: count }, (_unused, n) => {
    const time = instantFromSeconds(hour + n * 60);
    const line = Buffer.from(
      `{"id":"${word}-${hour}-${n}","activityDateTime":"${time}","result":"success","n":${n}.0}`,
    );
    return { line, time, leaf: leafHash(line) };
  });
  return makeSegment([await makeBlock(records)]);
}

/** `hours` hours read one by one, each swept two hours later; one sweep finds a row; one hour is a gap at first. */
export async function tell(signer: Signer, hours = 24): Promise<Told[]> {
  const story: Told[] = [
    { kind: 'config', at: START },
    { kind: 'key', at: START, key: await announceKey(LOG, signer.spki) },
  ];
  for (let n = 0; n < hours; n += 1) {
    const [from, to] = [START + n * HOUR, START + (n + 1) * HOUR];
    const at = to + 900;
    const silent = n % 5 === 3;
    const segments = silent ? [] : [await segmentOf(from, 3 + (n % 4), 'row')];
    if (n === 7) story.push({ kind: 'gap', at: at - 60, from, to });
    story.push({ kind: 'read', why: 'head', at, from, to, segments });
    if (n < 2) continue;
    const late = n === 11 ? [await segmentOf(from - 2 * HOUR, 2, 'late')] : [];
    story.push({ kind: 'read', why: 'sweep', at: at + 60, from: from - 2 * HOUR, to: to - 2 * HOUR, segments: late });
  }
  return story;
}

/** Makes the archive that tells a story, with a checkpoint over every `every` entries and one over all. */
export async function archiveOf(story: readonly Told[], signer: Signer, every = 10): Promise<Archive> {
  const files: Files = new Map();
  const checkpoints: string[] = [];
  let tree = EMPTY_FRONTIER;
  let prev = GENESIS_PREV;
  for (const [seq, told] of story.entries()) {
    const { entry, named = [] } = entryOf(told, seq, prev);
    const bytes = encodeEntry(entry);
    files.set(fullName(LEDGER_CONTAINER, entryName(TENANT, LOG_TYPE, seq)), bytes);
    for (const { name, bytes } of named) files.set(name, bytes);
    prev = entryHash(bytes);
    tree = growFrontier(tree, leafHash(bytes));
    const size = seq + 1;
    if (size % every !== 0 && size !== story.length) continue;
    const root = frontierRoot(tree);
    const name = fullName(LEDGER_CONTAINER, checkpointName(TENANT, LOG_TYPE, size));
    files.set(name, await signCheckpoint({ log: LOG, size, root }, [signer]));
    checkpoints.push(name);
  }
  return { files, story, checkpoints };
}

/** Files as the verifier reads them. */
export function filesOf(files: ReadonlyMap<string, Uint8Array>): ArchiveFiles {
  return { list: () => files.keys(), read: (name) => files.get(name) };
}

interface NamedBytes {
  readonly name: string;
  readonly bytes: Buffer;
}

function entryOf(told: Told, seq: number, prev: string): { entry: Entry; named?: readonly NamedBytes[] } {
  const head = { v: 1, log: LOG, seq, prev, time: formatSeconds(told.at), app: '0.1.0' } as const;
  if (told.kind === 'raw') return { entry: { ...head, ...told.body } };
  if (told.kind === 'key') return { entry: { ...head, kind: 'key', key: told.key } };
  if (told.kind === 'config') {
    const config = { retentionDays: 2555, sweepAges: ['PT2H'], sourceRetentionDays: 30, api: 'v1.0' };
    return { entry: { ...head, kind: 'config', config } };
  }
  const span = { from: formatSeconds(told.from), to: formatSeconds(told.to) };
  if (told.kind === 'gap') {
    const gap = { ...span, cause: 'Graph did not answer', recoverableUntil: formatSeconds(told.from + 30 * 24 * HOUR) };
    return { entry: { ...head, kind: 'gap', gap } };
  }
  const { segments = [] } = told;
  const hours: Record<string, HourCounts> = {};
  for (const { minTime, records } of segments) {
    const hour = minTime.slice(0, 13);
    hours[hour] = { new: (hours[hour]?.new ?? 0) + records, changed: 0, vanished: 0 };
  }
  const count = segments.reduce((sum, { records }) => sum + records, 0);
  const counts = { pages: 1, fetched: count, new: count, changed: 0, duplicate: 0, vanished: 0, hours };
  const rest = { graphDate: formatSeconds(told.at), requestIds: [] };
  const read = { why: told.why, ...span, api: 'v1.0', ...counts, ...rest };
  const retainUntil = formatSeconds(told.at + 2555 * 24 * HOUR);
  const named = segments.map((segment) => ({ name: nameOf(segment, seq), bytes: segment.bytes }));
  const infos = segments.map(({ bytes, sha256, rawBytes, records, recordsRoot, minTime, maxTime }, n) => {
    const info = { name: String(named[n]?.name), sha256, bytes: bytes.length, rawBytes, records };
    return { ...info, recordsRoot, minTime, maxTime, retainUntil };
  });
  return { entry: { ...head, kind: 'read', read, segments: infos }, named };
}

function nameOf({ minTime, sha256 }: Segment, seq: number): string {
  const hour = minTime.slice(0, 13);
  return fullName(CONTAINER, segmentName({ tenantId: TENANT, logType: LOG_TYPE, hour, seq, sha256 }));
}
