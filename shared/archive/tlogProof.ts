/**
 * Proofs that an entry is in a ledger, as one text (C2SP tlog-proof): the entry's number, the hashes from its sibling up,
 * and the checkpoint as signed. Such a file proves the entry without the archive, and without us.
 */
import { fromBase64 } from './base64.ts';
import { HASH_BYTES } from './merkle.ts';

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

/** Reads such a text; `undefined` where it has not that form. The checkpoint in it is not looked into. */
export function parseTlogProof(text: string): TlogProof | undefined {
  const end = text.indexOf('\n\n');
  const [first, ...lines] = text.slice(0, Math.max(0, end)).split('\n');
  const told = lines[0]?.startsWith('extra ') ? lines.shift()?.slice('extra '.length) : undefined;
  const extra = told === undefined ? undefined : fromBase64(told);
  const [, number] = /^index (0|[1-9]\d{0,11})$/.exec(lines.shift() ?? '') ?? [];
  const hashes = lines.flatMap((line) => fromBase64(line) ?? []);
  const isWhole = hashes.length === lines.length && hashes.every(({ length }) => length === HASH_BYTES);
  if (first !== FIRST_LINE || number === undefined || !isWhole || (told !== undefined && !extra)) return undefined;
  const checkpoint = Buffer.from(text.slice(end + 2), 'utf8');
  return { index: Number(number), hashes, checkpoint, ...(extra && { extra }) };
}
