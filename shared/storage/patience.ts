/**
 * A second attempt where the storage SDKs make none. They repeat a call that fails, but wait for ever on a connection
 * that has died without a word, and give up when a blob's content breaks off in the middle (storage-blob 12.34).
 *
 * Only for operations that may be made twice: every operation of the two ports may.
 */

/** Time for one attempt, the SDK's own repetitions included, in milliseconds. */
export const ATTEMPT_MS = 60_000;

/**
 * Runs `operation` and aborts it after `attemptMs`. When it was aborted or broken off, runs it a second and last time.
 * Throws what the operation throws.
 */
export async function patiently<T>(attemptMs: number, operation: (signal: AbortSignal) => Promise<T>): Promise<T> {
  try {
    return await within(attemptMs, operation);
  } catch (error) {
    // The name by which the SDKs report both: our own signal, and a connection lost while the content was arriving.
    if ((error as Error).name !== 'AbortError') throw error;
  }
  return within(attemptMs, operation);
}

async function within<T>(milliseconds: number, operation: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), milliseconds);
  try {
    return await operation(controller.signal);
  } finally {
    clearTimeout(timer);
  }
}
