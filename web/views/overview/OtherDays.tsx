/** What is missing of a log type outside the days shown: "none" must not be read as of all the years. */
import type { CoverageAnswer, LogTypeStatus } from '../../api/answers.ts';
import { askJson } from '../../api/client.ts';
import { apiUrl } from '../../api/url.ts';
import { countOf } from '../../parts/numbers.ts';
import { useArchive } from '../../state/archive.ts';
import { hrefOf } from '../../state/place.ts';
import { rangeParams, type Span } from '../../state/ranges.ts';
import { useLoad } from '../../state/useLoad.ts';
import { gapsOutside, lostText } from './gaps.ts';
import { monthOf } from './months.ts';

interface OtherDaysProps extends Span {
  readonly status: Pick<LogTypeStatus, 'logType' | 'from'>;
}

/** Characters of an instant that stay the same for an hour: what is long past changes rarely. */
const HOUR = 13;
/** Months that are named. */
const MOST_NAMED = 3;

export function OtherDays({ status: { logType, from: begin }, from, to }: OtherDaysProps) {
  const archive = useArchive();
  const now = archive.now();
  const all = rangeParams({ from: Date.parse(begin ?? ''), to: now });
  const { loaded, again } = useLoad(
    (signal) => askJson<CoverageAnswer>(apiUrl(`coverage/${logType}`, all), { signal }),
    [logType, begin],
    archive.status.now.slice(0, HOUR),
  );
  if (loaded.state === 'waiting') return <div class="quiet">other days: …</div>;
  if (loaded.state === 'failed')
    return (
      <div class="bad">
        other days could not be asked for.{' '}
        <button type="button" onClick={again}>
          Ask again
        </button>
      </div>
    );
  const gaps = gapsOutside(loaded.value.gaps, { from, to });
  if (gaps.length === 0) return <div class="quiet">none on other days</div>;
  const months = [...new Set(gaps.map((gap) => monthOf(Date.parse(gap.from))))].toReversed();
  return (
    <div class="bad">
      on other days {lostText(gaps, now) ?? `${countOf(gaps.length, 'gap')} that can still be had`}:{' '}
      {months.slice(0, MOST_NAMED).map((month, n) => (
        <>
          {n > 0 && ', '}
          <a key={month} href={hrefOf('', { month })}>
            {month}
          </a>
        </>
      ))}
      {months.length > MOST_NAMED && ` and ${countOf(months.length - MOST_NAMED, 'more month')}`}
    </div>
  );
}
