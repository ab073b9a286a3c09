/** The view "Search": a log type, a range and a filter; the records as they stream in; the details of one of them. */
import { useCallback, useMemo, useState } from 'preact/hooks';
import { clauseOf, type Operator, withClause } from '../../filter/clauses.ts';
import type { Picked } from '../../json/pick.ts';
import { CoverageLine } from '../../parts/CoverageLine.tsx';
import { FilterBar } from '../../parts/FilterBar.tsx';
import { LogTypePicker } from '../../parts/LogTypePicker.tsx';
import { RangePicker } from '../../parts/RangePicker.tsx';
import { VersionsPicker } from '../../parts/VersionsPicker.tsx';
import { useArchive } from '../../state/archive.ts';
import type { Params } from '../../state/place.ts';
import { rangeParams, spanOf } from '../../state/ranges.ts';
import { change, usePlace } from '../../state/usePlace.ts';
import { columnOf, columnsOf, fieldsOf, shownAtFirst } from './columns.ts';
import { Found } from './Found.tsx';
import { rememberedColumns } from './rememberedColumns.ts';
import './search.css';
import { NO_RECORD, readSearch } from './searchPlace.ts';
import { Timeline } from './Timeline.tsx';
import { Tools } from './Tools.tsx';
import { useSearch } from './useSearch.ts';
import { useVolume } from './useVolume.ts';

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
  // Every column of the picker is asked for, so that picking one asks for nothing again.
  const select = fieldsOf([...all.map(({ path }) => path), ...shown]).join(',');
  const { run, search } = useSearch({ log, from, to, filter, versions, select }, timeField);
  const { volume, coverage } = useVolume(log, from, to);

  const onSearch = useCallback((changed: Params) => change({ ...changed, ...NO_RECORD }), []);
  const onFilter = (value: Picked, operator: Operator) => {
    const clause = clauseOf(value.path, value.token, operator);
    if (clause !== undefined) onSearch({ log, from, to, filter: withClause(filter, clause) });
  };
  const span = useMemo(() => spanOf({ from, to }), [from, to]);
  return (
    <div class={record ? 'search with-details' : 'search'}>
      <h1 class="hidden">Search</h1>
      <div class="search-bar">
        <LogTypePicker
          value={log}
          onPick={(picked) => onSearch({ log: picked, from, to, filter: undefined, columns: undefined })}
        />
        <RangePicker from={from} to={to} onPick={(range) => onSearch({ log, ...range })} />
        <VersionsPicker value={versions} onPick={(picked) => onSearch({ log, from, to, versions: picked })} />
      </div>
      <FilterBar
        log={log}
        unknownFields={run.claims?.unknownFields ?? ''}
        filter={filter}
        trouble={run.trouble?.kind === 'filter' ? run.trouble : undefined}
        onFilter={(text) => onSearch({ log, from, to, filter: text })}
      />
      {span && (
        <Timeline
          span={span}
          volume={volume}
          times={run.times}
          count={run.rows.length}
          onZoom={(zoomed) => onSearch({ log, ...rangeParams(zoomed) })}
        />
      )}
      <div class="claims">
        <CoverageLine claims={run.claims} from={from} to={to} coverage={coverage} />
        <Tools place={place} columns={all} shown={shown} />
      </div>
      <Found
        place={place}
        run={run}
        search={search}
        columns={shown.map((path) => columnOf(all, path))}
        timeField={timeField}
        onSearch={onSearch}
        onFilter={onFilter}
      />
    </div>
  );
}
