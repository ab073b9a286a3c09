/** The completeness certificate of a range, to be printed: what is claimed, what is not, and what vouches for it. */
import { useState } from 'preact/hooks';
import { LoadedPart } from '../../parts/LoadedPart.tsx';
import { RangePicker } from '../../parts/RangePicker.tsx';
import { Time } from '../../parts/Time.tsx';
import { useArchive } from '../../state/archive.ts';
import { hrefOf, type Params } from '../../state/place.ts';
import { rangeParams } from '../../state/ranges.ts';
import { useLoad } from '../../state/useLoad.ts';
import { change } from '../../state/usePlace.ts';
import { CertificateKeys } from './CertificateKeys.tsx';
import { CertificateTable } from './CertificateTable.tsx';
import { certifiedSpan } from './certified.ts';
import { meaningOf } from './means.ts';
import { loadVouched, type Vouched } from './vouched.ts';

export function Certificate({ params }: { readonly params: Params }) {
  const { status, now } = useArchive();
  const [shown] = useState(() => rangeParams(certifiedSpan(status.logTypes, now())));
  const { from = shown.from, to = shown.to } = params;
  const loading = useLoad((signal) => loadVouched(from, to, signal), [from, to]);
  return (
    <article class="certificate">
      <header>
        <h1>Completeness certificate</h1>
        <p>
          Tenant <code>{status.tenantId}</code>, archive <code>{location.origin}</code>
        </p>
        <p>
          From <Time at={from} /> to <Time at={to} />
        </p>
      </header>
      <div class="certificate-tools">
        <RangePicker from={from} to={to} onPick={(range) => change(range)} />
        <div class="actions">
          <button type="button" class="primary" onClick={() => print()}>
            Print
          </button>
          <a class="button" href={hrefOf('')}>
            Back to the overview
          </a>
        </div>
      </div>
      <LoadedPart loading={loading} what="Asking what is held of the range">
        {(vouched) => <Body vouched={vouched} />}
      </LoadedPart>
    </article>
  );
}

function Body({ vouched }: { readonly vouched: Vouched }) {
  const begins = useArchive().status.logTypes.flatMap(({ logType, from }) =>
    from === null ? [] : [[logType, from] as const],
  );
  const { sentence, notOffered } = meaningOf(vouched.means);
  return (
    <>
      <div class="certificate-top">
        <section class="panel">
          <p class="means">{sentence}</p>
          {notOffered.length > 0 && (
            <>
              <p>No API offers, so that no archive can hold:</p>
              <ul>
                {notOffered.map((each) => (
                  <li key={each}>{each}</li>
                ))}
              </ul>
            </>
          )}
        </section>
        <CertificateKeys keys={vouched.keys} />
      </div>
      {vouched.unread && <p class="bad">Checkpoints and keys are not on this certificate: {vouched.unread}</p>}
      <CertificateTable vouched={vouched} begins={new Map(begins)} />
      <p class="quiet">
        Made at <Time at={vouched.now} />. Records are counted once, in their latest versions. The time of a checkpoint
        is that of the newest entry under it, as the entry says. Compare the fingerprints with those that the operator
        gave you by another way; an evidence bundle of the range proves it without this archive.
      </p>
    </>
  );
}
