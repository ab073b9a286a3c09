/**
 * The records as a table of which only the rows in sight are drawn. One stop of the Tab key: arrow keys move from cell to
 * cell, Enter opens the details, `+` and `-` filter by the value at hand.
 */
import type { TargetedKeyboardEvent } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Operator } from '../../filter/clauses.ts';
import type { Picked } from '../../json/pick.ts';
import { type Row, rowOf } from './cells.ts';
import type { Column } from './columns.ts';
import { moved } from './moves.ts';
import { TableRow } from './TableRow.tsx';
import { useRowsInSight } from './VirtualRows.tsx';

interface ResultTableProps {
  readonly rows: readonly string[];
  readonly columns: readonly Column[];
  readonly timeField: string;
  /** Id of the record whose details are open. */
  readonly open: string | undefined;
  readonly onOpen: (row: Row) => void;
  readonly onFilter: (value: Picked, operator: Operator) => void;
  /** The last row has come into sight. */
  readonly onEnd: () => void;
}

const ROW_HEIGHT = 26;
const HEAD_HEIGHT = 28;
const FILTER_KEYS: Readonly<Record<string, Operator>> = { '+': 'eq', '-': 'ne' };

export function ResultTable({ rows, columns, timeField, open, onOpen, onFilter, onEnd }: ResultTableProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState({ row: 0, column: 0 });
  const sight = useRowsInSight(scroller, rows.length, ROW_HEIGHT, HEAD_HEIGHT);
  const paths = columns.map(({ path }) => path);
  const read = useRows(rows, paths, timeField);
  const { last } = sight;
  useEffect(() => {
    if (last >= rows.length - 1) onEnd();
  }, [last, rows.length, onEnd]);

  const onKeyDown = (event: TargetedKeyboardEvent<HTMLDivElement>) => {
    const operator = FILTER_KEYS[event.key];
    const value = operator && read(active.row).cells[active.column]?.value;
    const next = moved(active, event.key, { rows: rows.length, columns: columns.length });
    if (operator && value) onFilter(value, operator);
    else if (event.key === 'Enter') onOpen(read(active.row));
    else if (next) {
      setActive(next);
      sight.scrollTo(next.row);
    } else return;
    event.preventDefault();
  };

  return (
    <div
      class="results"
      role="grid"
      aria-label="Records"
      aria-rowcount={rows.length + 1}
      aria-colcount={columns.length}
      aria-activedescendant={rows.length > 0 ? `row-${active.row}` : undefined}
      aria-describedby="results-keys"
      tabIndex={0}
      ref={scroller}
      onKeyDown={onKeyDown}
      style={{
        '--columns': columns.map(({ width }) => `minmax(${width}px, ${width}fr)`).join(' '),
        '--least': `${columns.reduce((sum, { width }) => sum + width, 0)}px`,
      }}
    >
      <Head columns={columns} />
      {sight.draw((index) => (
        <TableRow
          key={index}
          index={index}
          row={read(index)}
          columns={columns}
          activeColumn={index === active.row ? active.column : undefined}
          isOpen={open !== undefined && read(index).id === open}
          onPick={(column) => {
            setActive({ row: index, column });
            onOpen(read(index));
          }}
          onFilter={onFilter}
        />
      ))}
    </div>
  );
}

function Head({ columns }: { readonly columns: readonly Column[] }) {
  return (
    <div role="rowgroup" class="results-head">
      <div role="row" class="row" aria-rowindex={1}>
        {columns.map(({ path, title, isNumber }) => (
          <div key={path} role="columnheader" class={isNumber ? 'cell numbers' : 'cell'} title={path}>
            {title}
          </div>
        ))}
      </div>
    </div>
  );
}

/** Rows as they are read, each once for as long as the columns stay. */
function useRows(lines: readonly string[], paths: readonly string[], timeField: string): (index: number) => Row {
  const key = `${timeField} ${paths.join(',')}`;
  const kept = useRef({ key, lines, rows: new Map<number, Row>() });
  if (kept.current.key !== key || kept.current.lines !== lines) kept.current = { key, lines, rows: new Map() };
  const { rows } = kept.current;
  return (index) => {
    const known = rows.get(index);
    if (known) return known;
    // Rows that are read again are read quickly; what is kept stays small.
    if (rows.size > 2000) rows.clear();
    const row = rowOf(lines[index] ?? '', paths, timeField);
    rows.set(index, row);
    return row;
  };
}
