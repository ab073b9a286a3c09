/**
 * Filters as the tests know them: made at random from values that records hold, written as OData, and judged by an
 * evaluator that shares nothing with the product's.
 */
import type { Random } from '../../dev/graphSimulator/random.ts';
import { GUIDS, type Json, TEXTS } from './filterRecords.ts';

type Path = { readonly variable?: string; readonly steps: readonly string[] };
type Value =
  | { readonly type: 'null' | 'boolean' | 'number' | 'time' | 'guid'; readonly text: string }
  | { readonly type: 'text'; readonly text: string };
type Operator = 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le';
type Case = 'tolower' | 'toupper' | undefined;

export type Model =
  | {
      readonly is: 'compare';
      readonly path: Path;
      readonly fold: Case;
      readonly operator: Operator;
      readonly value: Value;
      readonly mirrored: boolean;
    }
  | { readonly is: 'in'; readonly path: Path; readonly fold: Case; readonly values: readonly Value[] }
  | {
      readonly is: 'startswith' | 'endswith' | 'contains';
      readonly path: Path;
      readonly fold: Case;
      readonly part: string;
    }
  | { readonly is: 'bare'; readonly path: Path }
  | { readonly is: 'not'; readonly part: Model }
  | { readonly is: 'and' | 'or'; readonly parts: readonly Model[] }
  | { readonly is: 'any' | 'all'; readonly path: Path; readonly variable: string; readonly body: Model | undefined };

const OPERATORS = ['eq', 'eq', 'eq', 'ne', 'gt', 'ge', 'lt', 'le'] as const;
const MIRROR = { eq: 'eq', ne: 'ne', gt: 'lt', ge: 'le', lt: 'gt', le: 'ge' } as const;

/** A filter whose values mostly come from `around`, so that some records match. */
export function makeModel(random: Random, around: Json, depth = 3): Model {
  const kind = random.below(depth > 0 ? 10 : 6);
  if (kind === 9) return { is: 'not', part: makeModel(random, around, depth - 1) };
  if (kind >= 6) {
    const parts = Array.from({ length: 2 + random.below(2) }, () => makeModel(random, around, depth - 1));
    return { is: kind === 8 ? 'or' : 'and', parts };
  }
  return makeLeaf(random, around, {}, 0);
}

function makeLeaf(random: Random, holder: Json, base: { variable?: string }, level: number): Model {
  const { steps, value } = walk(random, holder);
  const path = { ...base, steps: steps.map((step) => (random.below(12) === 0 ? step.toUpperCase() : step)) };
  const name = steps.at(-1) ?? '';
  if (name.endsWith('DateTime')) return timeLeaf(random, path, value);
  if (isList(name)) return lambdaLeaf(random, path, Array.isArray(value) ? value : [], level);
  if (Array.isArray(value) && (name !== 'labels' || random.below(3) > 0)) return lambdaLeaf(random, path, value, level);
  return valueLeaf(random, path, value);
}

function walk(random: Random, holder: Json): { steps: string[]; value: Json } {
  if (typeof holder !== 'object' || holder === null || Array.isArray(holder)) return { steps: [], value: holder };
  const entries = Object.entries(holder);
  if (entries.length === 0) return { steps: ['absent'], value: null };
  const [key, value] = random.pick(entries) as [string, Json];
  if (random.below(15) === 0 && !isList(key) && !Array.isArray(value)) return { steps: [key, 'absent'], value: null };
  if (isList(key)) return { steps: [key], value };
  const rest = walk(random, value);
  return { steps: [key, ...rest.steps], value: rest.value };
}

const isList = (key: string) => ['signInEventTypes', 'targetResources', 'modifiedProperties'].includes(key);

function lambdaLeaf(random: Random, path: Path, list: readonly Json[], level: number): Model {
  const variable = `v${level}`;
  const body =
    random.below(8) === 0 ? undefined : makeLeaf(random, random.pick([...list, null]), { variable }, level + 1);
  const is = body === undefined || random.below(3) > 0 ? 'any' : 'all';
  const second =
    body === undefined ? undefined : makeLeaf(random, random.pick([...list, null]), { variable }, level + 1);
  const joined = body && second && random.below(3) === 0 ? ({ is: 'or', parts: [body, second] } as const) : body;
  return { is, path, variable, body: joined };
}

function timeLeaf(random: Random, path: Path, value: Json): Model {
  const near = typeof value === 'string' && ticks(value) !== undefined ? value : '2026-11-20T05:00:00.5Z';
  const text = random.pick([
    near,
    near,
    near.replace('Z', '0001Z'),
    '2026-11-20',
    '2026-11-20T05:00Z',
    '2026-11-20T05:00:00.00000005Z',
  ]);
  const literal: Value = ticks(text) === undefined ? { type: 'null', text: 'null' } : { type: 'time', text };
  return random.below(6) === 0
    ? { is: 'in', path, fold: undefined, values: [literal, { type: 'null', text: 'null' }] }
    : compareLeaf(random, path, literal);
}

