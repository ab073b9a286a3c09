/**
 * The flow in of the access log: rows that wait -> window -> dedupe -> segments -> ENTRY -> table -> rows removed.
 *
 * The commit is that of every log type (`collect.ts`); what is read is not Graph but the rows of the table.
 *
 *   1. apply     the ledger's newest entries to the table
 *   2. list      the rows that wait, and choose how far the head can go: to before the oldest that is still open
 *   3. commit    what lies between the head and there, empty or not: THE ENTRY IS THE COMMIT
 *   4. commit    what lies before the head: rows that came late, or have changed since they were collected
 *   5. remove    the rows whose records are archived now
 *
 * Rows come at least once, records exactly once: a row that is still there after a crash is a version that the archive
 * holds, is dropped and removed. Holding the head back makes a span that was read final as a rule; step 4 makes it right
 * without any clock: a row that comes late, whatever held it up, is collected when it comes.
 */
import { removeRows, type WaitingRow, waitingRows } from './access/rows.ts';
import { ceilHour, DAY, floorHour, HOUR } from './archive/hours.ts';
import { leafHash } from './archive/merkle.ts';
import { readRecord } from './archive/page.ts';
import { hourOf } from './archive/time.ts';
import { storedTime } from './archive/undated.ts';
import { Versions } from './archive/versions.ts';
import type { Window } from './archive/window.ts';
import { nowSeconds } from './clock.ts';
import { commitPart } from './collect.ts';
import type { Deps } from './deps.ts';
import { heldInHours } from './held.ts';
import { applySigned, type Ledger } from './ledger.ts';
import { ACCESS_LOG_TYPE } from './logTypes.ts';
import { cutIntoEntries, cutIntoParts, type ReadReason } from './parts.ts';
import type { WindowRead } from './readWindow.ts';
import { commitConfig } from './schedule.ts';
import { type HourRead, takeRecords } from './takeRecords.ts';

export interface AccessCollected {
  readonly ledger: Ledger;
  /** Records that the archive did not hold. */
  readonly records: number;
  /** Whether rows were left that another call can collect at once. */
  readonly more: boolean;
}

/** How long a row may take from its request's beginning to being there. One that takes longer comes late. */
const SETTLE_SECONDS = 60;
/** Rows that are looked at in one go. */
const MOST_ROWS = 5000;
/** The longest that nothing is said of: silence is evidence too. */
const LONGEST_SILENCE = HOUR;

/**
 * Collects once.
 * @throws LedgerTorn, ContainerMissing or a storage error; whatever was committed before stays, and so do the rows.
 */
export async function collectAccess(deps: Deps): Promise<AccessCollected> {
  // 1. What was committed but not reflected is taken in first, and the ledger says by what it is to be judged.
  const applied = await applySigned(deps, ACCESS_LOG_TYPE.name);
  let ledger = await commitConfig(deps, ACCESS_LOG_TYPE, applied);

  // 2. Rows that are written from here on wait for the next call.
  const { rows, open, more } = await listRows(deps);
  const window = nextWindow(ledger, rows, open);
  const headTo = ledger.head?.to ?? window?.from ?? 0;
  const current = rows.filter(({ at }) => window && at >= window.from * 1000 && at < window.to * 1000);
  const late = rows.filter(({ at }) => at < headTo * 1000);
  let records = 0;

  // 3. A crash before the entry is stored leaves rows that the next call collects, one after it rows that it removes.
  if (window && (current.length > 0 || window.to - window.from >= LONGEST_SILENCE || !ledger.head)) {
    const committed = await commitRows(deps, ledger, window, 'head', current);
    ledger = committed.ledger;
    records += committed.records;
    await removeRows(deps, current);
  }

  // 4. By day, so that an entry says of no more time than it is about.
  for (const list of Map.groupBy(late, (row) => Math.floor(secondOf(row) / DAY)).values()) {
    const committed = await commitRows(deps, ledger, lateWindow(list, headTo), 'sweep', list);
    ledger = committed.ledger;
    records += committed.records;
    // 5. Only now: a row is the only copy of its record until an entry names that.
    await removeRows(deps, list);
  }
  return { ledger, records, more: more || (window !== undefined && window.to < open) };
}

