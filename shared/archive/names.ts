/**
 * Every name in the archive: built here, parsed here, spelt nowhere else.
 *
 *     container ledger           <tenantId>/<logType>/<seq>.json             an entry
 *                                <tenantId>/<logType>/checkpoints/<size>     a checkpoint
 *     container work             tiles/<tenantId>/<logType>/<generation>/         what the names of tiles begin with
 *     container archive-<days>d  tenant=<tenantId>/log=<logType>/date=<YYYY-MM-DD>/hour=<HH>/<seq>-<hash>.jsonl.gz
 *                                                                            a segment
 *
 * Numbers have 12 digits, so that names sort as numbers do. Builders throw RangeError on a part that is not valid, so
 * nothing that comes from outside can steer a name; parsers answer `undefined` to whatever the builder cannot make.
 */
import { parseSeconds } from './time.ts';

/** The container of all entries and checkpoints. */
export const LEDGER_CONTAINER = 'ledger';

/** The container of everything that can be made again: indexes, tiles, sketches. Not immutable. */
export const WORK_CONTAINER = 'work';

/** Which ledger: one tenant, one log type. */
export interface LedgerId {
  /** GUID in lower case. */
  readonly tenantId: string;
  /** Letters only. */
  readonly logType: string;
}

export interface SegmentId extends LedgerId {
  /** UTC hour, `YYYY-MM-DDTHH`. */
  readonly hour: string;
  /** Number of the entry that was first meant to commit it. */
  readonly seq: number;
}

const ANY_GUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const LETTERS = '[a-zA-Z]+';
const NUMBER = '\\d{12}';
const DAYS = '[1-9]\\d{0,5}';
/** Hex digits of a segment's SHA-256 that its name carries. */
const HASH_DIGITS = 16;

/** A GUID in lower case, and nothing else. */
export const GUID: RegExp = new RegExp(`^${ANY_GUID}$`);

const ARCHIVE = new RegExp(`^archive-(${DAYS})d$`);
const LEDGER = new RegExp(`^(${ANY_GUID})/(${LETTERS})$`);
const ENTRY = new RegExp(`^(${ANY_GUID})/(${LETTERS})/(${NUMBER})\\.json$`);
const CHECKPOINT = new RegExp(`^(${ANY_GUID})/(${LETTERS})/checkpoints/(${NUMBER})$`);
const SEGMENT = new RegExp(
  `^tenant=(${ANY_GUID})/log=(${LETTERS})/date=(\\d{4}-\\d\\d-\\d\\d)/hour=(\\d\\d)/` +
    `(${NUMBER})-([0-9a-f]{${HASH_DIGITS}})\\.jsonl\\.gz$`,
);

/** Azure's bound for a container's retention period, in days (immutable-storage-overview). */
const MAX_RETENTION_DAYS = 146_000;
const MAX_NUMBER = 1e12 - 1;
/** Entries that share a listing prefix. */
const BLOCK_DIGITS = 3;

/** The container of a retention class. `archiveContainer(2555)` is `archive-2555d`. */
export function archiveContainer(retentionDays: number): string {
  const valid = Number.isInteger(retentionDays) && retentionDays >= 1 && retentionDays <= MAX_RETENTION_DAYS;
  return `archive-${part(valid, 'retentionDays', String(retentionDays))}d`;
}

/** The days of a retention class, out of its container's name. */
export function parseArchiveContainer(container: string): number | undefined {
  const days = Number(ARCHIVE.exec(container)?.[1]);
  return days <= MAX_RETENTION_DAYS ? days : undefined;
}

/** The name of a ledger, as its entries carry it in `log`: `<tenantId>/<logType>`. */
export function ledgerName(tenantId: string, logType: string): string {
  const name = `${tenantId}/${logType}`;
  return part(LEDGER.test(name), 'tenantId or logType', name);
}

/** Reads the `log` of an entry. */
export function parseLedgerName(name: string): LedgerId | undefined {
  const [, tenantId, logType] = LEDGER.exec(name) ?? [];
  return tenantId !== undefined && logType !== undefined ? { tenantId, logType } : undefined;
}

/** The name of entry `seq` (0 to 10^12 - 1) in the container `ledger`. */
export function entryName(tenantId: string, logType: string, seq: number): string {
  return `${ledgerName(tenantId, logType)}/${number(seq, 'seq')}.json`;
}

/** Reads the name of an entry. */
export function parseEntryName(name: string): (LedgerId & { readonly seq: number }) | undefined {
  const [, tenantId, logType, seq] = ENTRY.exec(name) ?? [];
  return tenantId !== undefined && logType !== undefined ? { tenantId, logType, seq: Number(seq) } : undefined;
}

