/** How long what is missing can still be had from Microsoft: counts down while one looks at it. */
import { useEffect, useState } from 'preact/hooks';
import type { LogTypeStatus } from '../../api/answers.ts';
import { spanText, utcText } from '../../parts/times.ts';
import { useArchive } from '../../state/archive.ts';

const TICK_MS = 1000;

export function Countdown({ status: { oldestGap } }: { readonly status: LogTypeStatus }) {
  const archive = useArchive();
  const [now, setNow] = useState(archive.now);
  useEffect(() => {
    if (!oldestGap) return;
    const timer = setInterval(() => setNow(archive.now()), TICK_MS);
    return () => clearInterval(timer);
  }, [oldestGap, archive]);
  if (!oldestGap) return <span class="quiet">none</span>;
  const { from, cause, recoverableUntil } = oldestGap;
  const left = recoverableUntil === null ? undefined : (Date.parse(recoverableUntil) - now) / 1000;
  return (
    <span class="bad" title={cause}>
      since {utcText(from).slice(0, 16)}
      {left !== undefined && (left > 0 ? `, lost in ${spanText(left)}` : ', being lost now')}
    </span>
  );
}