/**
 * The rows that can be collected, and the second before which all that are there are.
 * @returns more whether there are rows behind that second which another call can collect at once.
 */
async function listRows(deps: Deps): Promise<{ rows: WaitingRow[]; open: number; more: boolean }> {
  const rows: WaitingRow[] = [];
  let open = nowSeconds(deps) - SETTLE_SECONDS;
  let last = 0;
  for await (const row of waitingRows(deps, deps.clock.now())) {
    const second = secondOf(row);
    // Not in the middle of a second: a head can only end at a whole one.
    if (rows.length >= MOST_ROWS && second > last) return { rows, open: Math.min(open, second), more: true };
    if (!row.isWhole) open = Math.min(open, second);
    else if (second < open) {
      rows.push(row);
      last = second;
    }
  }
  return { rows: rows.filter((row) => secondOf(row) < open), open, more: false };
}

/** From the head, or for a start from the hour of the oldest row on, to before the first open second: a day at most. */
function nextWindow({ head }: Ledger, rows: readonly WaitingRow[], open: number): Window | undefined {
  const from = head?.to ?? floorHour(Math.min(open, ...rows.map(secondOf)));
  const to = Math.min(open, from + DAY);
  return to > from ? { from, to } : undefined;
}

/** The whole hours of one day that late rows are of, up to the head. */
function lateWindow(rows: readonly WaitingRow[], headTo: number): Window {
  const seconds = rows.map(secondOf);
  return { from: floorHour(Math.min(...seconds)), to: Math.min(ceilHour(Math.max(...seconds) + 1), headTo) };
}

/** Archives rows, as far as they are not. @returns the ledger afterwards, and how many records were new or changed. */
async function commitRows(
  deps: Deps,
  ledger: Ledger,
  window: Window,
  why: ReadReason,
  rows: readonly WaitingRow[],
): Promise<{ ledger: Ledger; records: number }> {
  const records = rows.map(({ line }) => readRecord(Buffer.from(line), ACCESS_LOG_TYPE));
  const touched = new Set(records.map(({ time }) => hourOf(storedTime(time))));
  // That a request has not ended is news only where nothing of the request is held: an instance that stood still must not
  // say so after another has archived how it ended.
  const open = records.filter((_record, n) => rows[n]?.isEnded === false);
  const leaves = new Set(open.map(({ line }) => leafHash(line).toString('hex')));
  const yields = (leaf: Buffer) => leaves.has(leaf.toString('hex'));
  const held = await heldInHours(deps, ACCESS_LOG_TYPE, window, touched, new Versions({ yields }));
  const hours = new Map<string, HourRead>();
  await takeRecords(
    records,
    ({ time }) => storedTime(time),
    held,
    hours,
    (block) => block,
  );
  const fresh = [...hours.values()].reduce((sum, hour) => sum + hour.new + hour.changed, 0);
  // Rows that a crash has left: all there is to do is to remove them.
  if (why !== 'head' && fresh === 0) return { ledger, records: 0 };
  let reached = ledger;
  const parts = await cutIntoParts(ACCESS_LOG_TYPE, readOf(deps, window, hours), ledger.seq);
  for (const part of parts.flatMap(cutIntoEntries))
    reached = await commitPart(deps, ACCESS_LOG_TYPE, part, why, yields);
  return { ledger: reached, records: fresh };
}

/** In the words of a read from Graph: no page, no request, and the clock is ours. */
function readOf({ clock }: Deps, window: Window, hours: ReadonlyMap<string, HourRead>): WindowRead {
  return { window, hours, pages: 0, graphTime: clock.now(), requestIds: [], lacksPolicies: undefined, close: () => {} };
}

function secondOf({ at }: WaitingRow): number {
  return Math.floor(at / 1000);
}
