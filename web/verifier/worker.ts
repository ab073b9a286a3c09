/**
 * The verifier beside the page: the same modules that `verify.mjs` is made of, in a thread of their own, so that the page
 * stays alive. It is handed a bundle, or the proofs of a record, and asks nobody.
 */
import { verify } from '../../shared/archive/verify.ts';
import { type AskedRecord, type RecordFacts, type ToldProof, verifyRecord } from '../../shared/archive/verifyRecord.ts';
import type { ArchiveFiles, VerifyReport } from '../../shared/archive/verifyTypes.ts';
import { wordsOf } from '../../shared/archive/verifyWords.ts';
import { openZip } from './zip.ts';

/** The proofs of one record. */
export interface RecordTask {
  readonly proofs: readonly ToldProof[];
  readonly asked: AskedRecord;
}

/** A bundle to verify. */
export interface Task {
  /** An evidence bundle as it was downloaded. */
  readonly bundle: Blob;
  /** Fingerprints of the keys that are trusted, lower-case hex. */
  readonly keys: readonly string[];
}

export type Told =
  | { readonly kind: 'progress'; readonly files: number; readonly of: number }
  /** `words` is what `verify.mjs` would print. */
  | { readonly kind: 'report'; readonly report: VerifyReport; readonly words: string }
  /** One for each proof, in their order. */
  | { readonly kind: 'record'; readonly facts: readonly RecordFacts[] }
  | { readonly kind: 'unreadable'; readonly why: string };

/** Milliseconds between two lines of progress. */
const PACE_MS = 100;
const tell = (told: Told) => postMessage(told);

addEventListener('message', async ({ data }: MessageEvent<Task | RecordTask>) => {
  try {
    if ('proofs' in data)
      return tell({ kind: 'record', facts: data.proofs.map((told) => verifyRecord(told, data.asked)) });
    const zip = await openZip(data.bundle);
    const report = await verify(counted(zip.files, zip.count), { keys: data.keys });
    tell({ kind: 'report', report, words: wordsOf(report) });
  } catch (error) {
    // Not a zip, or not enough memory for it: that is no verdict.
    tell({ kind: 'unreadable', why: error instanceof Error ? error.message : String(error) });
  }
});

/** The same files, with a word now and then of how many of them were read. Entries are read twice, once for each pass. */
function counted({ list, read }: ArchiveFiles, of: number): ArchiveFiles {
  const seen = new Set<string>();
  let next = 0;
  return {
    list,
    read: (name, most) => {
      seen.add(name);
      if (performance.now() >= next) {
        next = performance.now() + PACE_MS;
        tell({ kind: 'progress', files: seen.size, of });
      }
      return read(name, most);
    },
  };
}
