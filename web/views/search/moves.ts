/** Where a key leads to in a table. */
export interface Cursor {
  readonly row: number;
  readonly column: number;
}

const PAGE = 20;

const MOVES: Readonly<Record<string, (at: Cursor, size: { rows: number; columns: number }) => Cursor>> = {
  ArrowDown: ({ row, column }) => ({ row: row + 1, column }),
  ArrowUp: ({ row, column }) => ({ row: row - 1, column }),
  ArrowRight: ({ row, column }) => ({ row, column: column + 1 }),
  ArrowLeft: ({ row, column }) => ({ row, column: column - 1 }),
  PageDown: ({ row, column }) => ({ row: row + PAGE, column }),
  PageUp: ({ row, column }) => ({ row: row - PAGE, column }),
  Home: ({ column }) => ({ row: 0, column }),
  End: ({ column }, { rows }) => ({ row: rows - 1, column }),
};

/** @returns the cell that the key leads to, within the table; `undefined` for a key that leads nowhere. */
export function moved(at: Cursor, key: string, size: { rows: number; columns: number }): Cursor | undefined {
  const next = MOVES[key]?.(at, size);
  if (!next || size.rows === 0) return undefined;
  const within = (value: number, count: number) => Math.min(Math.max(value, 0), count - 1);
  return { row: within(next.row, size.rows), column: within(next.column, size.columns) };
}
