/**
 * The archive, looked at again each minute while the page is in sight and when it comes back into sight: a page that is
 * left open must not tell of yesterday, and the archive's clock may run at a speed of its own.
 */
import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { LogTypeInfo } from '../api/answers.ts';
import { type Trouble, troubleOf } from '../api/trouble.ts';
import { type Archive, type Look, lookAtArchive } from './archive.ts';

const EVERY_MS = 60_000;
/** Young enough to need no other look. */
const FRESH_MS = 1000;

/** @param logTypes of the archive. */
export function useKnownArchive(logTypes: readonly LogTypeInfo[], first: Look): Archive {
  const last = useRef(first);
  const [trouble, setTrouble] = useState<Trouble>();
  const [, drawAnew] = useState(first);
  const underWay = useRef<Promise<void> | undefined>(undefined);
  const look = useCallback(async () => {
    const isFresh = Date.now() - last.current.at < FRESH_MS;
    if (!isFresh)
      underWay.current ??= lookAtArchive()
        .then(
          (found) => {
            last.current = found;
            setTrouble(undefined);
            drawAnew(found);
          },
          (error) => setTrouble(troubleOf(error)),
        )
        .finally(() => {
          underWay.current = undefined;
        });
    await underWay.current;
    return timeOf(last.current);
  }, []);
  useEffect(() => {
    const whenInSight = () => document.visibilityState === 'visible' && void look();
    const timer = setInterval(whenInSight, EVERY_MS);
    document.addEventListener('visibilitychange', whenInSight);
    addEventListener('focus', whenInSight);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', whenInSight);
      removeEventListener('focus', whenInSight);
    };
  }, [look]);
  const { status } = last.current;
  return useMemo(
    () => ({ logTypes, status, trouble, now: () => timeOf(last.current), look }),
    [logTypes, status, trouble, look],
  );
}

function timeOf({ ahead }: Look): number {
  return Date.now() + ahead;
}
