/**
 * Checkpoints (C2SP tlog-checkpoint): the signed root over the first `size` entries of a ledger.
 *
 *     entra-log-archive/<tenantId>/<logType>
 *     <size>
 *     <root, base64>
 *
 * The text is that of a signed note whose keys bear the name of its first line, the origin. A key of the archive signs
 * three lines or nothing: extension lines, which C2SP advises against, are refused.
 */
import { fromBase64 } from './base64.ts';
import { HASH_BYTES } from './merkle.ts';
import { openNote, type Signer, signNote } from './note.ts';
import { NoteError, noteKey } from './noteKey.ts';
import type { TreeHead } from './treeProof.ts';

export interface Checkpoint extends TreeHead {
  /** The ledger, `<tenantId>/<logType>`. */
  readonly log: string;
  readonly root: Buffer;
}

export interface OpenedCheckpoint extends Checkpoint {
  /** The public keys that signed it: SPKI in DER, one or more. */
  readonly signedBy: readonly Buffer[];
}

const MAX_SIZE = 1e12 - 1;
const TEXT = /^([^\n]+)\n(0|[1-9]\d{0,11})\n([^\n]{44})\n$/;

/** What a ledger is called outside: first line of its checkpoints, and name of the keys that sign them. */
export function originOf(log: string): string {
  return `entra-log-archive/${log}`;
}

/** The text that is signed. @throws RangeError when the size or the root cannot be one. */
export function checkpointText({ log, size, root }: Checkpoint): string {
  if (!Number.isInteger(size) || size < 0 || size > MAX_SIZE) throw new RangeError('the size is not one of a ledger');
  if (root.length !== HASH_BYTES) throw new RangeError(`a root has ${HASH_BYTES} bytes, not ${root.length}`);
  return `${originOf(log)}\n${size}\n${root.toString('base64')}\n`;
}

/**
 * Signs a checkpoint. That the tree begins with the one signed before is for the caller to check first.
 * @throws NoteError when a signature does not verify; what a signer throws.
 */
export async function signCheckpoint(checkpoint: Checkpoint, signers: readonly Signer[]): Promise<Buffer> {
  return signNote(checkpointText(checkpoint), originOf(checkpoint.log), signers);
}

/**
 * Opens the checkpoint of a ledger: the signature first, then what it says.
 * @param log the ledger it must be of, `<tenantId>/<logType>`.
 * @param keys the public keys of which at least one must have signed: SPKI in DER.
 * @throws NoteError, and nothing else whatever the bytes are.
 */
export function openCheckpoint(bytes: Uint8Array, log: string, keys: readonly Uint8Array[]): OpenedCheckpoint {
  const origin = originOf(log);
  const note = openNote(
    bytes,
    keys.map((spki) => noteKey(origin, spki)),
  );
  const [, first, size, encoded = ''] = TEXT.exec(note.text) ?? [];
  const root = fromBase64(encoded);
  if (root?.length !== HASH_BYTES) throw new NoteError('A checkpoint does not consist of origin, size and root.');
  if (first !== origin) throw new NoteError('A checkpoint is that of another ledger.');
  return { log, size: Number(size), root, signedBy: note.signedBy.map(({ spki }) => spki) };
}
