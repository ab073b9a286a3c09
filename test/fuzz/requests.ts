/** Requests to every route: one hostile text at a time (`curated`), and whatever fast-check makes of them (`anyRequest`). */
import fc from 'fast-check';
import { PURPOSE_EXAMPLE } from '../../shared/http/purpose.ts';
import type { Operation, Parameters } from '../../shared/http/route.ts';
import { ROUTES } from '../../shared/http/routes.ts';
import type { Sent } from './app.ts';
import { RIGHT } from './archive.ts';
import { HOSTILE } from './hostile.ts';

const OPERATIONS: readonly Operation[] = Object.values(ROUTES).flatMap(
  ({ operations }): readonly Operation[] => operations,
);
const JSON_BODY = { 'content-type': 'application/json' };
/** Without it some operations are refused before they look at anything else. */
const PURPOSE = { 'x-purpose': PURPOSE_EXAMPLE };

/** Values that are right for a parameter, not encoded. */
function rightValues(name: string, { example, values }: Parameters[string]): readonly string[] {
  return [...(RIGHT[name] ?? []), ...(values ?? []), example];
}

function right(name: string, parameters: Parameters): string {
  return encodeURIComponent(rightValues(name, parameters[name] as Parameters[string])[0] as string);
}

/** Every parameter of every operation in turn, and every member of every body, with each hostile text in its place. */
export function* curated(): Generator<Sent> {
  for (const operation of OPERATIONS) {
    const { method, path, inPath = {}, query = {}, body } = operation;
    const pathWith = (replaced: string, text: string) =>
      path.replace(/\{(\w+)\}/g, (_, name: string) => (name === replaced ? text : right(name, inPath)));
    const queryWith = (replaced: string, text: string) =>
      Object.keys(query)
        .filter((name) => name === replaced || query[name]?.required)
        .map((name) => `${name}=${name === replaced ? text : right(name, query)}`)
        .join('&');
    for (const text of HOSTILE) {
      for (const name of Object.keys(inPath)) {
        yield { method, target: `${pathWith(name, text)}?${queryWith('', '')}`, headers: PURPOSE };
      }
      for (const name of Object.keys(query)) {
        yield { method, target: `${pathWith('', '')}?${queryWith(name, text)}`, headers: PURPOSE };
      }
      for (const name of Object.keys(body ?? {})) {
        const target = pathWith('', '');
        yield { method, target, headers: JSON_BODY, body: JSON.stringify({ ...body, [name]: decoded(text) }) };
      }
    }
    for (const name of ['cursor', '$skiptoken'].filter((each) => Object.hasOwn(query, each))) {
      for (const forged of RIGHT[name] ?? []) {
        yield { method, target: `${pathWith('', '')}?${queryWith(name, forged)}`, headers: PURPOSE };
      }
    }
  }
}

const hostile = fc.constantFrom(...HOSTILE);
/** What a URL may carry as it is. */
const anyText = fc.string({ unit: 'binary', maxLength: 30 }).map((text) => encodeURIComponent(text.toWellFormed()));
const spliced = fc
  .tuple(hostile, fc.nat(20), hostile)
  .map(([one, at, two]) => one.slice(0, at) + two.slice(at, at + 20));
const printable = fc.string({
  unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)),
  maxLength: 40,
});

function textFor(name: string, parameter: Parameters[string]): fc.Arbitrary<string> {
  const isRight = fc.constantFrom(...rightValues(name, parameter)).map(encodeURIComponent);
  const damaged = fc
    .tuple(isRight, fc.nat(30), fc.oneof(hostile, anyText))
    .map(([value, at, text]) => value.slice(0, at) + text + value.slice(at + 1));
  return fc.oneof({ weight: 24, arbitrary: isRight }, { weight: 2, arbitrary: damaged }, hostile, anyText, spliced);
}

