/** What the headers of an answer say. Whoever sent it wrote them: nothing of them is used as it came. */
import type { IncomingHttpHeaders } from 'node:http';

/** What a page must be where its headers say what it is. What its bytes are is found out by reading them. */
const PAGE_FORM: readonly (readonly [header: 'content-type' | 'content-encoding', form: RegExp])[] = [
  ['content-type', /^application\/json[ \t]*(;|$)/i],
  // `identity` was asked for, and nothing here decodes anything: a small answer cannot become a large one.
  ['content-encoding', /^identity$/i],
];

/** What is wrong with the form of an answer that should be a page; `undefined` when nothing is. */
export function wrongForm(headers: IncomingHttpHeaders): string | undefined {
  for (const [header, form] of PAGE_FORM) {
    const stated = headers[header];
    if (stated !== undefined && !form.test(stated)) return `its ${header} is "${plain(stated).slice(0, 100)}"`;
  }
  return undefined;
}

/** Characters that are kept of a request's id: Graph's are GUIDs, of 36. */
const MOST_OF_ID = 64;

/** The id that Graph gave the request, fit for a ledger and a log line; `''` without one. */
export function requestIdOf(headers: IncomingHttpHeaders): string {
  return plain(String(headers['request-id'] ?? '')).slice(0, MOST_OF_ID);
}

/** IMF-fixdate of RFC 9110. What else `Date.parse` takes for a date is too much: `abc 5` is one to it. */
const HTTP_DATE = /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/;

/** A date as HTTP writes it, in milliseconds since 1970; `undefined` when the text is none. */
export function httpDate(text: string): number | undefined {
  const date = HTTP_DATE.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? undefined : date;
}

function plain(text: string): string {
  return text.replace(/[^\x21-\x7e]/g, '');
}
