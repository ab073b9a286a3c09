/**
 * Finding the lines that a filter may be true of by their bytes, without parsing: most lines are passed over by one search
 * for a rare string over a whole block.
 */
import type { Needle, Requirement } from './filterNeedles.ts';

const ESCAPE = Buffer.from('\\u');
/** Nowhere; larger than every position. */
const NEVER = Number.POSITIVE_INFINITY;

/** Looks for one requirement in one stretch of bytes, forwards only. */
export interface Scanner {
  /** The first position from `from` on by which a line may match; `from` must not be smaller than last time. */
  readonly next: (from: number) => number;
}

/** Bytes, and the same as latin1 text when something asks for it. */
export class Haystack {
  readonly bytes: Buffer;
  #text: string | undefined;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  get text(): string {
    this.#text ??= this.bytes.toString('latin1');
    return this.#text;
  }
}

/**
 * A scanner of the lines that may meet a requirement. For `and` it looks for the longest part only: the caller asks
 * `mayMeet` about the line found.
 */
export function scannerOf(requirement: Requirement, haystack: Haystack): Scanner {
  if (!('parts' in requirement)) return needleScanner(requirement, haystack);
  if (requirement.kind === 'and') return scannerOf(requirement.parts.reduce(better), haystack);
  const scanners = requirement.parts.map((part) => scannerOf(part, haystack));
  return { next: (from) => Math.min(...scanners.map((scanner) => scanner.next(from))) };
}

/** Whether the bytes of one line leave it possible that the line meets a requirement. */
export function mayMeet(requirement: Requirement, line: Haystack): boolean {
  if ('parts' in requirement) {
    const meets = (part: Requirement) => mayMeet(part, line);
    return requirement.kind === 'and' ? requirement.parts.every(meets) : requirement.parts.some(meets);
  }
  return find(requirement, line, 0) !== NEVER || findHidden(requirement, line.bytes, 0) !== NEVER;
}

function needleScanner(needle: Needle, haystack: Haystack): Scanner {
  const found = remembered((from) => find(needle, haystack, from));
  const hidden = remembered((from) => findHidden(needle, haystack.bytes, from));
  return { next: (from) => Math.min(found(from), hidden(from)) };
}

function better(a: Requirement, b: Requirement): Requirement {
  return worth(b) > worth(a) ? b : a;
}

/** How much a requirement is likely to rule out. */
function worth(requirement: Requirement): number {
  if ('parts' in requirement) {
    const parts = requirement.parts.map(worth);
    return requirement.kind === 'and' ? Math.max(...parts) : Math.min(...parts);
  }
  return requirement.kind === 'exact' ? requirement.bytes.length : requirement.length / 2;
}

/** Searches again only when the last find has been passed. */
function remembered(search: (from: number) => number): (from: number) => number {
  let at = -1;
  return (from) => {
    if (at < from) at = search(from);
    return at;
  };
}

function find(needle: Needle, haystack: Haystack, from: number): number {
  if (needle.kind === 'exact') return orNever(haystack.bytes.indexOf(needle.bytes, from));
  needle.pattern.lastIndex = from;
  return needle.pattern.exec(haystack.text)?.index ?? NEVER;
}

/** The next escape that may hide a part of the needle. */
function findHidden(needle: Needle, bytes: Buffer, from: number): number {
  let at = orNever(bytes.indexOf(ESCAPE, from));
  while (at !== NEVER && !hides(needle, bytes, at)) at = orNever(bytes.indexOf(ESCAPE, at + ESCAPE.length));
  return at;
}

function hides(needle: Needle, bytes: Buffer, at: number): boolean {
  if (needle.kind === 'folded' || needle.characters === undefined) return true;
  return needle.characters.has(Number.parseInt(bytes.toString('latin1', at + 2, at + 6), 16));
}

function orNever(at: number): number {
  return at < 0 ? NEVER : at;
}
