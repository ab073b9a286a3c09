/** The proof of one version of a record, step by step, in words. What holds the verifier says; the page says what that means. */
import type { RecordFacts } from '../../../shared/archive/verifyRecord.ts';

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

/** Every step, in order. */
export function stepsOf(
  { segment, index, records }: Pick<RecordProof, 'segment' | 'index' | 'records'>,
  { isAsked, isInSegment, isInLedger, checkpoint, entry }: RecordFacts,
  { log, id, fingerprint }: Asked,
): Step[] {
  return [
    step('The record is the one that was asked for', isAsked, `Its id is ${id}.`),
    step(
      'The record is in the segment',
      isInSegment,
      `Line ${index + 1} of ${records} leads to the root that the entry names for ${segment}.`,
    ),
    step(
      'The entry is in the ledger',
      isInLedger,
      `Entry ${entry} leads to the root over ${checkpoint?.size} entries.`,
    ),
    step(
      'The checkpoint is signed',
      checkpoint !== undefined,
      `It is that of ${log}, signed by the key ${checkpoint?.signedBy.join(' and the key ')}.`,
    ),
    keyStep(fingerprint, checkpoint?.signedBy.includes(fingerprint) === true),
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

function keyStep(fingerprint: string, hasSigned: boolean): Step {
  const title = 'The key is the one that you know';
  if (fingerprint === '')
    return { title, state: 'open', words: 'Type the fingerprint that the operator gave you by another way.' };
  return hasSigned
    ? { title, state: 'holds', words: 'It has the fingerprint that you typed.' }
    : { title, state: 'fails', words: 'It has not the fingerprint that you typed.' };
}

function step(title: string, holds: boolean, words: string): Step {
  return { title, state: holds ? 'holds' : 'fails', words: holds ? words : 'It does not hold.' };
}