function valueLeaf(random: Random, path: Path, value: Json): Model {
  const bare = path.steps.length > 0 && random.below(10) === 0;
  if (bare) return { is: 'bare', path };
  const held = typeof value === 'string' && random.below(4) > 0 ? value : random.pick(TEXTS);
  const fold = random.pick([undefined, undefined, 'tolower', 'toupper'] as const);
  const folded = fold === 'tolower' ? held.toLowerCase() : fold === 'toupper' ? held.toUpperCase() : held;
  const kind = random.below(5);
  if (kind === 0)
    return {
      is: random.pick(['startswith', 'endswith', 'contains'] as const),
      path,
      fold,
      part: piece(random, folded),
    };
  if (kind === 1) {
    const values = Array.from({ length: 1 + random.below(3) }, () =>
      literalOf(random, random.pick([value, ...TEXTS, 5])),
    );
    return { is: 'in', path, fold, values };
  }
  return compareLeaf(
    random,
    path,
    typeof value === 'string' ? literalOf(random, folded) : literalOf(random, value),
    fold,
  );
}

function piece(random: Random, text: string): string {
  const units = [...text];
  const from = random.below(units.length + 1);
  return random.below(3) === 0
    ? text
    : units.slice(random.below(2) * from, from + random.below(units.length + 1)).join('');
}

function compareLeaf(random: Random, path: Path, value: Value, fold?: Case): Model {
  return { is: 'compare', path, fold, operator: random.pick(OPERATORS), value, mirrored: random.below(6) === 0 };
}

function literalOf(random: Random, value: Json): Value {
  if (random.below(12) === 0) return { type: 'null', text: 'null' };
  if (typeof value === 'boolean') return { type: 'boolean', text: String(value) };
  if (typeof value === 'number' || typeof value === 'bigint')
    return { type: 'number', text: numberText(random, value) };
  if (typeof value !== 'string')
    return random.pick([
      { type: 'null', text: 'null' },
      { type: 'text', text: random.pick(TEXTS) },
    ] as const);
  return (GUIDS as readonly string[]).includes(value) && random.below(2) > 0
    ? { type: 'guid', text: random.pick([value, value.toLowerCase()]) }
    : { type: 'text', text: value };
}

function numberText(random: Random, value: number | bigint): string {
  const near = random.below(5) === 0 ? (typeof value === 'bigint' ? value + 1n : value + 1) : value;
  const text = String(near);
  return typeof near === 'number' && Number.isSafeInteger(near) && random.below(4) === 0 ? `${text}.0` : text;
}

/** The filter as OData. */
export function render(model: Model): string {
  switch (model.is) {
    case 'compare': {
      const sides = [subject(model.path, model.fold), literal(model.value)] as const;
      if (model.mirrored) return `${sides[1]} ${MIRROR[model.operator]} ${sides[0]}`;
      return `${sides[0]} ${model.operator} ${sides[1]}`;
    }
    case 'in':
      return `${subject(model.path, model.fold)} in (${model.values.map(literal).join(', ')})`;
    case 'bare':
      return subject(model.path, undefined);
    case 'not':
      return `not (${render(model.part)})`;
    case 'and':
    case 'or':
      return model.parts.map((part) => `(${render(part)})`).join(` ${model.is} `);
    case 'any':
    case 'all':
      return `${subject(model.path, undefined)}/${model.is}(${model.body ? `${model.variable}:${render(model.body)}` : ''})`;
    default:
      return `${model.is}(${subject(model.path, model.fold)},${quote(model.part)})`;
  }
}

function subject({ variable, steps }: Path, fold: Case): string {
  const path = [...(variable === undefined ? [] : [variable]), ...steps].join('/');
  return fold === undefined ? path : `${fold}(${path})`;
}

const quote = (text: string) => `'${text.replaceAll("'", "''")}'`;
const literal = ({ type, text }: Value) => (type === 'text' ? quote(text) : text);

type Truth = true | false | null;

