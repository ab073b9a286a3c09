/**
 * Proofs that an entry is in a ledger, as one text (C2SP tlog-proof): the entry's number, the hashes from its sibling up,
 * and the checkpoint as signed. Such a file proves the entry without the archive, and without us.
 */
const FIRST_LINE = 'c2sp.org/tlog-proof@v1';

export interface TlogProof {
  readonly index: number;
  /** From the leaf's sibling up. */
  readonly hashes: readonly Buffer[];
  /** The signed note, verbatim. */
  readonly checkpoint: Buffer;
  /** What the proof is about, carried along for convenience and vouched for by nothing: here the bytes of the entry. */
  readonly extra?: Buffer;
}

/** The text. */
export function formatTlogProof({ index, hashes, checkpoint, extra }: TlogProof): string {
  const lines = [
    FIRST_LINE,
    ...(extra === undefined ? [] : [`extra ${extra.toString('base64')}`]),
    `index ${index}`,
    ...hashes.map((hash) => hash.toString('base64')),
  ];
  return `${lines.join('\n')}\n\n${checkpoint.toString('utf8')}`;
}
