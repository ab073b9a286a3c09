/** What a search found: the table, what it does not say by itself, and the record that is open beside it. */
import { useCallback, useRef, useState } from 'preact/hooks';
import type { Operator } from '../../filter/clauses.ts';
import type { Picked } from '../../json/pick.ts';
import { NothingFound } from '../../parts/NothingFound.tsx';
import { hrefOf, type Params } from '../../state/place.ts';
import { change } from '../../state/usePlace.ts';
import type { Column } from './columns.ts';
import { Details } from './details/Details.tsx';
import { ResultNote } from './ResultNote.tsx';
import { ResultTable } from './ResultTable.tsx';
import { PAGE_ROWS, type Run, type RunningSearch } from './run.ts';
import { NO_RECORD, type SearchPlace } from './searchPlace.ts';
import { MOST_ROWS } from './useSearch.ts';

interface FoundProps {
  readonly place: SearchPlace;
  readonly run: Run;
  readonly search: RunningSearch;
  readonly columns: readonly Column[];
  readonly timeField: string;
  /** Searches anew, with these parameters changed. */
  readonly onSearch: (changed: Params) => void;
  readonly onFilter: (value: Picked, operator: Operator) => void;
}

export function Found({ place, run, search, columns, timeField, onSearch, onFilter }: FoundProps) {
  const { log, from, to, filter, versions, record } = place;
  const { most, onEnd, onMore } = useMore(run, search);
  const table = useRef<HTMLDivElement>(null);
  const { length } = run.rows;
  const isEmpty = run.phase === 'whole' && length === 0;
  return (
    <div class="found">
      <div class="found-table" ref={table}>
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
            onWithoutFilter={() => onSearch({ log, from, to, filter: undefined })}
          />
        )}
        {!isEmpty && run.trouble?.kind !== 'filter' && (
          <ResultNote
            run={run}
            search={search}
            most={most}
            onMore={onMore}
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
          onClose={() => {
            change(NO_RECORD);
            table.current?.querySelector<HTMLElement>('[role=grid]')?.focus();
          }}
          onFilter={onFilter}
        />
      )}
    </div>
  );
}

/** More rows: by themselves while one scrolls, up to as many as a page should hold; beyond that when asked for. */
function useMore(run: Run, search: RunningSearch) {
  const [most, setMost] = useState(MOST_ROWS);
  const { length } = run.rows;
  const onEnd = useCallback(() => {
    if (length < most) search.want(Math.min(most, length + PAGE_ROWS.later));
  }, [search, length, most]);
  const onMore = useCallback(() => {
    setMost(length + MOST_ROWS);
    search.want(length + MOST_ROWS);
  }, [search, length]);
  return { most, onEnd, onMore };
}
