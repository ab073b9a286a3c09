/** Starts the verifier's worker: every use of it in one place, so that the build makes one file of it. */
export function startVerifier(): Worker {
  return new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
}
