/**
 * The bytes around the rows of a page, in the variety that JSON allows: the nextLink before or after the rows, its
 * slashes plain or escaped, with or without white space, now and then with a tip.
 */
import type { Endpoint } from './endpoints.ts';

export interface PageParts {
  readonly endpoint: Endpoint;
  readonly origin: string;
  /** The rows with commas between them. */
  readonly rows: readonly Buffer[];
  readonly nextLink: string | undefined;
  /** Chance that decides how the page is written. */
  readonly dice: number;
}

/** A tip as Graph gives it, worded to mislead a careless search for the rows. */
const TIP = 'Use $select to choose only the properties your app needs, as \\"value\\":[{\\"id\\":1}] is large.';

/** The body of a page, in one buffer. */
export function pageBody({ endpoint, origin, rows, nextLink, dice }: PageParts): Buffer {
  const [colon, comma, open, close] = dice % 7 === 0 ? [' : ', ' , ', '{ ', ' }\r\n'] : [':', ',', '{', '}'];
  const context = `"@odata.context"${colon}"${origin}/${endpoint.api}/$metadata#${endpoint.path.slice(1)}"`;
  const link = nextLink === undefined ? [] : [`"@odata.nextLink"${colon}${linkText(nextLink, (dice & 256) !== 0)}`];
  const linkFirst = (dice & 512) !== 0;
  const before = [
    context,
    ...(dice % 11 === 0 ? [`"@microsoft.graph.tips"${colon}"${TIP}"`] : []),
    ...(linkFirst ? link : []),
  ];
  const head = `${open}${before.join(comma)}${comma}"value"${colon}[`;
  const tail = `]${linkFirst ? '' : link.map((text) => comma + text).join('')}${close}`;
  return Buffer.concat([Buffer.from(head), ...rows, Buffer.from(tail)]);
}

function linkText(link: string, escaped: boolean): string {
  const text = JSON.stringify(link);
  return escaped ? text.replaceAll('/', '\\/') : text;
}
