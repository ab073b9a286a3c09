/** Has the proofs of a record checked by the verifier in its worker. */
import type { AskedRecord, RecordFacts, ToldProof } from '../../shared/archive/verifyRecord.ts';
import { startVerifier } from './start.ts';
import type { RecordTask, Told } from './worker.ts';

/** @returns one for each proof, in their order. @throws Error where the worker does not run, or it was given up. */
export async function verifyRecords(
  proofs: readonly ToldProof[],
  asked: AskedRecord,
  signal: AbortSignal,
): Promise<readonly RecordFacts[]> {
  const worker = startVerifier();
  try {
    return await new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason));
      worker.onmessage = ({ data }: MessageEvent<Told>) => {
        if (data.kind === 'record') resolve(data.facts);
        else reject(new Error(data.kind === 'unreadable' ? data.why : `the verifier answered ${data.kind}`));
      };
      worker.onerror = ({ message }) =>
        reject(new Error(message || 'the verifier could not be started in this browser'));
      const task: RecordTask = { proofs, asked };
      worker.postMessage(task);
    });
  } finally {
    worker.terminate();
  }
}
