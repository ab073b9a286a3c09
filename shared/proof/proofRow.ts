/**
 * What the table remembers of a ledger's proofs: one row, a hint that can be lost. The truth are the checkpoints beside
 * the entries.
 *
 * The checkpoint it names only moves forward, whoever writes: a slow instance cannot take it back.
 */
import type { TableDeps } from '../deps.ts';
import { hintRow } from '../hintRow.ts';

export interface ProofNotes {
  /** Entries under the newest checkpoint; 0 before the first. */
  readonly size: number;
  /** Its root, base64. */
  readonly root: string;
  /** When all entries were last seen to be under a checkpoint: seconds since 1970. */
  readonly signedAt: number | undefined;
  /** Under which generation of names the tiles lie. */
  readonly generation: number;
  /** Why the last run could not sign. */
  readonly error: string | undefined;
  /** What kept the last run from signing is a contradiction: somebody rewrote what was signed. */
  readonly refused: string | undefined;
  /** The contradiction that the last audit met. */
  readonly contradiction: string | undefined;
}

const ROW = hintRow<ProofNotes>('proof', ({ text, number }) => ({
  size: number('size') ?? 0,
  root: text('root') ?? '',
  signedAt: number('signedAt'),
  generation: number('generation') ?? 0,
  error: text('error'),
  refused: text('refused'),
  contradiction: text('contradiction'),
}));

/** Reads the row. */
export function readProofNotes(deps: TableDeps, logType: string): Promise<ProofNotes> {
  return ROW.read(deps, logType);
}

/** Changes the row. The size never shrinks; what is said of a smaller one is left out. */
export async function noteProof(deps: TableDeps, logType: string, change: Partial<ProofNotes>): Promise<void> {
  await ROW.change(deps, logType, (before) => {
    const isOld = change.size !== undefined && change.size < before.size;
    return { ...before, ...change, ...(isOld && { size: before.size, root: before.root }) };
  });
}
