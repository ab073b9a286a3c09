/**
 * Pages as awkward as JSON allows, for the tests of slicing: any white space, any spelling of a string or number, keys
 * twice, look-alikes of the keys that count inside strings and further down. Each comes with the bytes of its records.
 */
import fc from 'fast-check';

export interface AwkwardPage {
  readonly text: string;
  /** The records as they stand in `text`, from brace to brace. */
  readonly records: readonly string[];
}

const space = fc.constantFrom('', '', '', '', ' ', '\n', '\r', '\r\n', '\t', ' \r \n\t ');

/** A string's JSON text: each character raw, as `\u`, or by its short escape where it has one. */
const spelled = (text: string): fc.Arbitrary<string> =>
  fc
    .array(fc.nat(5), { minLength: text.length, maxLength: text.length })
    .map((dice) => `"${text.replace(/[\s\S]/g, (character, at: number) => spell(character, dice[at] ?? 0))}"`);

function spell(character: string, die: number): string {
  const unit = character.charCodeAt(0);
  const hex = unit.toString(16).padStart(4, '0');
  if (die === 0) return `\\u${hex}`;
  if (die === 1) return `\\u${hex.toUpperCase()}`;
  if (die === 2 && character === '/') return '\\/';
  const mustEscape = unit < 0x20 || character === '"' || character === '\\' || (unit >= 0xd800 && unit <= 0xdfff);
  return mustEscape
    ? JSON.stringify(`${character}`)
        .slice(1, -1)
        .replace(/^[\ud800-\udfff]$/, `\\u${hex}`)
    : character;
}

const LOOK_ALIKES = [
  '"id":"no"',
  '],"value":[{',
  '{"error":{}}',
  '\\',
  '"',
  '\r\n',
  '\u2028',
  '\ud800',
  '😀',
  'é',
  '\u0000',
];
const words = fc.oneof(fc.string({ unit: 'binary', maxLength: 12 }), fc.constantFrom('', ...LOOK_ALIKES));
const keys = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.constantFrom('id', 'createdDateTime', 'signInEventTypes', 'Id', 'i', 'idd', '__proto__', 'value'),
  },
  words,
);
const times = fc.constantFrom(
  '2026-11-20T05:17:33Z',
  '2026-11-20T05:17:33.1234567+01:00',
  '2026-11-31T00:00:00Z',
  'soon',
);
const string = fc.oneof(words, times).chain(spelled);
const numbers = fc.constantFrom(
  '0',
  '-0',
  '0.0',
  '1e5',
  '-73.979019165039063',
  '638799492563154034',
  '1E-400',
  '9'.repeat(400),
  '12.50e+03',
);
const scalar = fc.oneof(string, numbers, fc.constantFrom('true', 'false', 'null'));

/** `open` and `close` around members, with white space wherever JSON allows it. */
const container = (open: string, close: string, member: fc.Arbitrary<string>, maxLength: number) =>
  fc
    .tuple(fc.array(fc.tuple(space, member, space), { maxLength }), space)
    .map(([members, inside]) => open + (members.map((parts) => parts.join('')).join(',') || inside) + close);
const pair = (key: fc.Arbitrary<string>, value: fc.Arbitrary<string>) =>
  fc.tuple(key.chain(spelled), space, space, value).map(([k, before, after, v]) => `${k}${before}:${after}${v}`);

const { value } = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    scalar,
    container('[', ']', tie('value'), 3),
    container('{', '}', pair(keys, tie('value')), 3),
  ),
}));
const list = container('[', ']', fc.oneof({ weight: 5, arbitrary: string }, scalar), 3);
const record = container('{', '}', pair(keys, fc.oneof({ weight: 2, arbitrary: string }, list, value)), 6);

const link = fc.oneof(fc.constant('null'), spelled('https://graph.example/beta?$skiptoken=a/b'));
const links = fc.array(pair(fc.constant('@odata.nextLink'), link), { maxLength: 1 });
const others = fc.array(
  pair(fc.constantFrom('@odata.context', '@odata.count', 'id', 'values', 'Value', 'errors'), value),
  { maxLength: 3 },
);
/** What stands before `value` and after it; the link is in either place or in neither. */
const around = fc
  .tuple(links, others, others, fc.boolean())
  .map(([next, before, after, first]) => (first ? [[...next, ...before], after] : [before, [...after, ...next]]));

/** Whole, valid pages. */
export const awkwardPage: fc.Arbitrary<AwkwardPage> = fc
  .tuple(fc.array(fc.tuple(space, record, space), { maxLength: 4 }), around, spelled('value'), space, space)
  .map(([rows, [before = [], after = []], key, inside, outside]) => {
    const elements = rows.map((parts) => parts.join('')).join(',') || inside;
    const members = [...before, `${key}${inside}:${outside}[${elements}]${inside}`, ...after];
    return { text: `${outside}{${members.join(`${inside},`)}}${outside}`, records: rows.map(([, text]) => text) };
  });

/** Bytes of a page with up to three small damages: a byte changed, dropped, or put in, or an early end. */
export const damagedPage: fc.Arbitrary<Buffer> = fc
  .tuple(
    awkwardPage,
    fc.array(fc.tuple(fc.nat(), fc.constantFrom('change', 'drop', 'insert', 'end'), byte()), {
      minLength: 1,
      maxLength: 3,
    }),
  )
  .map(([{ text }, damages]) => damages.reduce(damage, Buffer.from(text)));

function byte(): fc.Arbitrary<number> {
  return fc.oneof(fc.constantFrom(...Buffer.from('{}[]:,"\\ \n\u0000u0e-+.tfn/é')), fc.nat(255));
}

function damage(bytes: Buffer, [where, kind, put]: [number, string, number]): Buffer {
  const at = where % (bytes.length + 1);
  const rest = kind === 'end' ? bytes.length : at + (kind === 'insert' ? 0 : 1);
  const middle = kind === 'change' || kind === 'insert' ? [put] : [];
  return Buffer.concat([bytes.subarray(0, at), Buffer.from(middle), bytes.subarray(rest)]);
}
