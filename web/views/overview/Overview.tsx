/** The view "Overview": how every log type stands, day by day, and the certificate of a range. */
import { useState } from 'preact/hooks';
import type { StatusAnswer } from '../../api/answers.ts';
import { askJson } from '../../api/client.ts';
import { apiUrl } from '../../api/url.ts';
import { LoadedPart } from '../../parts/LoadedPart.tsx';
import { useArchive } from '../../state/archive.ts';
import { hrefOf } from '../../state/place.ts';
import { useLoad } from '../../state/useLoad.ts';
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
  const archive = useArchive();
  const [span] = useState(() => calendarSpan(archive.now()));
  const loading = useLoad((signal) => askJson<StatusAnswer>(apiUrl('status'), { signal }), []);
  return (
    <div class="overview">
      <header class="overview-head">
        <h1>Overview</h1>
        <a class="button" href={hrefOf('', { show: 'certificate' })}>
          Completeness certificate …
        </a>
      </header>
      <Legend />
      <LoadedPart loading={loading} what="Asking how each log type stands">
        {({ logTypes }) => (
          <table class="standing" onKeyDown={moveInCalendar}>
            <caption class="hidden">Each log type: its days, a link to the records of each, and how it stands</caption>
            <thead>
              <tr>
                <th scope="col">Log type</th>
                <th scope="col">{new Date(span.from).toISOString().slice(0, 10)} to today, days in UTC</th>
                {HEADS.map((head) => (
                  <th key={head} scope="col">
                    {head}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {logTypes.map((status) => (
                <StandingRow key={status.logType} status={status} from={span.from} to={span.to} />
              ))}
            </tbody>
          </table>
        )}
      </LoadedPart>
    </div>
  );
}
