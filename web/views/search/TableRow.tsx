/** One record in the table. */
import { useState } from 'preact/hooks';
import { clauseOf, type Operator } from '../../filter/clauses.ts';
import type { Picked } from '../../json/pick.ts';
import type { Cell, Row } from './cells.ts';
import type { Column } from './columns.ts';

interface TableRowProps {
  readonly index: number;
  readonly row: Row;
  readonly columns: readonly Column[];
  readonly activeColumn: number | undefined;
  readonly isOpen: boolean;
  readonly onPick: (column: number) => void;
  readonly onFilter: (value: Picked, operator: Operator) => void;
}

export function TableRow({ index, row, columns, activeColumn, isOpen, onPick, onFilter }: TableRowProps) {
  // Buttons are drawn for the cell under the pointer alone: for all of them they would be most of the page.
  const [hovered, setHovered] = useState<number>();
  const isActive = activeColumn !== undefined;
  return (
    <div
      id={`row-${index}`}
      role="row"
      class={`row${isOpen ? ' row-open' : ''}${isActive ? ' row-active' : ''}`}
      aria-rowindex={index + 2}
      aria-selected={isOpen}
      onMouseLeave={() => setHovered(undefined)}
    >
      {columns.map(({ path, isNumber }, column) => {
        const cell = row.cells[column];
        return (
          <div
            key={path}
            role="gridcell"
            class={`cell${isNumber ? ' numbers' : ''}${column === activeColumn ? ' cell-active' : ''}`}
            title={cell?.local && `${cell.local} local`}
            onMouseEnter={() => setHovered(column)}
            onClick={() => onPick(column)}
          >
            {cell?.text}
            {hovered === column && cell && <CellFilters cell={cell} onFilter={onFilter} />}
          </div>
        );
      })}
    </div>
  );
}

const OPERATORS: readonly (readonly [operator: Operator, mark: string, title: string])[] = [
  ['eq', '+', 'Only records with this value'],
  ['ne', '−', 'Only records without this value'],
];

function CellFilters({ cell, onFilter }: { readonly cell: Cell; readonly onFilter: TableRowProps['onFilter'] }) {
  const { value } = cell;
  if (!value || clauseOf(value.path, value.token, 'eq') === undefined) return null;
  return (
    <span class="cell-filters">
      {OPERATORS.map(([operator, mark, title]) => (
        <button
          key={operator}
          type="button"
          tabIndex={-1}
          title={title}
          aria-label={title}
          onClick={(event) => {
            event.stopPropagation();
            onFilter(value, operator);
          }}
        >
          {mark}
        </button>
      ))}
    </span>
  );
}
