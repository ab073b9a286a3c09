/** The view "Search": a log type, a range and a filter; the records as they stream in; the details of one of them. */
import { useCallback, useMemo, useState } from 'preact/hooks';
import { claimsOfCoverage } from '../../api/claims.ts';
import { curlOf } from '../../api/curl.ts';
import { hasSignIn } from '../../api/signIn.ts';
import { clauseOf, type Operator, withClause } from '../../filter/clauses.ts';
import type { Picked } from '../../json/pick.ts';
import { CopyButton } from '../../parts/CopyButton.tsx';
import { CoverageLine } from '../../parts/CoverageLine.tsx';
import { FilterBar } from '../../parts/FilterBar.tsx';
import { LogTypePicker } from '../../parts/LogTypePicker.tsx';
import { RangePicker } from '../../parts/RangePicker.tsx';
import { VersionsPicker } from '../../parts/VersionsPicker.tsx';
import { useArchive } from '../../state/archive.ts';
import { hrefOf, type Params } from '../../state/place.ts';
import { rangeParams, spanOf } from '../../state/ranges.ts';
import { useLoad } from '../../state/useLoad.ts';
import { change, usePlace } from '../../state/usePlace.ts';
import './search.css';
import { ColumnPicker } from './ColumnPicker.tsx';
import { columnOf, columnsOf, fieldsOf, shownAtFirst } from './columns.ts';
import { Details } from './details/Details.tsx';
import { NothingFound } from './NothingFound.tsx';
import { ResultNote } from './ResultNote.tsx';
import { ResultTable } from './ResultTable.tsx';
import { rememberColumns, rememberedColumns } from './rememberedColumns.ts';
import { NO_RECORD, readSearch } from './searchPlace.ts';
import { Timeline } from './Timeline.tsx';
import { MORE_ROWS, MOST_ROWS, useSearch } from './useSearch.ts';
import { loadVolume } from './volume.ts';

export function Search() {
  const archive = useArchive();
  const { params } = usePlace();
  // "Now" is when the view was opened: a range must not move while it is being read.
  const [now] = useState(archive.now);
  const place = readSearch(params, archive.logTypes[0]?.logType ?? '', now);
  const { log, from, to, filter, versions, record } = place;
  const timeField = archive.logTypes.find(({ logType }) => logType === log)?.timeField ?? 'time';

  const all = columnsOf(log, timeField);
  const shown = place.columns ?? rememberedColumns(log) ?? shownAtFirst(log, timeField);
  const columns = shown.map((path) => columnOf(all, path));
  // Every column of the picker is asked for, so that picking one asks for nothing again.
  const select = fieldsOf([...all.map(({ path }) => path), ...shown]).join(',');
  const query = { log, from, to, filter, versions, select };
  const { run, search } = useSearch(query, timeField);
  const volume = useLoad((signal) => loadVolume(log, from, to, signal), [log, from, to]);
  const [most, setMost] = useState(MOST_ROWS);

  const searchFor = useCallback((changed: Params) => change({ ...changed, ...NO_RECORD }), []);
  const onFilter = (value: Picked, operator: Operator) => {
    const clause = clauseOf(value.path, value.token, operator);
    if (clause !== undefined) searchFor({ log, from, to, filter: withClause(filter, clause) });
  };
  const { length } = run.rows;
  const onEnd = useCallback(() => {
    if (length < most) search.want(Math.min(most, length + MORE_ROWS));
  }, [search, length, most]);

  const span = useMemo(() => spanOf({ from, to }), [from, to]);
  const isEmpty = run.phase === 'whole' && length === 0;
  const known = volume.loaded.state === 'there' ? volume.loaded.value : undefined;
  const isFilterWrong = run.trouble?.kind === 'filter';
  const claims = run.claims ?? (known && claimsOfCoverage(known.coverage));
  return (
    <div class={record ? 'search with-details' : 'search'}>
      <h1 class="hidden">Search</h1>
      <div class="search-bar">
        <LogTypePicker
          value={log}
          onPick={(picked) => searchFor({ log: picked, from, to, filter: undefined, columns: undefined })}
        />
        <RangePicker from={from} to={to} onPick={(range) => searchFor({ log, ...range })} />
        <VersionsPicker value={versions} onPick={(picked) => searchFor({ log, from, to, versions: picked })} />
      </div>
      <FilterBar
        filter={filter}
        trouble={isFilterWrong ? run.trouble : undefined}
        onFilter={(text) => searchFor({ log, from, to, filter: text })}
      />
      {span && (
        <Timeline
          span={span}
          volume={known}
          times={run.times}
          count={length}
          onZoom={(zoomed) => searchFor({ log, ...rangeParams(zoomed) })}
        />
      )}
      <div class="claims">
        {claims && <CoverageLine claims={claims} to={to} gaps={known?.coverage.gaps ?? []} />}
        <span class="tools">
          <ColumnPicker
            columns={all}
            shown={shown}
            onPick={(paths) => {
              rememberColumns(log, paths);
              change({ columns: paths?.join(',') });
            }}
          />
          <CopyButton
            label="Copy as curl"
            text={curlOf(location.origin, `logs/${log}`, { from, to, filter, versions }, hasSignIn())}
          />
          <a class="button" href={hrefOf('take', { log, from, to, filter, versions })}>
            Take along
          </a>
        </span>
      </div>
      <div class="found">
        <div class="found-table">
          {length > 0 && (
            <ResultTable
              rows={run.rows}
              columns={columns}
              timeField={timeField}
              open={record?.id}
              onOpen={(row) => change({ log, from, to, id: row.id, at: row.at })}
              onFilter={onFilter}
              onEnd={onEnd}
            />
          )}
          {isEmpty && run.claims && (
            <NothingFound
              claims={run.claims}
              hasFilter={filter !== ''}
              onWithoutFilter={() => searchFor({ log, from, to, filter: undefined })}
            />
          )}
          {!isEmpty && !isFilterWrong && (
            <ResultNote
              run={run}
              search={search}
              most={most}
              onMore={() => {
                setMost(length + MOST_ROWS);
                search.want(length + MOST_ROWS);
              }}
              takeAlong={hrefOf('take', { log, from, to, filter, versions })}
            />
          )}
          {length > 0 && (
            <p id="results-keys" class="quiet keys">
              Arrow keys move, Enter opens a record, + and − filter by the value under the cursor.
            </p>
          )}
        </div>
        {record && (
          <Details
            key={record.id}
            log={log}
            from={from}
            to={to}
            record={record}
            isMoving={/risk/i.test(log)}
            tab={place.show}
            onTab={(show) => change({ show })}
            onClose={() => change(NO_RECORD)}
            onFilter={onFilter}
          />
        )}
      </div>
    </div>
  );
}
