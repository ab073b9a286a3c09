/** One log type: its calendar, and how it stands. */
import type { CoverageAnswer, LogTypeStatus } from '../../api/answers.ts';
import { askJson } from '../../api/client.ts';
import { loadCheckpoint } from '../../api/integrity.ts';
import { apiUrl } from '../../api/url.ts';
import { LoadedPart } from '../../parts/LoadedPart.tsx';
import { countText } from '../../parts/numbers.ts';
import { spanText, utcText } from '../../parts/times.ts';
import { rangeParams } from '../../state/ranges.ts';
import { useLoad } from '../../state/useLoad.ts';
import { Countdown } from './Countdown.tsx';
import { Days } from './Days.tsx';
import { daysOf } from './days.ts';

interface StandingRowProps {
  readonly status: LogTypeStatus;
  /** The days shown, in milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
}

export function StandingRow({ status, from, to }: StandingRowProps) {
  const { logType, state, lagSeconds, lastSuccess, alarms } = status;
  const query = { ...rangeParams({ from, to }), detail: 'hours' };
  const coverage = useLoad(
    (signal) => askJson<CoverageAnswer>(apiUrl(`coverage/${logType}`, query), { signal }),
    [logType, from, to],
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
          {({ pieces = [] }) => <Days log={logType} days={daysOf(pieces, from, to)} />}
        </LoadedPart>
      </td>
      <td>{lagSeconds === null ? 'not read yet' : spanText(lagSeconds)}</td>
      <td>{lastSuccess ? `${utcText(lastSuccess).slice(0, 16)} UTC` : 'never'}</td>
      <td>{coverage.loaded.state === 'there' ? <Late answer={coverage.loaded.value} /> : '…'}</td>
      <td>
        <Integrity status={status} />
      </td>
      <td>
        <Countdown status={status} />
      </td>
    </tr>
  );
}

/** What only re-reads found, of the days shown. */
function Late({ answer }: { readonly answer: CoverageAnswer }) {
  const sum = (of: 'new' | 'changed') => answer.spans.reduce((all, { late }) => all + (late?.[of] ?? 0), 0);
  return (
    <>
      {countText(sum('new'))} new, {countText(sum('changed'))} changed
    </>
  );
}

function Integrity({ status: { logType, entries } }: Pick<StandingRowProps, 'status'>) {
  const { loaded } = useLoad((signal) => loadCheckpoint(logType, signal), [logType]);
  if (loaded.state === 'waiting') return <>…</>;
  if (loaded.state === 'failed')
    return loaded.trouble.kind === 'forbidden' ? (
      <span class="quiet">needs Archive.Verify</span>
    ) : (
      <span class="bad">{loaded.trouble.detail}</span>
    );
  if (!loaded.value) return <>nothing signed yet</>;
  const newer = Math.max(0, entries - loaded.value.size);
  return (
    <>
      {countText(loaded.value.size)} entries signed
      {newer > 0 && <span class="quiet">, {countText(newer)} newer not yet</span>}
    </>
  );
}
