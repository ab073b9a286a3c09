/** What a request says it is for: the header `X-Purpose`, which every access record repeats. */
import { Problem } from './problem.ts';

/** A right value of `X-Purpose`. */
export const PURPOSE_EXAMPLE = 'case%20HR-2026-117';

const HEADER = 'x-purpose';
/** Characters. */
const LONGEST = 500;
const RIGHT = `A right example: 'X-Purpose: ${PURPOSE_EXAMPLE}'. It is percent-encoded UTF-8 of at most ${LONGEST} characters.`;

type Headers = { get(name: string): string | null };

/** The purpose as it was meant; `null` where none is given, or none that can be read. */
export function readPurpose(headers: Headers): string | null {
  const text = decode(headers.get(HEADER) ?? '')?.trim();
  return text && [...text].length <= LONGEST ? text : null;
}

/**
 * @param isRequired by the settings, or by the route.
 * @throws Problem 400 where a purpose is wanted and there is none, or one is given that cannot be read.
 */
export function requirePurpose(isRequired: boolean, headers: Headers): void {
  const given = headers.get(HEADER) ?? '';
  if (readPurpose(headers) !== null || (given === '' && !isRequired)) return;
  const [title, fault] =
    given === '' || decode(given)?.trim() === ''
      ? ['Purpose needed', 'This archive wants to know what a request is for.']
      : ['Bad purpose', 'What X-Purpose says cannot be read.'];
  throw new Problem(400, title, `${fault} ${RIGHT}`, { header: 'X-Purpose' });
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
