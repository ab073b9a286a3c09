/** The view "Overview": how every log type stands, day by day, and the certificate of a range. */
import { useEffect } from 'preact/hooks';
import type { Trouble } from '../../api/trouble.ts';
import { Time } from '../../parts/Time.tsx';
import { isoSeconds } from '../../parts/times.ts';
import { useArchive } from '../../state/archive.ts';
import { hrefOf } from '../../state/place.ts';
import { usePlace } from '../../state/usePlace.ts';
import { Certificate } from './Certificate.tsx';
import { calendarSpan } from './days.ts';
import { Legend } from './Legend.tsx';
import { moveInCalendar } from './moves.ts';
import './overview.css';
import { StandingRow } from './StandingRow.tsx';

export function Overview() {
  const { params } = usePlace();
  return params.show === 'certificate' ? <Certificate params={params} /> : <Calendar />;
}

const HEADS = ['Lag', 'Last read', 'Late rows', 'Integrity', 'Missing'] as const;

function Calendar() {
  const { status, trouble, look } = useArchive();
  const { from, to } = calendarSpan(Date.parse(status.now));
  // What was there when the page was opened may be long ago.
  useEffect(() => void look(), [look]);
  return (
    <div class="overview">
      <header class="overview-head">
        <h1>Overview</h1>
        <a class="button" href={hrefOf('', { show: 'certificate' })}>
          Completeness certificate …
        </a>
      </header>
      <Legend />
      {trouble && <Stale at={status.now} trouble={trouble} onAgain={look} />}
      <div class="standing-scroll">
        <table class="standing" onKeyDown={moveInCalendar}>
          <caption class="hidden">Each log type: its days, a link to the records of each, and how it stands</caption>
          <thead>
            <tr>
              <th scope="col">Log type</th>
              <th scope="col">{isoSeconds(from).slice(0, 10)} to today, days in UTC</th>
              {HEADS.map((head) => (
                <th key={head} scope="col">
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {status.logTypes.map((each) => (
              <StandingRow key={each.logType} status={each} from={from} to={to} />
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}

interface StaleProps {
  readonly at: string;
  readonly trouble: Trouble;
  readonly onAgain: () => void;
}

function Stale({ at, trouble, onAgain }: StaleProps) {
  return (
    <p class="bad" role="alert">
      What is shown is of <Time at={at} />: it could not be asked anew. {trouble.detail}{' '}
      <button type="button" onClick={onAgain}>
        Ask again
      </button>
    </p>
  );
}
