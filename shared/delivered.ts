/**
 * Which request delivered a file: the access records with its SHA-256, those that wait for collection included.
 */
import { waitingRows } from './access/rows.ts';
import { splitLines } from './archive/segment.ts';
import { type Instant, instantFromMilliseconds } from './archive/time.ts';
import type { Deps } from './deps.ts';
import { exportPage } from './export.ts';
import { ACCESS_LOG_TYPE } from './logTypes.ts';
import { parseFilter } from './query/filter.ts';
import { matcher } from './query/matcher.ts';
import type { Range } from './query/range.ts';
import { inflated } from './serve/encode.ts';

/** An access record, as its newest version says. */
export type AccessRecord = Readonly<Record<string, unknown>> & { readonly id: string };

export interface Deliveries {
  readonly records: readonly AccessRecord[];
  /** There are more than are given. */
  readonly more: boolean;
}

/** What anybody wants to look through. An answer that many get, such as a refusal, has one hash. */
const MOST = 1000;

/**
 * @param sha256 lower-case hex.
 * @param range of the beginnings of requests.
 */
export async function findDeliveries(
  deps: Deps,
  sha256: string,
  range: Range,
  signal: AbortSignal,
): Promise<Deliveries> {
  // First: what is collected between the two is then found twice rather than not at all.
  const waiting = await waitingRecords(deps, sha256, range);
  const filter = matcher(parseFilter(`sha256 eq '${sha256}'`));
  const page = await exportPage(deps, ACCESS_LOG_TYPE, { range, versions: 'latest', filter, signal }, MOST);
  const found = new Map<string, AccessRecord>();
  for await (const line of splitLines(inflated(page.pieces))) add(found, line.toString());
  for (const line of waiting) add(found, line);
  return { records: [...found.values()].slice(0, MOST), more: page.next !== undefined || found.size > MOST };
}

async function waitingRecords(deps: Deps, sha256: string, { from, to }: Range): Promise<string[]> {
  const lines: string[] = [];
  for await (const { at, line } of waitingRows(deps, deps.clock.now())) {
    const time: Instant = instantFromMilliseconds(at);
    if (time >= from && time < to && line.includes(`"sha256":"${sha256}"`)) lines.push(line);
  }
  return lines;
}

function add(found: Map<string, AccessRecord>, line: string): void {
  const record = JSON.parse(line) as AccessRecord;
  found.set(record.id, record);
}
