/** Something that is being loaded: waiting, there, or failed; never nothing. */
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { type Trouble, troubleOf } from '../api/trouble.ts';

export type Loaded<T> =
  | { readonly state: 'waiting' }
  | { readonly state: 'there'; readonly value: T }
  | { readonly state: 'failed'; readonly trouble: Trouble };

export interface Loading<T> {
  readonly loaded: Loaded<T>;
  readonly again: () => void;
  /** Gives up; the trouble is then `cancelled`. */
  readonly cancel: () => void;
}

/**
 * Loads when the page is drawn, and anew when `inputs` change; what is under way then is cancelled.
 * @param load throws what `troubleOf` understands.
 * @param age when it changes, the same is loaded once more, and what was there stays until that is.
 */
export function useLoad<T>(
  load: (signal: AbortSignal) => Promise<T>,
  inputs: readonly unknown[],
  age?: string,
): Loading<T> {
  const [loaded, setLoaded] = useState<Loaded<T>>({ state: 'waiting' });
  const [controller, setController] = useState<AbortController>();
  const [round, setRound] = useState(0);
  const asked = useRef<readonly unknown[]>([]);
  useEffect(() => {
    const current = new AbortController();
    let isWanted = true;
    const asks = [...inputs, round];
    const isSame = asks.length === asked.current.length && asks.every((each, n) => each === asked.current[n]);
    asked.current = asks;
    setController(current);
    if (!isSame) setLoaded({ state: 'waiting' });
    load(current.signal).then(
      (value) => isWanted && setLoaded({ state: 'there', value }),
      (error) => isWanted && setLoaded({ state: 'failed', trouble: troubleOf(error) }),
    );
    return () => {
      isWanted = false;
      current.abort();
    };
  }, [...inputs, round, age]);
  return {
    loaded,
    again: useCallback(() => setRound((before) => before + 1), []),
    cancel: useCallback(() => controller?.abort(), [controller]),
  };
}
