/**
 * `.tlog-proof` (C2SP tlog-proof): one file that proves offline that an entry is in a ledger.
 *
 *     c2sp.org/tlog-proof@v1
 *     index <number of the entry>
 *     <hash, base64>              from the leaf's sibling up, none or more
 *
 *     <the checkpoint, as it is>
 *
 * The optional line of extra data, which nothing authenticates, is neither written nor taken.
 */
import { isUtf8 } from 'node:buffer';
import { fromBase64 } from './base64.ts';
import { openCheckpoint } from './checkpoint.ts';
import { HASH_BYTES } from './merkle.ts';
import { NoteError } from './noteKey.ts';
import { provesInclusion } from './treeProof.ts';

export interface TlogProof {
  readonly index: number;
  readonly hashes: readonly Buffer[];
  /** The signed note. */
  readonly checkpoint: Buffer;
}

const HEADER = 'c2sp.org/tlog-proof@v1';
/** More than any ledger's size has bits. */
const MAX_HASHES = 63;

/** The bytes of the file. */
export function formatTlogProof({ index, hashes, checkpoint }: TlogProof): Buffer {
  const lines = [HEADER, `index ${index}`, ...hashes.map((hash) => hash.toString('base64')), '', ''];
  return Buffer.concat([Buffer.from(lines.join('\n'), 'utf8'), checkpoint]);
}

/** Reads such a file, and believes nothing of it. @throws NoteError when it has another form. */
export function parseTlogProof(bytes: Uint8Array): TlogProof {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const end = file.indexOf('\n\n');
  const head = file.subarray(0, Math.max(end, 0));
  if (!isUtf8(head)) throw new NoteError('A proof is not UTF-8.');
  const [header, indexLine = '', ...encoded] = head.toString('utf8').split('\n');
  const index = /^index (0|[1-9]\d{0,11})$/.exec(indexLine)?.[1];
  if (header !== HEADER || index === undefined) throw new NoteError('A proof does not begin with its form and index.');
  if (encoded.length > MAX_HASHES) throw new NoteError(`A proof has more than ${MAX_HASHES} hashes.`);
  return { index: Number(index), hashes: encoded.map(hashOf), checkpoint: file.subarray(end + 2) };
}

/**
 * Opens a file that proves that a leaf is in a ledger.
 * @param leaf the leaf hash of the entry's bytes.
 * @param log the ledger, `<tenantId>/<logType>`.
 * @param keys the public keys of which one must have signed the checkpoint: SPKI in DER.
 * @returns the number of the entry and the size of the tree that holds it.
 * @throws NoteError, and nothing else whatever the bytes are, when it does not prove that.
 */
export function openTlogProof(
  bytes: Uint8Array,
  leaf: Uint8Array,
  log: string,
  keys: readonly Uint8Array[],
): { readonly seq: number; readonly size: number } {
  const { index, hashes, checkpoint } = parseTlogProof(bytes);
  const head = openCheckpoint(checkpoint, log, keys);
  if (!provesInclusion(hashes, leaf, index, head)) throw new NoteError('A proof does not lead to its checkpoint.');
  return { seq: index, size: head.size };
}

function hashOf(encoded: string): Buffer {
  const hash = fromBase64(encoded);
  if (hash?.length !== HASH_BYTES) throw new NoteError('A proof has a line that is not a hash.');
  return hash;
}
