/** What is missing of a log type: how long it can still be had, counting down while one looks at it, and what is lost for good. */
import { useEffect, useState } from 'preact/hooks';
import type { GapReport, LogTypeStatus } from '../../api/answers.ts';
import { countOf } from '../../parts/numbers.ts';
import { bothText } from '../../parts/times.ts';
import { useArchive } from '../../state/archive.ts';
import { lostText, type OpenGap, openGapsOf, openText } from './gaps.ts';

const TICK_MS = 1000;
/** Gaps that are counted down in sight. */
const MOST_SHOWN = 3;

interface GapsProps {
  readonly status: Pick<LogTypeStatus, 'oldestGap'>;
  /** Of the days shown; `undefined` while they are not told. */
  readonly gaps: readonly GapReport[] | undefined;
}

export function Gaps({ status: { oldestGap }, gaps }: GapsProps) {
  const archive = useArchive();
  const [now, setNow] = useState(archive.now);
  const open = openGapsOf(oldestGap, gaps ?? [], now);
  const isCounting = open.length > 0;
  useEffect(() => {
    setNow(archive.now());
    if (!isCounting) return;
    const timer = setInterval(() => setNow(archive.now()), TICK_MS);
    return () => clearInterval(timer);
  }, [isCounting, archive]);
  const lost = gaps && lostText(gaps, now);
  if (!isCounting && !lost) return <span class="quiet">{gaps ? 'none in these days' : '…'}</span>;
  const more = open.slice(MOST_SHOWN);
  return (
    <>
      <OpenGaps gaps={open.slice(0, MOST_SHOWN)} now={now} />
      {more.length > 0 && (
        <details>
          <summary>{countOf(more.length, 'more open gap')}</summary>
          <OpenGaps gaps={more} now={now} />
        </details>
      )}
      {lost && <div class="bad">{lost}</div>}
    </>
  );
}

function OpenGaps({ gaps, now }: { readonly gaps: readonly OpenGap[]; readonly now: number }) {
  return gaps.map((gap) => (
    <div key={gap.from} class="open-gap" title={`${bothText(gap.from)} to ${bothText(gap.to)}: ${gap.cause}`}>
      {openText(gap, now)}
    </div>
  ));
}
