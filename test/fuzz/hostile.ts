/** Texts that are sent in the place of a name, an id or a value. None of them is right anywhere. */

const TRAVERSALS = [
  '..',
  '../..',
  '..\\..',
  '....//',
  './.',
  '..;/',
  '../../ledger/x',
  '..%2f..%2fledger',
  '..%5c..%5cledger',
  '%2e%2e',
  '%2e%2e%2f%2e%2e%2f',
  '.%2e/%2e.',
  '%252e%252e',
  '%252e%252e%252f',
  '%25252e%25252e',
  '%c0%ae%c0%ae',
  '%c0%af',
  '%e0%80%ae',
  '%u002e%u002e',
  '\uff0e\uff0e',
  '\uff0e\uff0e\uff0f',
  '\u2025/',
  '\u2215etc',
  '/',
  '//',
  '\\',
  '\\\\host\\share',
  '%2f',
  '%5c',
  '/etc/passwd',
  'C:\\Windows\\win.ini',
];
const CONTROLS = [
  '%00',
  'a%00',
  '%00.json',
  '%0d%0aset-cookie:a=b',
  '%0a',
  '%09',
  '%1b[31m',
  '%7f',
  '%c2%85',
  '%e2%80%a8',
];
const URLS = [
  'http://169.254.169.254/metadata/identity',
  'https://example.org/x',
  '//example.org/x',
  'file:///etc/passwd',
  'data:text/plain,x',
];
const SYNTAX = [
  "'",
  "' or 1 eq 1 or '",
  "') or PartitionKey ne ('",
  '"',
  '`',
  '*',
  '%',
  '%zz',
  '%E0%A4%A',
  '%ff',
  ';',
  '|',
  '$(id)',
  '#{7*7}',
  '{{7*7}}',
  '<script>alert(1)</script>',
  '[]',
  '{}',
  '#',
  '?',
  '&',
  '=',
];
const NAMES = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'null',
  'undefined',
  'true',
  'NaN',
  'Infinity',
];
const NUMBERS = ['-1', '1e309', '0x10', '99999999999999999999', '1.5', '٣', '-0', '00'];
const ODD = ['\u{1f600}', '\ud800', '\u202etxt', '\ufeff', 'ﬁ', 'İ', 'ß', '\u0000', ' ', '   '];
const LONG = [
  'x'.repeat(300),
  'x'.repeat(2000),
  '%41'.repeat(1000),
  'a/'.repeat(500),
  '('.repeat(2000),
  'x'.repeat(8192),
  '../'.repeat(4000),
];

/** As it may stand in a URL: what no URL can carry as it is, is encoded; the rest is sent raw. */
export const HOSTILE: readonly string[] = [
  ...TRAVERSALS,
  ...CONTROLS,
  ...URLS,
  ...SYNTAX,
  ...NAMES,
  ...NUMBERS,
  ...ODD,
  ...LONG,
].flatMap((text) => [...new Set([raw(text), encodeURIComponent(text.toWellFormed())])]);

function raw(text: string): string {
  return text.toWellFormed().replace(/[\s\p{Cc}#?&]/gu, encodeURIComponent);
}
