/** A range that could be checked: how much it is, and where the bundle comes from. */
import { apiUrl } from '../../api/url.ts';
import { LoadedPart } from '../../parts/LoadedPart.tsx';
import { bytesText } from '../../parts/numbers.ts';
import { useArchive } from '../../state/archive.ts';
import { useLoad } from '../../state/useLoad.ts';
import { countRecords } from '../take/Amount.tsx';
import { MOST_IN_MEMORY } from '../take/sink.ts';
import { bundleBytes } from '../take/size.ts';
import { OwnBundle } from './OwnBundle.tsx';
import type { CheckedRange } from './range.ts';
import { TooLarge } from './TooLarge.tsx';

interface OfferProps extends CheckedRange {
  /** With the bytes that it takes, about. */
  readonly onFetch: (bytes: number) => void;
  readonly onOwn: (bundle: File) => void;
}

export function Offer({ log, from, to, fingerprint, onFetch, onOwn }: OfferProps) {
  const archive = useArchive();
  const status = archive.status.logTypes.find(({ logType }) => logType === log);
  const counting = useLoad(
    (signal) => countRecords(apiUrl(`logs/${log}`, { from, to, count: 'only' }), signal),
    [log, from, to],
  );
  return (
    <>
      <p>
        The evidence bundle of the range is fetched, and checked in this tab by the verifier that it carries as{' '}
        <code>verify.mjs</code>: every record, every entry, every signature. This page comes from the archive too;
        whoever does not trust it runs a <code>verify.mjs</code> of their own.
      </p>
      <LoadedPart loading={counting} what="Asking how much it is">
        {({ records }) => {
          const bytes = status ? bundleBytes({ status, records, from, now: archive.now() }) : 0;
          if (bytes > MOST_IN_MEMORY)
            return <TooLarge log={log} from={from} to={to} fingerprint={fingerprint} bytes={bytes} />;
          return (
            <div class="actions">
              <button type="button" class="primary" onClick={() => onFetch(bytes)}>
                Fetch and check, about {bytesText(bytes)}
              </button>
            </div>
          );
        }}
      </LoadedPart>
      <OwnBundle onPick={onOwn} />
    </>
  );
}
