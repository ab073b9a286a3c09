/**
 * The simulated tenant: every record of every log type, for any hour, at any time the same.
 *
 * Nothing is stored but two bounded caches. What of it exists at a moment, and to whom it is shown, is decided elsewhere.
 */
import { Cache } from './cache.ts';
import { createDirectory } from './directory.ts';
import { guid } from './guid.ts';
import { type Hour, makeHour } from './hours.ts';
import { instantOf, millisecondsOf } from './instant.ts';
import { hash, Random } from './random.ts';
import { SHAPES } from './records/awkward.ts';
import type { Facts } from './records/facts.ts';
import type { Stream } from './streams.ts';

/** One record version, by number: what the simulator remembers and passes around instead of bytes. */
export interface Row {
  readonly stream: Stream;
  readonly hour: number;
  /** Position in the hour, newest first. */
  readonly index: number;
  /** The later bytes of a row that keeps its time. */
  readonly changed: boolean;
  /** As v1.0 prints a row of a log type that belongs to beta. */
  readonly v1: boolean;
  /** A sign-in as a reader gets it who may not see conditional access policies. */
  readonly withoutPolicies?: boolean;
}

/** Rows of a chunk, the unit that is made and cached. */
const CHUNK = 128;
const CHUNK_CACHE_BYTES = 64 << 20;
const HOUR_CACHE_BYTES = 32 << 20;
const PURPOSE = { rows: 0x0f0e, shape: 3, tenant: 0x7e4a } as const;

interface Chunk {
  /** The records with a comma after each. */
  readonly bytes: Buffer;
  /** Where each record begins; one more entry for the end. */
  readonly offsets: Uint32Array;
}

export interface TenantRows {
  readonly id: string;
  readonly seed: number;
  readonly perDay: number;
  /** The entries of an hour. */
  hour(stream: Stream, hour: number): Hour;
  /** Stored time of a row: milliseconds since 1970, with a fraction. */
  timeOf(row: Row): number;
  /** A record's bytes, as Graph prints them. */
  bytes(row: Row): Buffer;
  /** The bytes of many records with commas between them, in as few pieces as they lie in memory. */
  pieces(rows: readonly Row[]): Buffer[];
}

/** The id of the tenant that a seed and a size make: a GUID. */
export function simulatedTenantId(seed: number, perDay: number): string {
  return guid(new Random(seed, perDay, PURPOSE.tenant));
}

/** A tenant of `perDay` records a day over all log types. */
export function createTenant(seed: number, perDay: number): TenantRows {
  const id = simulatedTenantId(seed, perDay);
  const directory = createDirectory(seed, id);
  const hours = new Cache<Hour>(
    HOUR_CACHE_BYTES,
    (made) => 200 + made.ticks.byteLength + 120 * (made.origins?.length ?? 0),
  );
  const chunks = new Cache<Chunk>(CHUNK_CACHE_BYTES, (made) => 400 + made.bytes.length);
  const scratch = new Scratch();

  const hour = (stream: Stream, number: number) =>
    hours.get(`${stream.ordinal}/${number}`, () => makeHour({ seed, perDay }, stream, number));

  const text = (row: Row): string => {
    const facts = factsOf(row, hour(row.stream, row.hour));
    const printer = (row.v1 ? row.stream.v1Printer : undefined) ?? row.stream.printer;
    const dice = hash(seed, row.stream.ordinal * 64 + PURPOSE.shape, row.hour, row.index);
    const record = printer.print(facts);
    return SHAPES[dice & 255]?.bend(record, { timeField: row.stream.logType.timeField, dice: dice >>> 8 }) ?? record;
  };

  const factsOf = (
    { stream, index, changed, withoutPolicies = false }: Row,
    { hour: number, ticks, origins }: Hour,
  ): Facts => {
    const at = { hour: number, tick: ticks[index] ?? 0 };
    const origin = origins?.[index];
    const rowSeed = hash(seed, stream.ordinal, PURPOSE.rows, perDay);
    return {
      directory,
      at,
      changed,
      withoutPolicies,
      random: new Random(rowSeed, origin?.hour ?? number, origin?.row ?? index),
      born: origin === undefined ? at : instantOf(origin.bornAt),
      version: origin?.version ?? 0,
      entity: origin?.hour === -1 ? origin.row : 0,
    };
  };

  /** Only first bytes are cached: changed ones are few. */
  const chunkOf = (row: Row): Chunk => {
    const number = Math.floor(row.index / CHUNK);
    return chunks.get(`${row.stream.ordinal}/${row.hour}/${number}/${row.v1}/${row.withoutPolicies ?? false}`, () => {
      const first = number * CHUNK;
      const end = Math.min(first + CHUNK, hour(row.stream, row.hour).ticks.length);
      return scratch.join(Array.from({ length: end - first }, (_, step) => text({ ...row, index: first + step })));
    });
  };

  const bytes = (row: Row): Buffer =>
    row.changed ? Buffer.from(text(row)) : slice(chunkOf(row), row.index % CHUNK, 1);

  const pieces = (rows: readonly Row[]): Buffer[] => {
    const found: Buffer[] = [];
    for (let at = 0; at < rows.length; ) {
      const row = rows[at] as Row;
      const length = row.changed ? 1 : runLength(rows, at);
      found.push(
        ...(at === 0 ? [] : [COMMA]),
        length === 1 ? bytes(row) : slice(chunkOf(row), row.index % CHUNK, length),
      );
      at += length;
    }
    return found;
  };

  const timeOf = (row: Row) => {
    const { ticks, origins } = hour(row.stream, row.hour);
    return origins?.[row.index]?.time ?? millisecondsOf(row.hour, ticks[row.index] ?? 0);
  };

  return { id, seed, perDay, hour, timeOf, bytes, pieces };
}

const COMMA = Buffer.from(',');

/** How many rows from `at` on lie side by side in one chunk. */
function runLength(rows: readonly Row[], at: number): number {
  const first = rows[at] as Row;
  const room = CHUNK - (first.index % CHUNK);
  let length = 1;
  for (; length < room; length += 1) {
    const row = rows[at + length];
    if (row?.index !== first.index + length || row.changed || row.hour !== first.hour || row.stream !== first.stream)
      break;
  }
  return length;
}

function slice({ bytes, offsets }: Chunk, first: number, length: number): Buffer {
  return bytes.subarray(offsets[first], (offsets[first + length] ?? 1) - 1);
}

/** Memory in which chunks are put together before they are copied to their size. */
class Scratch {
  #buffer = Buffer.allocUnsafe(1 << 20);

  join(records: readonly string[]): Chunk {
    const offsets = new Uint32Array(records.length + 1);
    let end = 0;
    for (const [index, record] of records.entries()) {
      // A UTF-16 unit takes at most three bytes of UTF-8.
      this.#reserve(end, record.length * 3 + 1);
      end += this.#buffer.write(record, end);
      this.#buffer[end] = 0x2c;
      end += 1;
      offsets[index + 1] = end;
    }
    return { bytes: Buffer.from(this.#buffer.subarray(0, end)), offsets };
  }

  #reserve(end: number, more: number): void {
    if (end + more <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(2 * (end + more));
    this.#buffer.copy(larger, 0, 0, end);
    this.#buffer = larger;
  }
}