function pathOf({ path, inPath = {} }: Operation): fc.Arbitrary<string> {
  const parts = path.split(/(\{\w+\})/).map((part) => {
    const name = part.slice(1, -1);
    return part.startsWith('{') ? textFor(name, inPath[name] as Parameters[string]) : fc.constant(part);
  });
  const whole = fc.tuple(...parts).map((values) => values.join(''));
  const extended = fc
    .tuple(whole, fc.array(fc.oneof(hostile, anyText), { minLength: 1, maxLength: 3 }))
    .map(([start, more]) => [start, ...more].join('/'));
  return fc.oneof({ weight: 12, arbitrary: whole }, { weight: 1, arbitrary: extended });
}

function queryOf({ query = {} }: Operation): fc.Arbitrary<string> {
  const known = Object.entries(query).map(([name, parameter]) => {
    const pair = textFor(name, parameter).map((value) => [`${name}=${value}`]);
    const weight = parameter.required ? 9 : 1;
    return fc.oneof({ weight, arbitrary: pair }, { weight: 2, arbitrary: fc.constant<string[]>([]) });
  });
  const stray = fc.tuple(
    fc.oneof(anyText, fc.constantFrom('from', '$filter', 'x', '__proto__')),
    fc.oneof(hostile, anyText),
  );
  const strays = fc.oneof(
    { weight: 12, arbitrary: fc.constant<string[]>([]) },
    { weight: 1, arbitrary: stray.map(([name, value]) => [`${name}=${value}`]) },
  );
  return fc.tuple(...known, strays).map((pairs) => pairs.flat().join('&'));
}

function bodyOf({ body }: Operation): fc.Arbitrary<string | undefined> {
  if (!body) return fc.constant(undefined);
  const member = ([name, example]: [string, string]) => {
    const values = fc.constantFrom(example, ...(RIGHT[name] ?? []), '2026-11-20T09:00:00Z');
    return fc.oneof({ weight: 6, arbitrary: values }, fc.jsonValue(), hostile).map((value) => [name, value] as const);
  };
  const members = fc
    .tuple(...Object.entries(body).map(member))
    .map((pairs) => JSON.stringify(Object.fromEntries(pairs)));
  return fc.oneof({ weight: 6, arbitrary: members }, fc.json(), hostile, fc.constant('x'.repeat(9000)));
}

const headers = fc
  .tuple(
    fc.constantFrom('', 'application/json', 'application/json', 'text/plain', 'APPLICATION/JSON; charset=x'),
    fc.constantFrom('', 'gzip', 'gzip;q=0, *', 'text/csv', '*/*;q=x', 'application/x-ndjson, text/html'),
    fc.dictionary(
      fc.constantFrom(
        'user-agent',
        'client-request-id',
        'x-purpose',
        'prefer',
        'range',
        'if-none-match',
        'x-forwarded-host',
      ),
      printable,
      { maxKeys: 3 },
    ),
  )
  .map(([type, accept, more]) => ({
    ...PURPOSE,
    ...more,
    ...(type && { 'content-type': type }),
    ...(accept && { accept, 'accept-encoding': accept }),
  }));

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'];

/** Mostly near to a right request of some operation, in one or two places far from it. */
export const anyRequest: fc.Arbitrary<Sent> = fc.constantFrom(...OPERATIONS).chain((operation) =>
  fc
    .record({
      method: fc.oneof({ weight: 12, arbitrary: fc.constant(operation.method) }, fc.constantFrom(...METHODS)),
      path: pathOf(operation),
      query: queryOf(operation),
      headers,
      body: bodyOf(operation),
    })
    .map(({ method, path, query, headers: given, body }) => ({
      method,
      target: query ? `${path}?${query}` : path,
      headers: operation.body ? { ...given, ...JSON_BODY } : given,
      // The host drops what GET and HEAD bring along.
      body: method === 'GET' || method === 'HEAD' ? undefined : body,
    })),
);

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
