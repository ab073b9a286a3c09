/**
 * Records as an archive should hold them, streamed as NDJSON: what was shown, or what exists.
 *
 * A line is a record's bytes without the CR and LF that stand between its tokens. Lines ascend by time; `from` and `to`
 * are compared with the time as it is printed.
 */
import { existingRow, oldestExisting, type World } from './existing.ts';
import { compareInstants, HOUR_MS, type Instant, TICKS_PER_SECOND } from './instant.ts';
import type { Stream } from './streams.ts';
import type { Row } from './tenant.ts';

/** Half open; `undefined` is unbounded. */
export interface Span {
  readonly from: Instant | undefined;
  readonly to: Instant | undefined;
}

const BATCH_BYTES = 1 << 18;
const NEWLINE = Buffer.from('\n');

/** Every version that was shown in a page delivered whole; with `certain`, those that every reader is bound to have. */
export function shownLines(world: World, stream: Stream, span: Span, certain: boolean): Generator<Buffer> {
  const hours = world.shown.hours(stream);
  return lines(world, stream, span, hours, (hour, index) => world.shown.versions(stream, hour, index, certain));
}

/** Every version that exists at `now`, shown or not. */
export function existingLines(world: World, stream: Stream, span: Span, now: number): Generator<Buffer> {
  const first = Math.floor(oldestExisting(world, stream, now) / HOUR_MS);
  const hours = Array.from({ length: Math.floor(now / HOUR_MS) - first + 1 }, (_, step) => first + step);
  return lines(world, stream, span, hours, (hour, index) => {
    const row = existingRow(world, stream, world.tenant.hour(stream, hour), index, false, now);
    return row === undefined ? [] : [row];
  });
}

function* lines(
  { tenant }: World,
  stream: Stream,
  span: Span,
  hours: readonly number[],
  versions: (hour: number, index: number) => readonly Row[],
): Generator<Buffer> {
  let batch: Buffer[] = [];
  let size = 0;
  for (const hour of hours) {
    if (hour < (span.from?.hour ?? hour) || hour > (span.to?.hour ?? hour)) continue;
    const { ticks } = tenant.hour(stream, hour);
    for (let index = ticks.length - 1; index >= 0; index -= 1) {
      if (!contains(span, printed(stream, hour, ticks[index] ?? 0))) continue;
      for (const row of versions(hour, index)) {
        const line = stored(tenant.bytes(row));
        batch.push(line, NEWLINE);
        size += line.length + 1;
      }
      if (size < BATCH_BYTES) continue;
      yield Buffer.concat(batch);
      [batch, size] = [[], 0];
    }
  }
  if (size > 0) yield Buffer.concat(batch);
}

function printed({ wholeSeconds }: Stream, hour: number, tick: number): Instant {
  return { hour, tick: wholeSeconds ? tick - (tick % TICKS_PER_SECOND) : tick };
}

function contains({ from, to }: Span, instant: Instant): boolean {
  return (
    (from === undefined || compareInstants(from, instant) <= 0) &&
    (to === undefined || compareInstants(instant, to) < 0)
  );
}

/** Within a string JSON has no raw line break, so every one in a record stands between tokens. */
function stored(record: Buffer): Buffer {
  if (record.indexOf(10) < 0 && record.indexOf(13) < 0) return record;
  return Buffer.from(record.filter((byte) => byte !== 10 && byte !== 13));
}
