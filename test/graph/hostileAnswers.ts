/** Answers that no Graph should give, and what the failure of their window must say. */
import type { Socket } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import type { FailureKind } from '../../shared/graph/failure.ts';
import type { Answer } from './overHttp.ts';

export interface HostileAnswer {
  readonly name: string;
  readonly answer: Answer;
  readonly kind: FailureKind;
  /** What the message says. */
  readonly says: RegExp;
  /** Requests until the window is given up, where it is not the usual number. */
  readonly tries?: number;
}

/** A record that lies in the window; a failure must not quote it. */
export const SECRET = 'secret-row';
const ROW = `{"id":"${SECRET}","activityDateTime":"2026-11-20T05:30:00Z"}`;
export const pageOf = (...records: readonly string[]): string => `{"value":[${records.join(',')}]}`;
const PAGE = pageOf(ROW);
const HTML = `<!DOCTYPE html><html><body>Our services aren't available. ${SECRET}</body></html>`;
const DEEP = 100_000;
const OK = 'HTTP/1.1 200 OK';
const LENGTH = `content-length: ${PAGE.length}`;

type Headers = Record<string, string | string[]>;

export const body =
  (bytes: string | Buffer, headers: Headers = {}, status = 200): Answer =>
  (response) => {
    response.writeHead(status, headers).end(bytes);
  };

/** An answer byte by byte, head and all; the connection ends with it. */
const raw =
  (...lines: readonly string[]): Answer =>
  (response) => {
    (response.socket as Socket).end(lines.join('\r\n'));
  };

const broken = (name: string, answer: Answer, says: RegExp): HostileAnswer => ({ name, answer, kind: 'broken', says });

/** Bodies that are no page, whatever their head says. */
const bodies = (...cases: readonly (readonly [name: string, bytes: string | Buffer, says: RegExp])[]) =>
  cases.map(([name, bytes, says]) => broken(name, body(bytes), says));

