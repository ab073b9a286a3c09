/** What runs for as long as a view shows it: begun anew when what is asked changes, drawn anew when it comes further. */
import { useEffect, useMemo } from 'preact/hooks';
import { watchSignIn } from '../api/signIn.ts';
import type { Trouble } from '../api/trouble.ts';
import { useRedraw } from './useRedraw.ts';

interface Running {
  current(): { readonly trouble: Trouble | undefined };
  stop(): void;
}

interface Steps<R extends Running> {
  /** @param onChange may be called many times a frame. */
  readonly make: (onChange: () => void) => R;
  readonly begin: (running: R) => void;
  /** Goes on once somebody has signed in again. */
  readonly again: (running: R) => void;
}

/** @param asked what the steps depend on. */
export function useRunning<R extends Running>({ make, begin, again }: Steps<R>, asked: readonly unknown[]): R {
  const redraw = useRedraw();
  const running = useMemo(() => make(redraw), asked);
  useEffect(() => {
    begin(running);
    const unwatch = watchSignIn(() => running.current().trouble?.kind === 'signedOut' && again(running));
    return () => {
      unwatch();
      running.stop();
    };
  }, [running]);
  return running;
}
