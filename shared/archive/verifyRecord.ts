/**
 * Checks the proof of one version of a record: its line leads to the root that an entry names for a segment, the entry to
 * the root of a checkpoint, and known keys signed that. Nothing is believed that hashes and signatures do not hold together.
 */
import { fromBase64 } from './base64.ts';
import { openCheckpoint } from './checkpoint.ts';
import { fingerprint } from './ecdsa.ts';
import { decodeEntry } from './entry.ts';
import { leafHash } from './merkle.ts';
import { parseTlogProof } from './tlogProof.ts';
import { provesInclusion } from './treeProof.ts';

/** A proof as the archive tells it. */
export interface ToldProof {
  /** As stored, without its newline. */
  readonly record: string;
  /** Full name of the segment. */
  readonly segment: string;
  /** Number of the line, and how many the segment has. */
  readonly index: number;
  readonly records: number;
  /** From the line's sibling up, base64. */
  readonly path: readonly string[];
  /** The entry, byte for byte. */
  readonly entry: Uint8Array;
  /** C2SP tlog-proof of the entry, with the checkpoint. */
  readonly proof: string;
}

/** What must hold beside the hashes. */
export interface AskedRecord {
  /** `<tenantId>/<logType>`. */
  readonly ledger: string;
  readonly id: string;
  /** The keys that the archive tells of the ledger: SPKI in DER. */
  readonly keys: readonly Uint8Array[];
}

export interface RecordFacts {
  /** The record has the id that was asked for. */
  readonly isAsked: boolean;
  /** Its line is in the segment, as the entry names it. */
  readonly isInSegment: boolean;
  /** The entry is in the ledger, under the checkpoint. */
  readonly isInLedger: boolean;
  /** The checkpoint, if one of the keys signed it: its size, and the fingerprints of those that did. */
  readonly checkpoint: { readonly size: number; readonly signedBy: readonly string[] } | undefined;
  /** Number of the entry that the proof is of. */
  readonly entry: number | undefined;
}

/** Never throws: what cannot be read does not hold. */
export function verifyRecord(told: ToldProof, { ledger, id, keys }: AskedRecord): RecordFacts {
  const proof = parseTlogProof(told.proof);
  const head = readable(() => (proof ? openCheckpoint(proof.checkpoint, ledger, keys) : undefined));
  const entry = readable(() => decodeEntry(told.entry));
  const isOurs = proof !== undefined && entry?.log === ledger && entry.seq === proof.index;
  const named = entry?.kind === 'read' ? entry.segments.find(({ name }) => name === told.segment) : undefined;
  const path = hashesOf(told.path);
  const lines = named && { size: named.records, root: Buffer.from(named.recordsRoot, 'hex') };
  return {
    isAsked: readable(() => (JSON.parse(told.record) as { id?: unknown } | null)?.id) === id,
    isInSegment:
      path !== undefined &&
      lines?.size === told.records &&
      provesInclusion(path, leafHash(Buffer.from(told.record, 'utf8')), told.index, lines),
    isInLedger: isOurs && head !== undefined && provesInclusion(proof.hashes, leafHash(told.entry), proof.index, head),
    checkpoint: head && { size: head.size, signedBy: head.signedBy.map(fingerprint) },
    entry: proof?.index,
  };
}

function hashesOf(path: readonly string[]): Buffer[] | undefined {
  const hashes = path.flatMap((text) => fromBase64(text) ?? []);
  return hashes.length === path.length ? hashes : undefined;
}

/** `undefined` for what cannot be read: the fact that needs it then does not hold. */
function readable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
