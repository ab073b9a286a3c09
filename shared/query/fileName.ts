/** The name under which a client saves an answer. */
import type { Range } from './range.ts';

/**
 * `interactiveSignIns_20261120T000000Z_20261121T000000Z.csv`: letters, digits, `.`, `_` and `-` only, so that it is safe
 * in a header and on every file system.
 * @param extension with its dot.
 */
export function safeFileName(logType: string, { from, to }: Range, extension: string): string {
  return `${logType}_${compact(from)}_${compact(to)}${extension}`.replace(/[^A-Za-z0-9._-]/g, '_');
}

/** `20261120T050000Z`, with the fraction where it is not 0. */
function compact(instant: string): string {
  return instant.replace(/[-:]/g, '').replace(/\.0+Z$/, 'Z');
}
