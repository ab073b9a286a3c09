/** What a request says it is for: the header `X-Purpose`, which every access record repeats. */
import type { Config } from '../config.ts';
import { Problem } from './problem.ts';
import type { Parameters } from './route.ts';

const HEADER = 'X-Purpose';
/** Characters. */
const LONGEST = 500;
const EXAMPLE = 'case%20HR-2026-117';
const FORM = `percent-encoded UTF-8 of at most ${LONGEST} characters`;
const RIGHT = `A right example: '${HEADER}: ${EXAMPLE}'. It is ${FORM}.`;

/** The header as a parameter of every route that leaves an access record. @param required what the settings say of it. */
export function purposeParameter(required: boolean): Parameters {
  const description = `What the request is for, kept in its access record: ${FORM}.`;
  return { [HEADER]: { example: EXAMPLE, description, ...(required && { required }) } };
}

type Headers = { get(name: string): string | null };

/** The purpose as it was meant; `null` where none is given, or none that can be read. */
export function readPurpose(headers: Headers): string | null {
  const text = decode(headers.get(HEADER) ?? '')?.trim();
  return text && [...text].length <= LONGEST ? text : null;
}

/** @throws Problem 400 where the settings want a purpose and there is none, or one is given that cannot be read. */
export function requirePurpose({ purposeRequired }: Config, headers: Headers): void {
  const given = headers.get(HEADER) ?? '';
  if (readPurpose(headers) !== null || (given === '' && !purposeRequired)) return;
  const [title, fault] =
    given === '' || decode(given)?.trim() === ''
      ? ['Purpose needed', 'This archive wants to know what a request is for.']
      : ['Bad purpose', 'What X-Purpose says cannot be read.'];
  throw new Problem(400, title, `${fault} ${RIGHT}`, { header: HEADER });
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
