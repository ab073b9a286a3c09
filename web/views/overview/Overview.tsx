/** The view "Overview": how every log type stands, day by day, and the certificate of a range. */
import { useEffect } from 'preact/hooks';
import type { Trouble } from '../../api/trouble.ts';
import { Time } from '../../parts/Time.tsx';
import { useArchive } from '../../state/archive.ts';
import { hrefOf } from '../../state/place.ts';
import { usePlace } from '../../state/usePlace.ts';
import { Axis } from './Axis.tsx';
import { Certificate } from './Certificate.tsx';
import { Legend } from './Legend.tsx';
import { MonthPicker } from './MonthPicker.tsx';
import { monthsSince, shownDays } from './months.ts';
import { moveInCalendar } from './moves.ts';
import './overview.css';
import { StandingRow } from './StandingRow.tsx';

export function Overview() {
  const { params } = usePlace();
  return params.show === 'certificate' ? <Certificate params={params} /> : <Calendar month={params.month ?? ''} />;
}

const HEADS = ['Lag', 'Last read', 'Late rows', 'Integrity', 'Missing'] as const;

function Calendar({ month }: { readonly month: string }) {
  const { status, trouble, look } = useArchive();
  const now = Date.parse(status.now);
  const begin = Math.min(now, ...status.logTypes.flatMap(({ from }) => (from === null ? [] : Date.parse(from))));
  const shown = shownDays(month, begin, now);
  const { from, to } = shown;
  // What was there when the page was opened may be long ago.
  useEffect(() => void look(), [look]);
  return (
    <div class="overview">
      <header class="overview-head">
        <h1>Overview</h1>
        <MonthPicker shown={shown} months={monthsSince(begin, now)} />
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
              <th scope="col">
                <Axis from={from} to={to} />
              </th>
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