/** What the names of the 1,000 entries around `seq` begin with, and no other name: entries 4000 to 4999 for 4711. */
export function entryPrefix(tenantId: string, logType: string, seq: number): string {
  return `${ledgerName(tenantId, logType)}/${number(seq, 'seq').slice(0, -BLOCK_DIGITS)}`;
}

/** The name of the checkpoint over the first `size` entries, in the container `ledger`. */
export function checkpointName(tenantId: string, logType: string, size: number): string {
  return `${checkpointPrefix(tenantId, logType)}${number(size, 'size')}`;
}

/** What the names of all checkpoints of a ledger begin with, and no other name. */
export function checkpointPrefix(tenantId: string, logType: string): string {
  return `${ledgerName(tenantId, logType)}/checkpoints/`;
}

/** What the names of the checkpoints of 1,000 sizes begin with, and no other name: 4000 to 4999 for 4711. */
export function checkpointBlock(tenantId: string, logType: string, size: number): string {
  return `${checkpointPrefix(tenantId, logType)}${number(size, 'size').slice(0, -BLOCK_DIGITS)}`;
}

/**
 * What the names of a ledger's tiles begin with, in the container `work`; the path of the tile follows.
 * @param generation 0, and one more each time that stored tiles proved wrong: blobs are never overwritten.
 */
export function tilePrefix(tenantId: string, logType: string, generation: number): string {
  return `tiles/${ledgerName(tenantId, logType)}/${Number(number(generation, 'generation'))}/`;
}

/** Reads the name of a checkpoint. */
export function parseCheckpointName(name: string): (LedgerId & { readonly size: number }) | undefined {
  const [, tenantId, logType, size] = CHECKPOINT.exec(name) ?? [];
  return tenantId !== undefined && logType !== undefined ? { tenantId, logType, size: Number(size) } : undefined;
}

/**
 * The name of a segment in its container.
 * @param id the whole SHA-256 of the segment in lower-case hex; the name carries its first 16 digits.
 */
export function segmentName(id: SegmentId & { readonly sha256: string }): string {
  ledgerName(id.tenantId, id.logType);
  const hour = part(isHour(id.hour), 'hour', id.hour);
  const hash = part(/^[0-9a-f]{64}$/.test(id.sha256), 'sha256', id.sha256).slice(0, HASH_DIGITS);
  return (
    `tenant=${id.tenantId}/log=${id.logType}/date=${hour.slice(0, 10)}/hour=${hour.slice(11)}` +
    `/${number(id.seq, 'seq')}-${hash}.jsonl.gz`
  );
}

/** What the names of all segments of a ledger begin with, in any container, and no other name. They sort by hour. */
export function segmentPrefix(tenantId: string, logType: string): string {
  ledgerName(tenantId, logType);
  return `tenant=${tenantId}/log=${logType}/`;
}

/** Reads the name of a segment in its container; `hash` is the first 16 digits of its SHA-256. */
export function parseSegmentName(name: string): (SegmentId & { readonly hash: string }) | undefined {
  const [, tenantId, logType, date, hourOfDay, seq, hash] = SEGMENT.exec(name) ?? [];
  const hour = `${date}T${hourOfDay}`;
  if (tenantId === undefined || logType === undefined || hash === undefined || !isHour(hour)) return undefined;
  return { tenantId, logType, hour, seq: Number(seq), hash };
}

/** A number as names and keys carry it: in 12 digits. */
export function numberKey(value: number): string {
  return String(value).padStart(12, '0');
}

/** The full name of a blob, as entries carry it: `<container>/<name>`. */
export function fullName(container: string, name: string): string {
  return `${part(/^[^/]+$/.test(container), 'container', container)}/${name}`;
}

/** Takes a full name apart, at its first slash. @throws RangeError when there is none. */
export function splitName(full: string): [container: string, name: string] {
  const slash = part(full.indexOf('/') > 0, 'full name', full).indexOf('/');
  return [full.slice(0, slash), full.slice(slash + 1)];
}

/** The UTC hour that a segment is of, `YYYY-MM-DDTHH`, out of its full name. @throws RangeError when it is none. */
export function hourOfName(full: string): string {
  const hour = parseSegmentName(splitName(full)[1])?.hour;
  return part(hour !== undefined, 'name of a segment', hour ?? '');
}

/** Whether the text is an hour of the calendar, `YYYY-MM-DDTHH`. */
export function isHour(text: string): boolean {
  return parseSeconds(`${text}:00:00Z`) !== undefined;
}

function number(value: number, what: string): string {
  const valid = Number.isInteger(value) && value >= 0 && value <= MAX_NUMBER;
  part(valid, what, String(value));
  return numberKey(value);
}

/** The part itself when it is valid. The message leaves the value out: it may come from outside. */
function part(valid: boolean, what: string, value: string): string {
  if (!valid) throw new RangeError(`a name cannot be built: its ${what} is not valid`);
  return value;
}
