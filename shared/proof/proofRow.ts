/**
 * What the table remembers of a ledger's proofs: one row, a hint that can be lost. The truth are the checkpoints beside
 * the entries.
 *
 * The checkpoint it names only moves forward, whoever writes: a slow instance cannot take it back.
 */
import type { Deps } from '../deps.ts';
import { partitionOf } from '../segmentIndex.ts';
import type { RowValues } from '../storage/port.ts';
import { definedValues } from '../storage/rows.ts';

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

type TableDeps = Pick<Deps, 'config' | 'state'>;

const PROOF_ROW = 'proof';
const NOTHING: ProofNotes = {
  size: 0,
  root: '',
  signedAt: undefined,
  generation: 0,
  error: undefined,
  refused: undefined,
  contradiction: undefined,
};
/** Losing this often to other instances means something else is wrong. */
const MOST_TRIES = 20;

/** Reads the row. */
export async function readProofNotes(deps: TableDeps, logType: string): Promise<ProofNotes> {
  const row = await deps.state.get(partitionOf(deps, logType), PROOF_ROW);
  return row ? notesOf(row.values) : NOTHING;
}

/** Changes the row. The size never shrinks; what is said of a smaller one is left out. */
export async function noteProof(deps: TableDeps, logType: string, change: Partial<ProofNotes>): Promise<void> {
  const partition = partitionOf(deps, logType);
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const row = await deps.state.get(partition, PROOF_ROW);
    const before = row ? notesOf(row.values) : NOTHING;
    const isOld = change.size !== undefined && change.size < before.size;
    const values = definedValues({ ...before, ...change, ...(isOld && { size: before.size, root: before.root }) });
    const write = row
      ? ({ kind: 'replace', key: PROOF_ROW, values, etag: row.etag } as const)
      : ({ kind: 'insert', key: PROOF_ROW, values } as const);
    if ((await deps.state.commit(partition, [write])) === 'done') return;
  }
  throw new Error(`the notes on the proofs of ${logType} could not be written: others kept changing them`);
}

function notesOf(values: RowValues): ProofNotes {
  const text = (name: string) => (values[name] === undefined ? undefined : String(values[name]));
  return {
    size: Number(values.size),
    root: String(values.root),
    signedAt: values.signedAt === undefined ? undefined : Number(values.signedAt),
    generation: Number(values.generation),
    error: text('error'),
    refused: text('refused'),
    contradiction: text('contradiction'),
  };
}
