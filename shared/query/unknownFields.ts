/**
 * Fields that a filter names and no record of the log type is known to have. Such a filter is no error, for Graph adds
 * fields; but a misspelt name matches nothing, and that must not look like silence.
 */
import { CSV_COLUMNS } from './csvColumns.ts';
import { pathsOf } from './filterPaths.ts';
import type { Filter } from './filterTree.ts';

/**
 * @param logType its name.
 * @returns each path once, as written. What lies in a list or below a field of its own is not judged.
 */
export function unknownFields(logType: string, { condition }: Filter): string[] {
  const known = (CSV_COLUMNS.get(logType) ?? []).map(([, path]) => `${path.toLowerCase()}/`);
  const isKnown = (path: string) => known.some((each) => each.startsWith(path) || path.startsWith(each));
  const asked = [...pathsOf(condition)].filter(({ scope }) => scope === 0).map(({ steps }) => steps.join('/'));
  return [...new Set(asked)].filter((path) => !isKnown(`${path.toLowerCase()}/`));
}
