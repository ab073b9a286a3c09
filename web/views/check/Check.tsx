/** The view "Check": a record or a range is proved on this machine, against a key fingerprint that the auditor brings. */
import { useState } from 'preact/hooks';
import { LoadedPart } from '../../parts/LoadedPart.tsx';
import { LogTypePicker } from '../../parts/LogTypePicker.tsx';
import { RangePicker } from '../../parts/RangePicker.tsx';
import { useArchive } from '../../state/archive.ts';
import { readQuery } from '../../state/query.ts';
import { useLoad } from '../../state/useLoad.ts';
import { change, usePlace } from '../../state/usePlace.ts';
import './check.css';
import { Fingerprint } from './Fingerprint.tsx';
import { IdField } from './IdField.tsx';
import { checkAll } from './load.ts';
import { RangeCheck } from './RangeCheck.tsx';
import { Steps } from './Steps.tsx';

export function Check() {
  const archive = useArchive();
  const { params } = usePlace();
  const [now] = useState(archive.now);
  const [fingerprint, setFingerprint] = useState('');
  const { log, from, to } = readQuery(params, archive.logTypes[0]?.logType ?? '', now);
  const { id = '' } = params;
  return (
    <div class="check">
      <h1>Check</h1>
      <section class="panel check-what" aria-label="What">
        <LogTypePicker value={log} onPick={(picked) => change({ log: picked, from, to })} />
        <RangePicker from={from} to={to} onPick={(range) => change({ log, ...range })} />
        <IdField value={id} onPick={(picked) => change({ log, from, to, id: picked })} />
        <Fingerprint onPick={setFingerprint} />
      </section>
      {id !== '' && <RecordCheck log={log} from={from} to={to} id={id} fingerprint={fingerprint} />}
      <RangeCheck key={`${log} ${from} ${to}`} log={log} from={from} to={to} fingerprint={fingerprint} />
    </div>
  );
}

interface RecordCheckProps {
  readonly log: string;
  readonly from: string;
  readonly to: string;
  readonly id: string;
  readonly fingerprint: string;
}

function RecordCheck({ log, from, to, id, fingerprint }: RecordCheckProps) {
  const { tenantId } = useArchive().status;
  const loading = useLoad(
    (signal) => checkAll({ tenantId, log, from, to, id, fingerprint }, signal),
    [log, from, to, id, fingerprint],
  );
  return (
    <LoadedPart loading={loading} what="Fetching the proofs of the record, and checking them here">
      {({ versions, unsigned }) => (
        <>
          {versions.map(({ segment, steps }, n) => (
            <Steps key={segment} title={`Version ${n + 1} of ${versions.length}`} steps={steps} />
          ))}
          {unsigned > 0 && <p>{unsigned} more versions are stored and under no checkpoint yet: they prove nothing.</p>}
        </>
      )}
    </LoadedPart>
  );
}
