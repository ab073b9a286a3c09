/** What is missing of a log type: how long it can still be had, counting down while one looks at it, and what is lost for good. */
import { useEffect, useState } from 'preact/hooks';
import type { GapReport, LogTypeStatus } from '../../api/answers.ts';
import { useArchive } from '../../state/archive.ts';
import { lostText, openText } from './gaps.ts';

const TICK_MS = 1000;

interface GapsProps {
  readonly status: Pick<LogTypeStatus, 'oldestGap'>;
  /** Of the days shown; `undefined` while they are not told. */
  readonly gaps: readonly GapReport[] | undefined;
}

export function Gaps({ status: { oldestGap }, gaps }: GapsProps) {
  const archive = useArchive();
  const [now, setNow] = useState(archive.now);
  useEffect(() => {
    if (!oldestGap) return;
    const timer = setInterval(() => setNow(archive.now()), TICK_MS);
    return () => clearInterval(timer);
  }, [oldestGap, archive]);
  const lost = gaps && lostText(gaps, now);
  if (!oldestGap && !lost) return <span class="quiet">{gaps ? 'none' : '…'}</span>;
  return (
    <>
      {oldestGap && (
        <div class="open-gap" title={oldestGap.cause}>
          {openText(oldestGap, now)}
        </div>
      )}
      {lost && <div class="bad">{lost}</div>}
    </>
  );
}