/** Whether the filter is true of a record; null where OData's logic says so. */
export function judge(model: Model, record: Json, variables: Readonly<Record<string, Json>> = {}): Truth {
  switch (model.is) {
    case 'compare':
      return relate(model.operator, look(model.path, model.fold, record, variables), model.value);
    case 'in':
      return model.values.some((value) => relate('eq', look(model.path, model.fold, record, variables), value));
    case 'bare': {
      const value = look(model.path, undefined, record, variables);
      return value === true || value === null ? value : false;
    }
    case 'not': {
      const part = judge(model.part, record, variables);
      return part === null ? null : !part;
    }
    case 'and':
    case 'or': {
      const truths = model.parts.map((part) => judge(part, record, variables));
      if (truths.includes(model.is === 'or')) return model.is === 'or';
      return truths.includes(null) ? null : model.is === 'and';
    }
    case 'any':
    case 'all': {
      const found = look(model.path, undefined, record, variables);
      if (found !== null && !Array.isArray(found)) return false;
      const { body, variable } = model;
      const truths = ((found ?? []) as readonly Json[]).map((item) =>
        body === undefined ? true : judge(body, record, { ...variables, [variable]: item }),
      );
      return model.is === 'any' ? truths.some((truth) => truth === true) : truths.every((truth) => truth === true);
    }
    default: {
      const value = look(model.path, model.fold, record, variables);
      if (value === null) return null;
      if (typeof value !== 'string') return false;
      const at = model.is === 'endswith' ? value.lastIndexOf(model.part) : value.indexOf(model.part);
      if (model.is === 'contains') return at >= 0;
      return model.is === 'startswith' ? at === 0 : at >= 0 && at + model.part.length === value.length;
    }
  }
}

/** Stands for what equals nothing: something looked for within a list, or the small letters of what is no text. */
const NOTHING_LIKE_IT = Symbol('nothing like it');

function look(path: Path, fold: Case, record: Json, variables: Readonly<Record<string, Json>>): Json | symbol {
  let value: Json | symbol = path.variable === undefined ? record : (variables[path.variable] as Json);
  for (const step of path.steps) {
    if (Array.isArray(value)) return NOTHING_LIKE_IT;
    if (typeof value !== 'object' || value === null) return null;
    const held = value as Readonly<Record<string, Json>>;
    const keys = Object.keys(held);
    const key = keys.includes(step) ? step : keys.find((name) => name.toLowerCase() === step.toLowerCase());
    value = key === undefined ? null : (held[key] ?? null);
  }
  if (fold === undefined || value === null) return value;
  if (typeof value !== 'string') return NOTHING_LIKE_IT;
  return fold === 'tolower' ? value.toLowerCase() : value.toUpperCase();
}

function relate(operator: Operator, held: Json | symbol, value: Value): boolean {
  if (operator === 'eq') return equal(held, value);
  if (operator === 'ne') return !equal(held, value);
  const [a, b] = pair(held, value) ?? [];
  if (a === undefined || b === undefined) return false;
  return operator === 'gt' ? a > b : operator === 'ge' ? a >= b : operator === 'lt' ? a < b : a <= b;
}

function equal(held: Json | symbol, value: Value): boolean {
  if (value.type === 'null') return held === null;
  if (value.type === 'boolean') return held === (value.text === 'true');
  if (value.type === 'guid') return typeof held === 'string' && held.toLowerCase() === value.text.toLowerCase();
  const [a, b] = pair(held, value) ?? [];
  return a !== undefined && a === b;
}

/** Both sides as two things that JavaScript compares rightly. */
function pair(
  held: Json | symbol,
  { type, text }: Value,
): [bigint, bigint] | [number, number] | [string, string] | undefined {
  if (type === 'text' && typeof held === 'string') return [held, text];
  if (type === 'time' && typeof held === 'string') {
    const [a, b] = [ticks(held), ticks(text)];
    return a === undefined || b === undefined ? undefined : [a, b];
  }
  if (type !== 'number' || (typeof held !== 'number' && typeof held !== 'bigint')) return undefined;
  const exact = typeof held === 'bigint' || Number.isInteger(held) ? BigInt(held) : undefined;
  const asked = Number.isInteger(Number(text))
    ? /^-?\d+$/.test(text)
      ? BigInt(text)
      : BigInt(Number(text))
    : undefined;
  return exact !== undefined && asked !== undefined ? [exact, asked] : [Number(held), Number(text)];
}

const TIME = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,20}))?)?(?:Z|([+-])(\d\d):(\d\d)))?$/;

/** A time in units of 10^-20 s since 1970; `undefined` when it is none. */
export function ticks(text: string): bigint | undefined {
  const [match, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', sign, h = '0', m = '0'] =
    TIME.exec(text) ?? [];
  if (match === undefined) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  date.setUTCHours(Number(hour), Number(minute), Number(second));
  if (date.getUTCDate() !== Number(day)) return undefined;
  const offset = (sign === '-' ? -60 : 60) * (Number(h) * 60 + Number(m));
  return BigInt(date.getTime() / 1000 - offset) * 10n ** 20n + BigInt(fraction.padEnd(20, '0'));
}
