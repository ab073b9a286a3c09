/**
 * Records to hold filters against: each as the line that is stored and, made without the product's parser, as the value
 * that the line means. The writer escapes whatever JSON lets it escape, repeats keys, and leaves blanks between tokens.
 */
import { Random } from '../../dev/graphSimulator/random.ts';

export interface Sample {
  readonly line: Buffer;
  /** Integers beyond 2^53 are bigints. */
  readonly value: Json;
}

export type Json = null | boolean | number | bigint | string | readonly Json[] | { readonly [key: string]: Json };

export const TEXTS = [
  'alice@contoso.example',
  'Alice@Contoso.example',
  'bob.kim@contoso.example',
  'BOB.\u212aIM@contoso.example',
  '\u0130stanbul office',
  'istanbul office',
  "Zo\u00eb O'Brien",
  'https://graph.contoso.example/a',
  'C:\\users\\alice',
  '"quoted" \\u0041',
  'line\r\nbreak\ttab',
  '\u6771\u4eac',
  '\u{1f511} key \u{1f511}',
  'Stra\u00dfe',
  'STRASSE',
  'failure',
  'Failure',
  'null',
  'true',
  '0',
  'a',
  '',
] as const;

export const GUIDS = [
  'abcdef01-2345-4678-9abc-def012345678',
  'ABCDEF01-2345-4678-9ABC-DEF012345678',
  'abcdef01-2345-4678-9abc-DEF012345678',
  '00000000-0000-4000-8000-000000000001',
] as const;

const TIMES = [
  '2026-11-20T05:00:00Z',
  '2026-11-20T05:00:00.0Z',
  '2026-11-20T05:00:00.0000001Z',
  '2026-11-20T05:00:00.9Z',
  '2026-11-20T05:00:00.185138Z',
  '2026-11-20T05:00:01Z',
  '2026-11-20T06:00:00+01:00',
  '2026-11-19T23:30:00.5-05:30',
  '0001-01-01T00:00:00Z',
  '9999-12-31T23:59:59.9999999Z',
  '2026-02-30T00:00:00Z',
  'yesterday',
] as const;

const NUMBERS = [
  0,
  -0,
  1,
  50126,
  -5,
  0.5,
  78.376632690429688,
  1e21,
  9007199254740992n,
  9007199254740993n,
  -9007199254740995n,
];

/** `count` records, the same ones for the same seed. */
export function makeSamples(seed: number, count: number): Sample[] {
  const random = new Random(seed, count, 1);
  return Array.from({ length: count }, (_, index) => {
    const value = makeRecord(random, index);
    const escapes = random.pick([0, 0, 0.03, 0.5, 1]);
    return { value, line: Buffer.from(write(value, random, escapes)) };
  });
}

function makeRecord(random: Random, index: number): Json {
  const members: [string, Json][] = [
    ['id', `record-${index}`],
    ['createdDateTime', random.pick([...TIMES, null])],
    ['lastUpdatedDateTime', random.pick(TIMES)],
    ['userPrincipalName', random.pick(TEXTS)],
    ['displayName', random.pick([...TEXTS, null])],
    ['appId', random.pick([...GUIDS, ''])],
    ['isInteractive', random.pick([true, false, null, 'true'])],
    ['score', random.pick(NUMBERS)],
    ['status', random.pick([status(random), status(random), status(random), null])],
    ['signInEventTypes', list(random, () => random.pick(['interactiveUser', 'nonInteractiveUser', null]))],
    ['targetResources', random.pick([list(random, () => resource(random)), null, 'none', {}])],
    ['labels', list(random, () => random.pick(TEXTS))],
  ];
  return Object.fromEntries(members.filter(([key]) => key === 'id' || random.below(10) > 0));
}

function status(random: Random): Json {
  return {
    errorCode: random.pick([...NUMBERS, null, '0']),
    failureReason: random.pick(TEXTS),
    ...(random.below(2) > 0 && { additionalDetails: random.pick(TEXTS) }),
  };
}

function resource(random: Random): Json {
  return {
    displayName: random.pick([...TEXTS, null]),
    type: random.pick(['User', 'Group', 5]),
    modifiedProperties: list(random, () => ({ displayName: random.pick(TEXTS), newValue: `"${random.pick(TEXTS)}"` })),
  };
}

function list(random: Random, element: () => Json): Json {
  return Array.from({ length: random.below(4) }, element);
}

/** JSON text of a value, as whimsical as JSON allows. @param escapes the share of characters that are escaped needlessly. */
export function write(value: Json, random: Random, escapes: number): string {
  const space = () => (random.below(12) === 0 ? ' ' : '');
  if (typeof value === 'string') return writeText(value, random, escapes);
  if (typeof value !== 'object' || value === null) return Object.is(value, -0) ? '-0.0' : String(value);
  if (Array.isArray(value))
    return `[${value.map((item: Json) => `${space()}${write(item, random, escapes)}`).join(',')}]`;
  const members = Object.entries(value).flatMap(([key, held]) => {
    const member = `${space()}${writeText(key, random, escapes / 4)}${space()}:${space()}${write(held, random, escapes)}`;
    const former = `${writeText(key, random, 0)}:${write(random.pick([...TEXTS, 7, [], null]), random, escapes)}`;
    return random.below(25) === 0 ? [former, member] : [member];
  });
  return `{${members.join(`${space()},`)}${space()}}`;
}

const SHORT: Readonly<Record<string, string>> = { '"': '\\"', '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function writeText(text: string, random: Random, escapes: number): string {
  let written = '';
  for (let at = 0; at < text.length; at += 1) written += writeUnit(text, at, random, escapes);
  return `"${written}"`;
}

function writeUnit(text: string, at: number, random: Random, escapes: number): string {
  const unit = text[at] as string;
  const surrogate = /[\ud800-\udfff]/.test(unit);
  if (random.below(1000) < escapes * 1000 || (surrogate && escapes > 0)) {
    const hex = text.charCodeAt(at).toString(16).padStart(4, '0');
    return unit === '/' && random.below(2) > 0 ? '\\/' : `\\u${random.below(2) > 0 ? hex : hex.toUpperCase()}`;
  }
  return SHORT[unit] ?? unit;
}
