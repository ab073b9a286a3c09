/** Rejecting lines by their bytes: never one that a filter is true of. */
import { type Requirement, requirementOf } from './filterNeedles.ts';
import { Haystack, mayMeet, scannerOf } from './filterScan.ts';
import type { Filter } from './filterTree.ts';

const LF = 0x0a;

export interface Prefilter {
  /** `false`: the filter is not true of this line. */
  readonly mayMatch: (line: Buffer) => boolean;
  /** The lines, without their newlines, that the filter may be true of; views on the bytes given. */
  readonly mayMatchOf: (lines: Buffer) => Generator<Buffer, void>;
}

/** `undefined`: the filter names no text that a matching line must contain. */
export function prefilter({ condition }: Filter): Prefilter | undefined {
  return prefilterOf(requirementOf(condition));
}

/** By what a matching line must contain; `undefined`: nothing is known of that. */
export function prefilterOf(requirement: Requirement | undefined): Prefilter | undefined {
  if (requirement === undefined) return undefined;
  const mayMatch = (line: Buffer) => mayMeet(requirement, new Haystack(line));
  return {
    mayMatch,
    *mayMatchOf(lines) {
      const { next } = scannerOf(requirement, new Haystack(lines));
      for (let hit = next(0); hit < lines.length; ) {
        const end = endOfLine(lines, hit);
        const line = lines.subarray(lines.lastIndexOf(LF, hit) + 1, end);
        if (mayMatch(line)) yield line;
        hit = next(end + 1);
      }
    },
  };
}

/** Every line of a block, without its newline. */
export function* linesOf(lines: Buffer): Generator<Buffer, void> {
  for (let start = 0; start < lines.length; ) {
    const end = endOfLine(lines, start);
    yield lines.subarray(start, end);
    start = end + 1;
  }
}

function endOfLine(lines: Buffer, at: number): number {
  const end = lines.indexOf(LF, at);
  return end < 0 ? lines.length : end;
}
