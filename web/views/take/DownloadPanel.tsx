/** A download as it goes on, as it broke, and what came of it. */
import { CopyButton } from '../../parts/CopyButton.tsx';
import { bytesText, countOf, countText } from '../../parts/numbers.ts';
import { ProblemPanel } from '../../parts/ProblemPanel.tsx';
import { Progress } from '../../parts/Progress.tsx';
import type { Taking } from './useDownload.ts';

interface DownloadPanelProps {
  readonly taking: Taking;
  readonly fileName: string;
  /** Records, or bytes where records are not told apart. */
  readonly total: number | undefined;
  readonly countsRecords: boolean;
  readonly onClear: () => void;
}

export function DownloadPanel(props: DownloadPanelProps) {
  const { phase } = props.taking.download;
  return (
    <section class="panel download" aria-label="The download">
      {phase === 'done' ? <Done {...props} /> : <UnderWay {...props} />}
    </section>
  );
}

function UnderWay({ taking, fileName, total, countsRecords, onClear }: DownloadPanelProps) {
  const { download, running } = taking;
  const { phase, records, bytes, resumed, trouble } = download;
  const done = countsRecords ? records : bytes;
  const so = countsRecords ? countOf(records, 'record') : bytesText(bytes);
  const of = total === undefined ? '' : ` of ${countsRecords ? countText(total) : `about ${bytesText(total)}`}`;
  return (
    <>
      <h2>{fileName}</h2>
      <Progress label="Download" done={done} total={total} text={`${so}${of}, ${bytesText(bytes)}`} />
      {phase === 'waiting' && (
        <p role="status">
          The connection broke; the download goes on by itself in a moment, behind the last whole record.
        </p>
      )}
      {resumed > 0 && phase === 'running' && <p class="quiet">Gone on after {countOf(resumed, 'break')}.</p>}
      {phase === 'broken' && trouble && (
        <>
          <p role="status">{countOf(records, 'record')} are kept. It goes on behind the last of them.</p>
          <ProblemPanel trouble={trouble} />
        </>
      )}
      <div class="actions">
        {phase === 'broken' && (countsRecords || bytes === 0) && (
          <button type="button" class="primary" onClick={running.again}>
            Go on
          </button>
        )}
        {phase === 'running' && (
          <button type="button" onClick={running.stop}>
            Stop
          </button>
        )}
        {phase === 'broken' && (
          <button type="button" onClick={onClear}>
            Discard
          </button>
        )}
      </div>
    </>
  );
}

function Done({ taking, fileName, countsRecords, onClear }: DownloadPanelProps) {
  const { records, bytes, sha256 = '', claims, resumed } = taking.download;
  const where = taking.sink.kind === 'file' ? 'In the file that you chose.' : "With this browser's downloads.";
  return (
    <>
      <h2>Taken along: {fileName}</h2>
      <p role="status">
        {countsRecords && `${countOf(records, 'record')}, `}
        {countOf(bytes, 'byte')}. {where}
        {resumed > 0 && ` Gone on after ${countOf(resumed, 'break')}, without a record lost or doubled.`}
      </p>
      <dl class="facts">
        <dt>SHA-256</dt>
        <dd>
          <code>{sha256}</code> <CopyButton text={sha256} label="Copy" />
        </dd>
        {claims?.coverage && (
          <>
            <dt>Coverage</dt>
            <dd>
              {claims.coverage}, as of entry {claims.entries} of the ledger
            </dd>
          </>
        )}
        {claims?.checkpoint && (
          <>
            <dt>Checkpoint</dt>
            <dd>
              <code>{claims.checkpoint}</code>
            </dd>
          </>
        )}
      </dl>
      <p class="quiet">
        Keep the SHA-256 with the file: <code>sha256sum {fileName}</code> must say the same for as long as you keep it.
      </p>
      <div class="actions">
        <button type="button" onClick={onClear}>
          Take something else along
        </button>
      </div>
    </>
  );
}
