/**
 * Awkward but valid JSON: what real records contain and what careless readers get wrong, as a table.
 *
 * A small fixed share of all rows gets one of these shapes. None touches the record's own id or time, and line breaks
 * only ever stand between tokens. Sources: the quirks of published records, and RFC 8259.
 */

export interface Shape {
  readonly name: string;
  /** The record with the shape: JSON text in, JSON text out. */
  readonly bend: (record: string, context: Context) => string;
}

interface Context {
  readonly timeField: string;
  /** Chance that belongs to this row. */
  readonly dice: number;
}

/** About 18 KB: a conditional access evaluation of a tenant with very many policies. */
const MANY_POLICIES = `[${Array.from({ length: 90 }, (_, index) => {
  const id = `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
  return `{"id":"${id}","displayName":"Evaluated policy number ${index}","enforcedGrantControls":["Mfa"],"enforcedSessionControls":[],"result":"reportOnlyNotApplied","conditionsNotSatisfied":"users"}`;
}).join(',')}]`;

/** Every shape by name. */
export const SHAPES: readonly Shape[] = [
  member('seventeen-digits', '"score":78.376632690429688'),
  member('zero-point-zero', '"weights":{"first":0.0,"last":-0.0}'),
  member('beyond-2^53', '"ticks":9007199254740993'),
  member('exponent', '"ratio":1E+2'),
  member(
    'escapes',
    '"note":"before \\u2013 after, https:\\/\\/contoso.example\\/a, \\"quoted\\", \\ud83d\\udd11, tab\\t, line\\r\\n, back\\\\"',
  ),
  member('raw-non-ascii', '"note":"Zoë Ångström – 東京 – عمّان 🔑\u2028"'),
  member('nested-duplicate-key', '"pair":{"value":1,"value":2}'),
  { name: 'top-level-duplicate-key', bend: (record) => back(front(record, '"tags":["first"]'), '"tags":["second"]') },
  { name: 'nested-id-and-time', bend: nestedIdAndTime },
  member(
    'page-words-in-strings',
    '"hint":"{\\"value\\":[{\\"id\\":\\"1\\"}],\\"@odata.nextLink\\":\\"https://contoso.example/?$skiptoken=x\\"}","@odata.nextLink":"no link"',
  ),
  member(
    'json-in-strings',
    '"parameters":"{\\"list\\":[1,2,{\\"path\\":\\"C:\\\\\\\\logs\\\\\\\\\\"}],\\"open\\":\\"}]{[\\"}"',
  ),
  member('many-policies', `"evaluatedPolicies":${MANY_POLICIES}`),
  member('nothing-in-many-ways', '"nothing":{"text":"","null":null,"object":{},"list":[],"":"empty key","spaced":[ ]}'),
  { name: 'spaces-between-tokens', bend: (record) => spaced(record) },
  { name: 'pretty-with-lf', bend: (record) => pretty(record, '\n', '  ') },
  { name: 'pretty-with-crlf', bend: (record) => pretty(record, '\r\n', '    ') },
];

/** A shape that adds members, in front of the record's own or behind them. */
function member(name: string, members: string): Shape {
  return { name, bend: (record, { dice }) => (dice & 1 ? front : back)(record, members) };
}

function front(record: string, members: string): string {
  return `{${members},${record.slice(1)}`;
}

function back(record: string, members: string): string {
  return `${record.slice(0, -1)},${members}}`;
}

function nestedIdAndTime(record: string, { timeField, dice }: Context): string {
  const inner = `{"id":"not-the-record","${timeField}":"2001-02-03T04:05:06Z","signInEventTypes":["none"]}`;
  return (dice & 1 ? front : back)(record, `"related":[${inner},[${inner}]],"origin":${inner}`);
}

const TOKENS = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s"{}[\],:]+/g;

function tokens(record: string): string[] {
  return record.match(TOKENS) ?? [];
}

function spaced(record: string): string {
  return tokens(record).join(' ').replace(' : ', '\t:  ');
}

function pretty(record: string, newline: string, indent: string): string {
  let [text, depth, former] = ['', 0, ''];
  for (const token of tokens(record)) {
    const closes = token === '}' || token === ']';
    if (closes) depth -= 1;
    const breaks = former === ',' || former === '{' || former === '[' || closes;
    text += breaks ? `${newline}${indent.repeat(depth)}${token}` : former === ':' ? ` ${token}` : token;
    if (token === '{' || token === '[') depth += 1;
    former = token;
  }
  return text;
}
