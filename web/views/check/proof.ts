/**
 * Checks one version of a record on this machine: record, segment's root, entry, checkpoint, signature, fingerprint.
 * Nothing that the archive says of itself counts but what its hashes and the signature hold together.
 */
import type { LedgerKeys } from '../../api/answers.ts';
import { fromBase64, toHex } from '../../crypto/bytes.ts';
import { openCheckpoint } from '../../crypto/checkpoint.ts';
import { gunzip } from '../../crypto/gunzip.ts';
import { leafHash, rootFrom, sha256Of } from '../../crypto/inclusion.ts';

/** One of `proofs` in `GET /api/integrity/proofs/record/{logType}/{id}`. */
export interface RecordProof {
  /** As stored. */
  readonly record: string;
  readonly segment: string;
  readonly index: number;
  readonly records: number;
  readonly path: readonly string[];
  /** As stored, as gzip in base64. */
  readonly entryGzip: string;
  /** C2SP tlog-proof of the entry. */
  readonly proof: string;
}

export interface Asked {
  readonly log: string;
  readonly id: string;
  /** The fingerprint that was typed; empty where none was. */
  readonly fingerprint: string;
}

export type StepState = 'holds' | 'fails' | 'open';

export interface Step {
  readonly title: string;
  readonly state: StepState;
  readonly words: string;
}

export type Verdict = 'proved' | 'self-consistent' | 'broken';

/** Most bytes of an entry (docs/FORMAT.md). */
const MOST_ENTRY_BYTES = 60_000;

/** Every step, in order. Never throws: what cannot be read does not hold. */
export async function checkProof(proof: RecordProof, keys: LedgerKeys | undefined, asked: Asked): Promise<Step[]> {
  const entry = (await settled(() => gunzip(fromBase64(proof.entryGzip), MOST_ENTRY_BYTES))) ?? new Uint8Array();
  const parts = await settled(() => partsOf(proof, entry));
  const signed = await settled(() => signedBy(parts?.note ?? '', keys, asked));
  const root = parts && signed && rootFrom(parts.hashes, leafHash(entry), parts.index, signed.size);
  const isOfLog = signed?.origin.endsWith(`/${asked.log}`) === true;
  const isTyped = signed !== undefined && signed.fingerprint === asked.fingerprint;
  const words = asked.fingerprint === '' ? 'Type the fingerprint that the operator gave you by another way.' : '';
  return [
    step('The record is the one that was asked for', parts?.id === asked.id, `Its id is ${asked.id}.`),
    step(
      'The record is in the segment',
      isSame(parts?.recordsRoot, parts?.computed),
      `Line ${proof.index + 1} of ${proof.records} leads to the root that the entry names for ${proof.segment}.`,
    ),
    step(
      'The entry is in the ledger',
      isSame(root, signed?.root),
      `Entry ${parts?.index} leads to the root over ${signed?.size} entries.`,
    ),
    step(
      'The checkpoint is signed',
      signed !== undefined && isOfLog,
      `${signed?.origin}, by the key ${signed?.fingerprint}.`,
    ),
    {
      title: 'The key is the one that you know',
      state: asked.fingerprint === '' ? 'open' : isTyped ? 'holds' : 'fails',
      words:
        words || (isTyped ? 'It has the fingerprint that you typed.' : 'It has not the fingerprint that you typed.'),
    },
  ];
}

/** What the steps come to, in the verifier's own words. */
export function verdictOf(steps: readonly Step[]): Verdict {
  if (steps.some(({ state }) => state === 'fails')) return 'broken';
  return steps.every(({ state }) => state === 'holds') ? 'proved' : 'self-consistent';
}

/** 64 hex digits of a fingerprint as people write them: colons, spaces and capitals do not matter. */
export function readFingerprint(text: string): string | undefined {
  const digits = text
    .replace(/^sha256:/i, '')
    .replace(/[\s:]/g, '')
    .toLowerCase();
  return /^[0-9a-f]{64}$/.test(digits) ? digits : undefined;
}

function partsOf({ record, segment, index, records, path, proof }: RecordProof, entry: Uint8Array) {
  const end = proof.indexOf('\n\n');
  const [first, number = '', ...hashes] = proof.slice(0, end).split('\n');
  if (end < 0 || first !== 'c2sp.org/tlog-proof@v1') throw new Error('not a proof');
  const { segments } = JSON.parse(new TextDecoder().decode(entry)) as {
    segments: { name: string; records: number; recordsRoot: string }[];
  };
  const named = segments.find(({ name }) => name === segment);
  if (!named || named.records !== records) throw new Error('the entry does not name the segment');
  return {
    id: (JSON.parse(record) as { id: unknown }).id,
    recordsRoot: named.recordsRoot,
    computed: hexOf(rootFrom(path.map(fromBase64), leafHash(bytesOf(record)), index, records)),
    index: Number(/^index (\d+)$/.exec(number)?.[1] ?? Number.NaN),
    hashes: hashes.map(fromBase64),
    note: proof.slice(end + 2),
  };
}

/** Opens the checkpoint with the typed key where the ledger has it, or with whichever signed it. */
async function signedBy(note: string, ledger: LedgerKeys | undefined, { fingerprint }: Asked) {
  const keys = (ledger?.keys ?? []).map(({ spki }) => fromBase64(spki));
  const known = keys.map((spki) => ({ spki, fingerprint: toHex(sha256Of(spki)) }));
  known.sort((a, b) => Number(b.fingerprint === fingerprint) - Number(a.fingerprint === fingerprint));
  for (const key of known) {
    const opened = await openCheckpoint(note, key.spki);
    if (opened) return { ...opened, fingerprint: key.fingerprint };
  }
  return undefined;
}

/** `undefined` for what cannot be read: the step that needs it then says that it does not hold. */
async function settled<T>(read: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch {
    return undefined;
  }
}

function step(title: string, holds: boolean, words: string): Step {
  return { title, state: holds ? 'holds' : 'fails', words: holds ? words : 'It does not hold.' };
}

function isSame(a: Uint8Array | string | undefined, b: Uint8Array | string | undefined): boolean {
  return a !== undefined && b !== undefined && hexOf(a) === hexOf(b);
}

function hexOf(value: Uint8Array | string | undefined): string | undefined {
  return value === undefined || typeof value === 'string' ? value : toHex(value);
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
