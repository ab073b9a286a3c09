/** What differs between two versions of a record, line by line of their layout. */
import { diffArrays } from 'diff';
import { layout, lineText } from '../../../json/layout.ts';

export type ChangeKind = 'same' | 'removed' | 'added';

export interface Change {
  readonly kind: ChangeKind;
  readonly text: string;
}

/** Unchanged lines that are shown round a change. */
const CONTEXT = 3;

/** All lines of both, those of the older where they are the same. A comma alone makes no difference. */
export function changesOf(older: string, newer: string): Change[] {
  const parts = diffArrays(linesOf(older), linesOf(newer), { comparator: (a, b) => bare(a) === bare(b) });
  return parts.flatMap(({ value, added, removed }) => {
    const kind: ChangeKind = added ? 'added' : removed ? 'removed' : 'same';
    return value.map((text) => ({ kind, text }));
  });
}

export interface Stretch {
  /** Unchanged lines that are left out before. */
  readonly skipped: number;
  readonly changes: readonly Change[];
}

/** The changes with what stands round them. */
export function stretchesOf(changes: readonly Change[]): Stretch[] {
  const isNear = changes.map((_, n) =>
    changes.slice(Math.max(0, n - CONTEXT), n + CONTEXT + 1).some(({ kind }) => kind !== 'same'),
  );
  const stretches: { skipped: number; changes: Change[] }[] = [];
  let skipped = 0;
  for (const [n, change] of changes.entries()) {
    if (!isNear[n]) skipped += 1;
    else if (n > 0 && isNear[n - 1] && stretches.length > 0) stretches.at(-1)?.changes.push(change);
    else {
      stretches.push({ skipped, changes: [change] });
      skipped = 0;
    }
  }
  return skipped > 0 ? [...stretches, { skipped, changes: [] }] : stretches;
}

function linesOf(text: string): string[] {
  return layout(text).map(lineText);
}

function bare(line: string): string {
  return line.replace(/,$/, '');
}
