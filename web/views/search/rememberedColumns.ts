/** The columns that were picked for a log type, kept on this machine. */

const keyOf = (log: string) => `columns:${log}`;

/** @returns `undefined` where none were picked, or this browser keeps nothing. */
export function rememberedColumns(log: string): readonly string[] | undefined {
  try {
    return localStorage.getItem(keyOf(log))?.split(',');
  } catch {
    // A browser that is told to keep nothing throws; the columns are then those shown at first.
    return undefined;
  }
}

/** @param paths `undefined` forgets them. */
export function rememberColumns(log: string, paths: readonly string[] | undefined): void {
  try {
    if (paths) localStorage.setItem(keyOf(log), paths.join(','));
    else localStorage.removeItem(keyOf(log));
  } catch {
    // As above: they hold for as long as the URL names them.
  }
}
