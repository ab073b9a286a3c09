/** A whole range, checked on this machine: its evidence bundle is fetched, or picked from a disk, and judged by the verifier. */
import { useEffect, useMemo, useState } from 'preact/hooks';
import { bytesText } from '../../parts/numbers.ts';
import { ProblemPanel } from '../../parts/ProblemPanel.tsx';
import { Progress } from '../../parts/Progress.tsx';
import { fileNameOf, formatNamed } from '../take/formats.ts';
import { useDownload } from '../take/useDownload.ts';
import { type BlobSink, blobSink } from './bundle.ts';
import { Offer } from './Offer.tsx';
import { RangeReport } from './RangeReport.tsx';
import type { CheckedRange } from './range.ts';
import { TooLarge } from './TooLarge.tsx';
import { useVerifier } from './useVerifier.ts';

/** To be drawn anew, with a key, for another range: what was fetched is of one. */
export function RangeCheck(props: CheckedRange) {
  const { log, from, to } = props;
  const fileName = fileNameOf(formatNamed('evidence'), log, from, to);
  const { taking, start, clear } = useDownload();
  const [own, setOwn] = useState<File>();
  const [sink, setSink] = useState<BlobSink>();
  const isFetched = taking?.download.phase === 'done';
  const fetched = useMemo(() => (isFetched ? sink?.blob() : undefined), [isFetched, sink]);
  const running = taking?.running;
  // Whoever leaves wants no more of it.
  useEffect(() => () => void running?.discard(), [running]);
  const bundle = own ?? fetched;
  const [about, setAbout] = useState(0);
  const fetch = (bytes: number) => {
    setAbout(bytes);
    const collecting = blobSink();
    setSink(collecting);
    start({ path: `evidence/${log}`, query: { from, to } }, collecting);
  };
  const again = () => {
    clear();
    setOwn(undefined);
  };
  return (
    <section class="panel range-check" aria-labelledby="whole-range">
      <h2 id="whole-range">{own ? own.name : 'The whole range'}</h2>
      {bundle ? (
        <Judged
          bundle={bundle}
          fingerprint={props.fingerprint}
          fileName={own?.name ?? fileName}
          sha256={own ? undefined : taking?.download.sha256}
          onAgain={again}
        />
      ) : taking ? (
        <Fetching taking={taking} about={about} onStop={clear} fileName={fileName} {...props} />
      ) : (
        <Offer {...props} onFetch={fetch} onOwn={setOwn} />
      )}
    </section>
  );
}

interface FetchingProps extends CheckedRange {
  readonly taking: NonNullable<ReturnType<typeof useDownload>['taking']>;
  /** Bytes that were reckoned with. */
  readonly about: number;
  readonly fileName: string;
  readonly onStop: () => void;
}

function Fetching({ taking: { download, running }, about, fileName, onStop, ...range }: FetchingProps) {
  const { phase, bytes, trouble } = download;
  if (trouble?.kind === 'tooLarge') return <TooLarge {...range} bytes={bytes} />;
  return (
    <>
      <Progress
        label={`Fetching ${fileName}`}
        done={bytes}
        total={about}
        text={`${bytesText(bytes)} of about ${bytesText(about)}`}
      />
      {phase === 'broken' && trouble && <ProblemPanel trouble={trouble} />}
      <div class="actions">
        {phase === 'broken' && bytes === 0 && (
          <button type="button" class="primary" onClick={running.again}>
            Try again
          </button>
        )}
        <button type="button" onClick={onStop}>
          {phase === 'broken' ? 'Begin anew' : 'Stop'}
        </button>
      </div>
    </>
  );
}

interface JudgedProps {
  readonly bundle: Blob;
  readonly fingerprint: string;
  readonly fileName: string;
  readonly sha256: string | undefined;
  readonly onAgain: () => void;
}

function Judged({ bundle, fingerprint, fileName, sha256, onAgain }: JudgedProps) {
  const verifying = useVerifier(bundle, fingerprint);
  return (
    <>
      {verifying.kind === 'progress' && <Progress label="Files checked" done={verifying.files} total={verifying.of} />}
      {verifying.kind === 'unreadable' && (
        <div class="panel verdict verdict-broken" role="alert">
          <p>Nothing was verified: this is not a bundle that can be read. {verifying.why}</p>
        </div>
      )}
      {verifying.kind === 'report' && (
        <RangeReport {...verifying} bundle={bundle} fileName={fileName} sha256={sha256} />
      )}
      <div class="actions">
        <button type="button" onClick={onAgain}>
          {verifying.kind === 'progress' ? 'Stop' : 'Check another'}
        </button>
      </div>
    </>
  );
}
