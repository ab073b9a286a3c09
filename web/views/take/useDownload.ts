/** The download of the view: at most one, drawn anew as it comes further. */
import { useCallback, useEffect, useState } from 'preact/hooks';
import { watchSignIn } from '../../api/signIn.ts';
import { useRedraw } from '../../state/useRedraw.ts';
import { type Download, type DownloadQuery, type RunningDownload, startDownload } from './download.ts';
import type { Sink } from './sink.ts';

export interface Taking {
  readonly download: Download;
  readonly running: RunningDownload;
  readonly sink: Sink;
}

export function useDownload(): {
  readonly taking: Taking | undefined;
  readonly start: (query: DownloadQuery, sink: Sink) => void;
  /** Puts it away: nothing is kept of one that is not done. */
  readonly clear: () => void;
} {
  const redraw = useRedraw();
  const [held, setHeld] = useState<{ running: RunningDownload; sink: Sink }>();
  const start = useCallback((query: DownloadQuery, sink: Sink) => {
    setHeld({ running: startDownload(query, sink, redraw), sink });
  }, []);
  const clear = useCallback(() => {
    // A file that is already closed has nothing to discard.
    if (held && held.running.current().phase !== 'done') void held.running.discard().catch(() => undefined);
    setHeld(undefined);
  }, [held]);
  useEffect(() => {
    if (!held) return undefined;
    const warn = (event: BeforeUnloadEvent) => {
      if (held.running.current().phase !== 'done') event.preventDefault();
    };
    addEventListener('beforeunload', warn);
    const unwatch = watchSignIn(held.running.again);
    return () => {
      removeEventListener('beforeunload', warn);
      unwatch();
    };
  }, [held]);
  return { taking: held && { ...held, download: held.running.current() }, start, clear };
}
