/** The judge: every line that exists against every line that is archived, day by day, as multisets of their SHA-256. */
import { hash } from 'node:crypto';
import { splitLines } from '../../../shared/archive/segment.ts';
import { formatSeconds } from '../../../shared/archive/time.ts';
import { LATEST_MS } from '../../graphSimulator/lateness.ts';
import type { Archive } from './archive.ts';
import type { SharedClock } from './sharedClock.ts';

export interface Verdict {
  /** Versions that exist. */
  readonly rows: number;
  /** Of them, those that the archive does not hold. */
  readonly lost: number;
  /** Lines of the archive beyond the first of the same bytes. */
  readonly doubled: number;
  /** Lines of the archive that do not exist. */
  readonly strange: number;
}

export interface Span {
  readonly logType: string;
  /** Whole days, in seconds since 1970. */
  readonly from: number;
  readonly to: number;
}

const DAY = 86_400;

/** @param clock the simulator's: it is put to when all rows of a day can be seen and none is forgotten yet. */
export async function judge(
  archive: Archive,
  graphUrl: string,
  clock: SharedClock,
  { logType, from, to }: Span,
): Promise<Verdict> {
  const sum = { rows: 0, lost: 0, doubled: 0, strange: 0 };
  for (let day = from; day < to; day += DAY) {
    clock.set((day + DAY) * 1000 + LATEST_MS);
    const range = `from=${formatSeconds(day)}&to=${formatSeconds(day + DAY)}`;
    const existing = await countLines(linesOf(`${graphUrl}/_simulator/tenant/${logType}?${range}`));
    const archived = await countLines(archive.lines(day, day + DAY));
    sum.rows += existing.size;
    sum.lost += [...existing.keys()].filter((line) => !archived.has(line)).length;
    sum.strange += [...archived.keys()].filter((line) => !existing.has(line)).length;
    for (const times of archived.values()) sum.doubled += times - 1;
  }
  return sum;
}

async function countLines(lines: AsyncIterable<Uint8Array>): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for await (const line of lines) {
    const key = hash('sha256', line, 'base64');
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

async function* linesOf(url: string): AsyncGenerator<Buffer> {
  const { ok, status, body } = await fetch(url);
  if (!ok || !body) throw new Error(`${url} answered ${status}`);
  yield* splitLines(buffers(body));
}

async function* buffers(body: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  for await (const chunk of body) yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
}
