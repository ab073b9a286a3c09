/** The view "Take along": a range as a file, counted before, resumed when it breaks, and named by its hash at the end. */
import { useState } from 'preact/hooks';
import { curlOf } from '../../api/curl.ts';
import { hasSignIn } from '../../api/signIn.ts';
import { apiUrl } from '../../api/url.ts';
import { FilterBar } from '../../parts/FilterBar.tsx';
import { LogTypePicker } from '../../parts/LogTypePicker.tsx';
import { RangePicker } from '../../parts/RangePicker.tsx';
import { VersionsPicker } from '../../parts/VersionsPicker.tsx';
import { useArchive } from '../../state/archive.ts';
import { readPurpose } from '../../state/purpose.ts';
import { readQuery } from '../../state/query.ts';
import { useCoverage } from '../../state/useCoverage.ts';
import { useLoad } from '../../state/useLoad.ts';
import { change, usePlace } from '../../state/usePlace.ts';
import { Amount, countRecords } from './Amount.tsx';
import { DownloadPanel } from './DownloadPanel.tsx';
import { FormatPicker } from './FormatPicker.tsx';
import { fileNameOf, formatNamed } from './formats.ts';
import { Start } from './Start.tsx';
import './take.css';
import { useDownload } from './useDownload.ts';

export function TakeAlong() {
  const archive = useArchive();
  const { params } = usePlace();
  // "Now" is when the view was opened: the range must not move while it is counted.
  const [now] = useState(archive.now);
  const { log, from, to, filter, versions } = readQuery(params, archive.logTypes[0]?.logType ?? '', now);
  const format = formatNamed(params.format);
  const range = { from, to, ...(format.takesFilter && { filter, versions }) };
  const counting = useLoad(
    async (signal) => {
      return countRecords(apiUrl(`logs/${log}`, { ...range, count: 'only' }), signal);
    },
    [log, JSON.stringify(range)],
  );
  const coverage = useCoverage(log, from, to);
  const { taking, start, clear } = useDownload();
  const records = counting.loaded.state === 'there' ? counting.loaded.value.records : undefined;
  const status = archive.status.logTypes.find(({ logType }) => logType === log);
  const estimate = records !== undefined && status ? format.bytesOf({ status, records, from, now }) : undefined;
  const fileName = fileNameOf(format, log, from, to);
  const path = `${format.route}/${log}`;
  const query = { ...range, ...format.query };
  const trouble = counting.loaded.state === 'failed' ? counting.loaded.trouble : undefined;
  const isFilterWrong = trouble?.kind === 'filter';
  if (taking) {
    return (
      <div class="take">
        <h1>Take along</h1>
        <DownloadPanel
          taking={taking}
          fileName={fileName}
          total={format.records ? records : estimate}
          countsRecords={format.records !== undefined}
          onClear={clear}
        />
      </div>
    );
  }
  return (
    <div class="take">
      <h1>Take along</h1>
      <section class="panel take-what" aria-label="What">
        <div class="take-row">
          <LogTypePicker value={log} onPick={(picked) => change({ log: picked, from, to, filter: undefined })} />
          <RangePicker from={from} to={to} onPick={(picked) => change({ log, ...picked })} />
          {format.takesFilter && <VersionsPicker value={versions} onPick={(picked) => change({ versions: picked })} />}
        </div>
        {format.takesFilter ? (
          <FilterBar
            log={log}
            unknownFields={counting.loaded.state === 'there' ? counting.loaded.value.claims.unknownFields : ''}
            filter={filter}
            action="Count"
            trouble={isFilterWrong ? trouble : undefined}
            onFilter={(text) => change({ log, from, to, filter: text })}
          />
        ) : (
          <p>All records and all versions of the range: what is left out could not be proved to be missing.</p>
        )}
      </section>
      <FormatPicker format={format} onPick={(name) => change({ log, from, to, format: name })} />
      <section class="panel take-amount" aria-label="How much">
        {!isFilterWrong && <Amount {...{ counting, format, from, to, coverage, estimate }} />}
        {!trouble && (
          <Start
            fileName={fileName}
            estimate={estimate}
            isEmpty={records === 0}
            canGoOn={format.records !== undefined}
            link={apiUrl(path, query)}
            curl={curlOf(location.origin, path, query, hasSignIn(), readPurpose())}
            onStart={(sink) => start({ path, query, records: format.records }, sink)}
          />
        )}
      </section>
    </div>
  );
}
