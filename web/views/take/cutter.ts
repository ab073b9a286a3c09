/**
 * Cuts an answer into whole records as its bytes come, in each format: what is handed on always ends behind a record, so
 * that a download which breaks can go on behind it.
 */

export type RecordFormat = 'ndjson' | 'json' | 'csv';

export interface Cut {
  /** Whole units; what follows them is kept for the next bytes. */
  readonly bytes: Uint8Array;
  /** Records in them. */
  readonly records: number;
}

export interface Cutter {
  add(bytes: Uint8Array): Cut;
  /** What is left when the answer has come to its end. */
  end(): Uint8Array;
  /**
   * Another answer goes on where the last one broke: half a record is dropped.
   * @param hasOpening whether the opening was handed on; that of the other answer is dropped then.
   */
  goOn(hasOpening: boolean): void;
}

interface Rules {
  /** Units at the begin of an answer that are no records: a list's bracket, a header. */
  readonly opening: number;
  readonly isRecord: (unit: Uint8Array) => boolean;
  /** Whether a line break within quotes ends no unit. */
  readonly hasQuotes: boolean;
}

const [NEWLINE, QUOTE, BRACE, SPACE] = [0x0a, 0x22, 0x7b, 0x20];

const isObject = (unit: Uint8Array) => unit.find((byte) => byte !== SPACE) === BRACE;

const RULES: Readonly<Record<RecordFormat, Rules>> = {
  ndjson: { opening: 0, isRecord: isObject, hasQuotes: false },
  json: { opening: 1, isRecord: isObject, hasQuotes: false },
  // A row of nothing is a sign of life from the archive.
  csv: { opening: 1, isRecord: (unit) => unit.length > 2, hasQuotes: true },
};

export function createCutter(format: RecordFormat): Cutter {
  const { opening, isRecord, hasQuotes } = RULES[format];
  let rest = new Uint8Array();
  let units = 0;
  let isAgain = false;
  return {
    add: (chunk) => {
      const bytes = joined(rest, chunk);
      let records = 0;
      let from = 0;
      let start = 0;
      for (const end of endsOf(bytes, hasQuotes)) {
        const isOpening = units < opening;
        if (!isOpening && isRecord(bytes.subarray(start, end))) records += 1;
        if (isOpening && isAgain) from = end;
        units += 1;
        start = end;
      }
      rest = bytes.slice(start);
      return { bytes: bytes.subarray(from, start), records };
    },
    end: () => rest,
    goOn: (hasOpening) => {
      rest = new Uint8Array();
      units = 0;
      isAgain = hasOpening;
    },
  };
}

/** Where the units end: behind each line break that counts. */
function* endsOf(bytes: Uint8Array, hasQuotes: boolean): Generator<number> {
  let isQuoted = false;
  let from = 0;
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) {
    if (hasQuotes && isOdd(bytes, from, at)) isQuoted = !isQuoted;
    from = at + 1;
    if (!isQuoted) yield from;
  }
}

function isOdd(bytes: Uint8Array, from: number, to: number): boolean {
  let quotes = 0;
  for (let at = from; at < to; at += 1) if (bytes[at] === QUOTE) quotes += 1;
  return quotes % 2 === 1;
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  if (first.length === 0) return second;
  const bytes = new Uint8Array(first.length + second.length);
  bytes.set(first);
  bytes.set(second, first.length);
  return bytes;
}
