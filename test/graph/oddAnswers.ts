/** Records, pages and heads that look like an attack and are none: what they say is archived byte for byte. */

/** A record of the window with these members behind its id and time. */
const record = (id: string, ...members: readonly string[]) =>
  `{${[`"id":${id}`, '"activityDateTime":"2026-11-20T05:45:00Z"', ...members].join(',')}}`;

const PROTO = '"__proto__":{"polluted":true,"id":"other","activityDateTime":"1999-01-01T00:00:00Z"}';
const CONSTRUCTOR = '"constructor":{"prototype":{"polluted":true}}';
const MEGABYTE = 1024 * 1024;

export const RECORDS: readonly (readonly [name: string, ...lines: readonly string[]])[] = [
  ['__proto__', record('"a"', PROTO)],
  ['__proto__ with escapes', record('"a"', PROTO.replace('__proto__', '\\u005f_proto__'))],
  ['__proto__ as text and as null', record('"a"', '"__proto__":"x"'), record('"b"', '"__proto__":null')],
  ['__proto__ with the id and the time in it', `{${PROTO}}`],
  ['constructor', record('"a"', CONSTRUCTOR, '"prototype":{"polluted":true}')],
  ['what objects inherit', record('"a"', '"toString":1,"valueOf":null,"hasOwnProperty":0,"toJSON":{}')],
  [
    'ids that objects inherit',
    ...['__proto__', 'constructor', 'hasOwnProperty', 'toString', ''].flatMap((id) => [
      record(JSON.stringify(id)),
      record(JSON.stringify(id), '"version":2'),
    ]),
  ],
  ['ids that are no text', record('null'), record('1e400'), record('["a"]'), record('{"a":1}')],
  ['the keys of a page', record('"a"', '"value":[{"id":"x"}],"@odata.nextLink":"http://127.0.0.1:9/","error":{}')],
  ['a key twice', record('"a"', '"a":1,"a":2'), record('"a"', '"id":"a","a":3')],
  ['NUL, written as JSON can', record('"\\u0000"', '"a\\u0000b":"\\u0000"')],
  ['line breaks and escape sequences of a terminal', record('"\\r\\n\\u001b[2J"', '"a":"\u2028\u2029\u0085\u007f"')],
  ['half a surrogate pair, written as JSON can', record('"\\ud800"'), record('"\\ud801"'), record('"\ufffd"')],
  ['text from right to left, and without width', record('"\u202ea\u200b\ufeff"')],
  ['numbers beyond numbers', record('"a"', '"n":[1e400,-0,0.0,123456789012345678901234567890,5e-400]')],
  ['an id of 1 MB', record(`"${'i'.repeat(MEGABYTE)}"`), record(`"${'i'.repeat(MEGABYTE)}j"`)],
  ['a record of 5 MB', record('"a"', `"text":"${'long '.repeat(MEGABYTE)}"`)],
  ['a record of 50,000 keys', record('"a"', ...Array.from({ length: 50_000 }, (_, n) => `"k${n}":${n}`))],
  ['as deep as allowed', record('"a"', `"d":${'['.repeat(497)}${']'.repeat(497)}`)],
  ['HTML and a formula', record('"=cmd|\'/c calc\'!A1"', '"a":"<script>alert(1)</script>"')],
  ['nothing', '{}'],
];

/** Members of a page beside its value. */
export const MEMBERS: readonly (readonly [name: string, member: string])[] = [
  ['__proto__', `"__proto__":{"value":[],"@odata.nextLink":"http://127.0.0.1:9/","error":{"code":"x"}}`],
  ['constructor', `${CONSTRUCTOR},"prototype":{}`],
  [
    'a link in other places',
    `"@odata.nextlink":"http://127.0.0.1:9/","nextLink":"http://127.0.0.1:9/","x":{"@odata.nextLink":"x"}`,
  ],
  ['a delta link', `"@odata.deltaLink":"http://127.0.0.1:9/"`],
  ['values that are not the value', '"Value":[{"id":"x"}],"values":[1],"value ":[2]'],
  ['a member of 1 MB', `"${'k'.repeat(MEGABYTE)}":0`],
];

/** Headers beside a good page. */
export const HEADERS: readonly (readonly [name: string, headers: Readonly<Record<string, string>>])[] = [
  // An empty one is left out of the head.
  ['no type', { 'content-type': '' }],
  ['a type in capitals', { 'content-type': 'APPLICATION/JSON' }],
  ['a type with white space', { 'content-type': 'application/json ; charset=utf-8' }],
  ['no encoding, said', { 'content-encoding': 'identity' }],
  ['a request-id that is no id', { 'request-id': '"}\t é<script>' }],
  ['a request-id of 8 KB', { 'request-id': 'r'.repeat(8192) }],
  ['a date that is none', { date: 'abc 5' }],
  ['a pause without a reason', { 'retry-after': '1000000000' }],
  ['other places to go', { location: 'http://127.0.0.1:9/', 'content-location': 'http://127.0.0.1:9/', refresh: '0' }],
];
