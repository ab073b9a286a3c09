/** The verifier at work on a bundle, in a worker: how far it is, and what it says. */
import { useEffect, useState } from 'preact/hooks';
import { startVerifier } from '../../verifier/start.ts';
import type { Task, Told } from '../../verifier/worker.ts';

type Verifying = { readonly kind: 'progress'; readonly files: number; readonly of: number | undefined } | Told;

const BEGIN: Verifying = { kind: 'progress', files: 0, of: undefined };

/**
 * Verifies, and anew when the fingerprint changes; what is under way then is stopped.
 * @param bundle `undefined` while there is none.
 * @param fingerprint of the key that is trusted; empty without one.
 */
export function useVerifier(bundle: Blob | undefined, fingerprint: string): Verifying {
  const [verifying, setVerifying] = useState<Verifying>(BEGIN);
  useEffect(() => {
    if (!bundle) return;
    setVerifying(BEGIN);
    const worker = startVerifier();
    worker.onmessage = ({ data }: MessageEvent<Told>) => setVerifying(data);
    worker.onerror = ({ message }) =>
      setVerifying({ kind: 'unreadable', why: message || 'The verifier could not be started in this browser.' });
    const task: Task = { bundle, keys: fingerprint === '' ? [] : [fingerprint] };
    worker.postMessage(task);
    return () => worker.terminate();
  }, [bundle, fingerprint]);
  return verifying;
}
