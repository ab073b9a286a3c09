/** The format that a request asks for, by its parameters or by what the client accepts. */
import { preferred } from '../query/accept.ts';
import { type FormatName, MEDIA_TYPES } from '../query/formats.ts';
import { BadQuery } from '../query/range.ts';
import { Problem } from './problem.ts';

/**
 * @param accept the header `Accept`, `null` when there is none. `format` comes before it.
 * @throws BadQuery for a `format` that there is not. @throws Problem 406 when the client accepts none that there is.
 */
export function readFormat(query: URLSearchParams, accept: string | null): FormatName {
  const asked = query.get('format');
  if (asked !== null) {
    const found = MEDIA_TYPES.find(([name]) => name === asked);
    if (found) return found[0];
    const names = MEDIA_TYPES.map(([name]) => name).join(', ');
    throw new BadQuery(
      'format',
      `'format' must be one of ${names}, not '${asked.slice(0, 80)}'. A right example: format=ndjson`,
    );
  }
  const found = preferred(accept, MEDIA_TYPES);
  if (found) return found;
  const types = MEDIA_TYPES.map(([, mediaType]) => mediaType).join(', ');
  throw new Problem(
    406,
    'Format not available',
    `There are ${types}: accept one of them, or name it, as in format=csv.`,
    {
      accepted: MEDIA_TYPES.map(([, mediaType]) => mediaType),
    },
  );
}

/** Reads `bom`: whether a CSV begins with a byte order mark. @throws BadQuery unless it is true or false. */
export function readBom(query: URLSearchParams): boolean {
  const text = query.get('bom') ?? 'false';
  if (text !== 'true' && text !== 'false') {
    throw new BadQuery('bom', `'bom' must be true or false, not '${text.slice(0, 80)}'. A right example: bom=true`);
  }
  return text === 'true';
}
