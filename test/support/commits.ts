/** Entries made to order, past the planning of windows: what a sweep that shows just these rows would commit. */
import { append } from '../../shared/append.ts';
import { hourOf, parseInstant } from '../../shared/archive/time.ts';
import { Versions } from '../../shared/archive/versions.ts';
import { heldInHours, heldVersions } from '../../shared/held.ts';
import { applyLedger } from '../../shared/ledger.ts';
import type { LogType } from '../../shared/logTypes.ts';
import { cutIntoParts, readBody, writeSegments } from '../../shared/parts.ts';
import { readWindow } from '../../shared/readWindow.ts';
import { timeOf } from './archiveCheck.ts';
import type { FakeRow } from './fakeGraph.ts';
import { seconds, type World } from './flowHarness.ts';

/** What the read knows to be held already: nothing, what lies in the hours of its rows, or all. */
export type Knows = 'nothing' | 'hours' | 'all';

const LIMITS = { aimedRows: 50_000, settleSeconds: 0 };
const WINDOW = { from: seconds('2026-11-20T00:00:00Z'), to: seconds('2026-11-20T12:00:00Z') };

/** Commits one read of the first half of 20 November 2026 that shows just these rows, into hours stored already too. */
export async function commitRows(
  world: World,
  type: LogType,
  list: readonly FakeRow[],
  knows: Knows = 'nothing',
): Promise<void> {
  const deps = world.instance();
  const ledger = await applyLedger(deps, type.name);
  const hours = new Set(list.map(({ line }) => hourOf(timeOf(line, type))));
  const held =
    knows === 'nothing'
      ? new Versions()
      : knows === 'all'
        ? await heldVersions(deps, type, WINDOW)
        : await heldInHours(deps, type, WINDOW, hours);
  world.graph.add(type.name, ...list);
  const read = await readWindow(deps, type, WINDOW, held, LIMITS, new AbortController().signal);
  for (const { line } of list) world.graph.remove(type.name, line);
  const [part, ...more] = await cutIntoParts(type, read, ledger.seq);
  if (!part || more.length > 0) throw new Error('these rows fit one entry');
  const body = readBody(type, part, 'head', await writeSegments(deps, type, part, ledger.seq + 1));
  const { outcome } = await append(deps, type, ledger, body);
  if (outcome !== 'stored') throw new Error(`entry ${ledger.seq + 1} is taken`);
}

/** A stored line and where it stands: the plain model of all that exports give. */
export interface StoredLine {
  readonly line: string;
  readonly id: string;
  readonly time: string;
  readonly seq: number;
  /** Its place among all lines, by entry, segment and line. */
  readonly place: number;
}

/** Every stored line, by entry, segment and line, read anew from the stored bytes. */
export function storedLines(world: World, type: LogType): StoredLine[] {
  const { entries, lines } = world.check(type.name);
  const seqs = entries.flatMap((entry) => {
    const segments = entry.kind === 'read' ? entry.segments : [];
    return segments.flatMap(({ records }) => Array.from({ length: records }, () => entry.seq));
  });
  return lines.map((line, place) => {
    const { id } = JSON.parse(line) as { id?: unknown };
    return { line, id: typeof id === 'string' ? id : '', time: timeOf(line, type), seq: seqs[place] ?? -1, place };
  });
}

/** What an export of a range gives, in order. @param versions as the query has it. */
export function modelOf(
  stored: readonly StoredLine[],
  type: LogType,
  range: { readonly from: string; readonly to: string },
  versions: 'latest' | 'all',
): StoredLine[] {
  const inRange = stored.filter(({ time }) => time >= range.from && time < range.to).sort(byTime);
  if (versions === 'all') return inRange;
  // A record that moves has one latest version in the range, another one in each hour of it.
  const latest = new Map<string, StoredLine>();
  const order = type.moving ? byTime : byPlace;
  for (const each of inRange.toSorted(order))
    latest.set(type.moving ? each.id : `${each.id} ${hourOf(each.time)}`, each);
  return inRange.filter((each) => each.id === '' || [...latest.values()].includes(each));
}

function byTime(a: StoredLine, b: StoredLine): number {
  return a.time < b.time ? -1 : a.time > b.time ? 1 : a.place - b.place;
}

function byPlace(a: StoredLine, b: StoredLine): number {
  return a.place - b.place;
}

/** An instant of 20 November 2026, given the time of day. */
export function at(time: string): string {
  const instant = parseInstant(`2026-11-20T${time}Z`);
  if (instant === undefined) throw new Error(`there is no time ${time}`);
  return instant;
}