const typed = (...types: readonly (string | string[])[]) =>
  types.map((type) =>
    broken(`a page of the type ${JSON.stringify(type)}`, body(PAGE, { 'content-type': type }), /its content-type is "/),
  );

const encoded = (...cases: readonly (readonly [encoding: string, bytes: string | Buffer])[]) =>
  cases.map(([encoding, bytes]) =>
    broken(`a page encoded as ${encoding}`, body(bytes, { 'content-encoding': encoding }), /its content-encoding is "/),
  );

/** Answers of another status than 200, each with the body of a page. */
const statuses = (kind: FailureKind, ...list: readonly number[]) =>
  list.map(
    (status): HostileAnswer => ({
      name: `a page with status ${status}`,
      answer: raw(`HTTP/1.1 ${String(status).padStart(3, '0')} X`, 'connection: close', LENGTH, '', PAGE),
      kind,
      says: new RegExp(`^Graph answered ${status}: no code: `),
    }),
  );

/** Heads and framing that the HTTP parser refuses. */
const unparsed = (...cases: readonly (readonly [name: string, ...lines: readonly string[]])[]) =>
  cases.map(
    ([name, ...lines]): HostileAnswer => ({
      name,
      answer: raw(...lines),
      kind: 'transient',
      says: /^no answer from Graph \(HPE_[A-Z_]+\)$/,
    }),
  );

const waits = (kind: FailureKind, status: number, tries: number, ...list: readonly string[]) =>
  list.map(
    (wait): HostileAnswer => ({
      name: `a ${status} that asks to wait ${wait.slice(0, 30)}`,
      answer: body('', { 'retry-after': wait }, status),
      kind,
      says: new RegExp(`^Graph answered ${status}: `),
      tries,
    }),
  );

const nested = (open: string, close: string, inside = '') => open.repeat(DEEP) + inside + close.repeat(DEEP);
const withBytes = (bytes: readonly number[]) =>
  Buffer.concat([Buffer.from('{"value":[{"id":"'), Buffer.from(bytes), Buffer.from('"}]}')]);

export const ANSWERS: readonly HostileAnswer[] = [
  broken('HTML', body(HTML, { 'content-type': 'text/html; charset=utf-8' }), /its content-type is "text\/html;charset/),
  broken('HTML that claims to be JSON', body(HTML), /it is not an object \(at byte 0\)/),
  {
    name: 'HTML with 403',
    answer: body(HTML, {}, 403),
    kind: 'transient',
    says: /answered 403: an HTML page of \d+ ch/,
  },
  {
    name: 'HTML with 500',
    answer: body(HTML, {}, 500),
    kind: 'transient',
    says: /answered 500: an HTML page of \d+ ch/,
  },
  { name: 'HTML with 404', answer: body(HTML, {}, 404), kind: 'absent', says: /answered 404: an HTML page of \d+ ch/ },
  ...typed('text/html', 'text/plain', 'text/json', 'application/xml', 'application/octet-stream', 'application/jsonx'),
  ...typed('application/problem+json', 'application/x-ndjson', 'multipart/mixed; boundary=x', '*/*', '', ';'),
  ...typed('x'.repeat(10_000), 'text/html, application/json', ['text/html', 'application/json']),
  broken('no page and another type', body('{"a":', { 'content-type': 'text/css' }), /its content-type is "text\/css"/),
  ...encoded(['gzip', gzipSync(PAGE)], ['x-gzip', gzipSync(PAGE)], ['deflate', deflateSync(PAGE)]),
  ...encoded(['br', brotliCompressSync(PAGE)], ['gzip, gzip', gzipSync(gzipSync(PAGE))], ['gzip', PAGE]),
  ...bodies(
    ['nothing', '', /it ends early \(at byte 0\)/],
    ['white space', ' \r\n', /it ends early \(at byte 3\)/],
    ['gzip that does not say so', gzipSync(PAGE), /it is not UTF-8 \(at byte 1\)/],
    ['arrays nested deep in a record', pageOf(`{"a":${nested('[', ']')}}`), /nested too deep/],
    ['objects nested deep in a record', pageOf(`{"a":${nested('{"a":', '}', '1')}}`), /nested too deep/],
    ['arrays nested without end', `{"value":[{"a":${'['.repeat(DEEP)}`, /nested too deep/],
    ['a value nested deep', nested('{"value":', '}', '[]'), /its value is not an array/],
    ['objects nested deep around a value', `{"a":${nested('{"a":', '}', PAGE)}}`, /nested too deep/],
    ['arrays nested deep beside the value', `{"a":${nested('[', ']')},"value":[]}`, /nested too deep/],
    ['an array nested deep as a record', `{"value":${nested('[', ']')}}`, /a record is not an object/],
    ['an error nested deep', `{"error":${nested('[', ']')}}`, /nested too deep/],
    ['__proto__ with the value in it', `{"__proto__":${PAGE}}`, /it has no value/],
    ['constructor with the value in it', `{"constructor":{"prototype":${PAGE}}}`, /it has no value/],
    ['two values', `{"value":[${ROW}],"value":[]}`, /it has two values/],
    ['two values, one of them escaped', `{"value":[],"\\u0076alue":[${ROW}]}`, /it has two values/],
    ['two links, the last one null', `{"@odata.nextLink":"x","value":[],"@odata.nextLink":null}`, /two links/],
    ['two links, one of them escaped', `{"@odata.nextLink":null,"\\u0040odata.nextLink":"x","value":[]}`, /two links/],
    ['a link that is a number', `{"@odata.nextLink":1,"value":[${ROW}]}`, /link to the next page is not a string/],
    [
      'a link that is an object',
      `{"@odata.nextLink":{"href":"x"},"value":[]}`,
      /link to the next page is not a string/,
    ],
    ['a link of 20 KB', `{"@odata.nextLink":"${'x'.repeat(20_000)}","value":[]}`, /link to the next page is too long/],
    ['a value that is an object', `{"value":{"0":${ROW},"length":1}}`, /its value is not an array/],
    ['a value that is null', '{"value":null}', /its value is not an array/],
    ['a value that is text', `{"value":${JSON.stringify(`[${ROW}]`)}}`, /its value is not an array/],
    ['no value', '{"@odata.context":"x"}', /it has no value/],
    ['a value in capitals', `{"VALUE":[${ROW}]}`, /it has no value/],
    ['records that are numbers', pageOf('1', '2'), /a record is not an object/],
    ['records that are null', pageOf(ROW, 'null'), /a record is not an object/],
    ['records that are text', pageOf(JSON.stringify(ROW)), /a record is not an object/],
    ['records that are arrays', pageOf(`[${ROW}]`), /a record is not an object/],
    [
      'more records than any page has',
      pageOf(...Array.from({ length: 10_001 }, () => '{}')),
      /more than 10000 records/,
    ],
    ['an array', `[${ROW}]`, /it is not an object/],
    ['text', '"x"', /it is not an object/],
    ['null', 'null', /it is not an object/],
    ['two pages', `${PAGE}${PAGE}`, /more bytes after the end/],
    ['a page a line', `${PAGE}\n${PAGE}`, /more bytes after the end/],
    ['JSONP', `callback(${PAGE})`, /it is not an object/],
    ['a guard before the page', `)]}',\n${PAGE}`, /it is not an object/],
    ['a byte order mark', `\ufeff${PAGE}`, /it is not an object/],
    ['a comment', pageOf(`/* x */${ROW}`), /a record is not an object/],
    ['single quotes', "{'value':[]}", /no string where one belongs/],
    ['a trailing comma', `{"value":[${ROW},]}`, /a record is not an object/],
    ['NaN', pageOf('{"a":NaN}'), /no value where one belongs/],
    ['a line break in a text', pageOf('{"id":"a\nb"}'), /a control character in a string/],
    ['NUL in a text', pageOf('{"id":"a\0b"}'), /a control character in a string/],
    ['NUL between tokens', `{\0"value":[]}`, /no string where one belongs/],
    ['NUL after the page', `${PAGE}\0`, /more bytes after the end/],
    ['nothing but NUL', Buffer.alloc(10_000), /it is not an object/],
    ['UTF-16', Buffer.from(PAGE, 'utf16le'), /no string where one belongs/],
    ['UTF-16 with its mark', Buffer.from(`\ufeff${PAGE}`, 'utf16le'), /it is not UTF-8 \(at byte 0\)/],
    ['Latin-1', Buffer.from(pageOf('{"id":"é"}'), 'latin1'), /it is not UTF-8 \(at byte 17\)/],
    ['a byte of no character', withBytes([0xff]), /it is not UTF-8 \(at byte 17\)/],
    ['half a surrogate pair', withBytes([0xed, 0xa0, 0x80]), /it is not UTF-8 \(at byte 17\)/],
    ['a long spelling of a quote', withBytes([0xc0, 0xa2]), /it is not UTF-8 \(at byte 17\)/],
    ['half a character', withBytes([0xf0, 0x9f, 0x98]), /it is not UTF-8 \(at byte 17\)/],
    ['a page cut off', PAGE.slice(0, -1), /it ends early/],
    ['an error', `{"error":{"code":"UnknownError","message":"${SECRET}"}}`, /an error with the code: UnknownError/],
    ['an error behind the records', `{"value":[${ROW}],"error":{"code":"A"}}`, /an error with the code: A/],
    ['an error within a record', `{"value":[${ROW},{"id":"x"{"error":{"code":"A"}}`, /neither a comma nor the end/],
  ),
  {
    name: 'a row outside of the window',
    answer: body(pageOf(ROW, ROW.replace('2026-11-20', '2026-10-20'))),
    kind: 'filterIgnored',
    says: /Graph did not apply the filter/,
  },
  {
    name: 'a refusal nested deep',
    answer: body(`{"error":${nested('[', ']')}}`, {}, 400),
    kind: 'refused',
    says: /answered 400: no JSON of 4096 characters/,
  },
  {
    name: 'a refusal of __proto__',
    answer: body('{"__proto__":{"error":{"code":"A"}}}', {}, 400),
    kind: 'refused',
    says: /answered 400: no code: /,
  },
  {
    name: 'a refusal whose texts are objects',
    answer: body(`{"error":{"code":{"toString":1},"message":${ROW}}}`, {}, 400),
    kind: 'refused',
    says: /answered 400: no JSON of \d+ characters/,
  },
  {
    name: 'a refusal with a request-id of 8 KB',
    answer: body('', { 'request-id': `\t"é ${'x'.repeat(8192)}` }, 400),
    kind: 'refused',
    says: /^Graph answered 400: no JSON of 0 characters \(request-id "x{63}\)$/,
  },
  ...statuses('transient', 0, 99, 201, 202, 203, 206, 300, 301, 302, 303, 307, 308, 402, 500, 599, 999),
  ...statuses('absent', 404),
  ...waits('throttled', 429, 1, '1000000000', '121', '9'.repeat(400), 'Fri, 31 Dec 9999 23:59:59 GMT'),
  ...waits('throttled', 429, 6, '-5', '-1000000000', '0', 'soon', '1e9', 'Infinity', 'Thu, 01 Jan 1970 00:00:00 GMT'),
  ...waits('transient', 503, 1, '1000000000'),
  ...unparsed(
    ['a page with status 204', 'HTTP/1.1 204 No Content', LENGTH, '', PAGE],
    ['a page with status 304', 'HTTP/1.1 304 Not Modified', LENGTH, '', PAGE],
    ['a page with status 103', 'HTTP/1.1 103 Early Hints', LENGTH, '', PAGE],
    ['a header of 64 KB', OK, `x: ${'x'.repeat(65_536)}`, LENGTH, '', PAGE],
    ['headers of 64 KB', OK, ...Array.from({ length: 4096 }, (_, n) => `x-${n}: xxxxxxx`), LENGTH, '', PAGE],
    ['a request-id folded with CR and LF', OK, 'request-id: a', '  b', LENGTH, '', PAGE],
    ['a request-id with CR', OK, 'request-id: a\rb', LENGTH, '', PAGE],
    ['a request-id with LF', OK, 'request-id: a\nx: b', LENGTH, '', PAGE],
    ['a request-id with NUL', OK, 'request-id: a\0b', LENGTH, '', PAGE],
    ['a length and chunks', OK, LENGTH, 'transfer-encoding: chunked', '', `2\r\n{}\r\n0\r\n\r\n`],
    ['two lengths', OK, LENGTH, 'content-length: 3', '', PAGE],
    ['a body longer than its length', OK, 'content-length: 5', '', PAGE],
    ['a negative length', OK, 'content-length: -1', '', PAGE],
    ['a length that is no number', OK, 'content-length: many', '', PAGE],
    ['a chunk that is none', OK, 'transfer-encoding: chunked', '', 'zz', PAGE],
    ['a chunk larger than numbers go', OK, 'transfer-encoding: chunked', '', 'f'.repeat(20), PAGE],
    ['no head', PAGE],
  ),
  broken('a body shorter than its length', raw(OK, 'content-length: 1000', '', PAGE), /broke off after \d+ bytes/),
  broken('a chunk cut off', raw(OK, 'transfer-encoding: chunked', '', 'fff', PAGE), /broke off after \d+ bytes/),
  broken('no last chunk', raw(OK, 'transfer-encoding: chunked', '', '2', '{}', ''), /broke off after 2 bytes/),
  broken('compressed in transfer', raw(OK, 'transfer-encoding: gzip', '', '\x1f\x7f'), /it is not an object/),
  broken('another protocol', raw('HTTP/1.1 101 X', 'connection: upgrade', 'upgrade: x', '', PAGE), /without an answer/),
];
