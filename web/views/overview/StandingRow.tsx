/** One log type: its calendar, and how it stands. */
import type { CoverageAnswer, LogTypeStatus } from '../../api/answers.ts';
import { askJson } from '../../api/client.ts';
import { apiUrl } from '../../api/url.ts';
import { LoadedPart } from '../../parts/LoadedPart.tsx';
import { countText } from '../../parts/numbers.ts';
import { agoText, bothText, spanText } from '../../parts/times.ts';
import { useArchive } from '../../state/archive.ts';
import { rangeParams } from '../../state/ranges.ts';
import { useLoad } from '../../state/useLoad.ts';
import { Days } from './Days.tsx';
import { daysOf } from './days.ts';
import { Gaps } from './Gaps.tsx';
import { Integrity } from './Integrity.tsx';
import { OtherDays } from './OtherDays.tsx';

interface StandingRowProps {
  readonly status: LogTypeStatus;
  /** The days shown, in milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
}

/** Characters of an instant that stay the same for so long: `2026-11-20T05:1`. */
const TEN_MINUTES = 15;

export function StandingRow({ status, from, to }: StandingRowProps) {
  const { logType, state, lagSeconds, lastSuccess, alarms } = status;
  const archive = useArchive();
  const hasOther = status.from !== null && (Date.parse(status.from) < from || Date.parse(status.watermark ?? '') > to);
  const query = { ...rangeParams({ from, to }), detail: 'hours' };
  const coverage = useLoad(
    (signal) => askJson<CoverageAnswer>(apiUrl(`coverage/${logType}`, query), { signal }),
    [logType, from, to],
    // Anew with each entry of the ledger; without one time alone makes late what was pending.
    `${status.entries} ${archive.status.now.slice(0, TEN_MINUTES)}`,
  );
  return (
    <tr>
      <th scope="row">
        {logType}
        {state !== 'healthy' && <span class="bad"> {state}</span>}
        {alarms.map(({ name, level, text }) => (
          <span key={name} class={level === 'critical' ? 'alarm bad' : 'alarm'} title={text}>
            ⚠ {name}
          </span>
        ))}
      </th>
      <td>
        <LoadedPart loading={coverage} what="Asking for its days">
          {({ pieces = [], gaps }) => <Days log={logType} days={daysOf(pieces, gaps, { from, to }, archive.now())} />}
        </LoadedPart>
      </td>
      <td>{lagSeconds === null ? 'not read yet' : spanText(lagSeconds)}</td>
      <td title={lastSuccess ? bothText(lastSuccess) : ''}>
        {lastSuccess ? agoText((archive.now() - Date.parse(lastSuccess)) / 1000) : 'never'}
      </td>
      <td>{coverage.loaded.state === 'there' ? <Late answer={coverage.loaded.value} /> : '…'}</td>
      <td class="standing-notes">
        <Integrity status={status} />
      </td>
      <td class="standing-notes">
        <Gaps status={status} gaps={coverage.loaded.state === 'there' ? coverage.loaded.value.gaps : undefined} />
        {hasOther && <OtherDays status={status} from={from} to={to} />}
      </td>
    </tr>
  );
}

/** What only re-reads found, of the days shown. */
function Late({ answer }: { readonly answer: CoverageAnswer }) {
  const sum = (of: 'new' | 'changed') => answer.spans.reduce((all, { late }) => all + (late?.[of] ?? 0), 0);
  return (
    <>
      <div>{countText(sum('new'))} new</div>
      <div>{countText(sum('changed'))} changed</div>
    </>
  );
}
