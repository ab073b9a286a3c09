/** Values of a record by the dimensions of a question, and the filters that find them again. */
import { clauseOf, quoted } from '../../filter/clauses.ts';
import { ELEMENT, type Path } from '../../json/layout.ts';
import type { Dimension, Part, Split } from './kinds.ts';

/** A key, where it stood, and what it is called. */
export interface Value {
  readonly path: Path;
  /** As JSON. */
  readonly token: string;
  /** Empty where it has no name. */
  readonly name: string;
}

/** No value: the record holds none, or an empty text. */
const NONE = undefined;

/**
 * The different values that a record has.
 * @param record parsed. @returns at least one.
 */
export function valuesOf(record: unknown, dimension: Dimension): readonly (Value | undefined)[] {
  const { list } = dimension;
  if (!list) return [foundIn(record, dimension, [])];
  const all = elementsOf(record, list.path);
  const nameElsewhere = list.nameProperty === undefined ? '' : propertyOf(all, list.nameProperty);
  const found = new Map<string, Value>();
  for (const element of all) {
    if (!list.types.includes(String(member(element, 'type')))) continue;
    const value = foundIn(element, dimension, [...list.path.split('/'), ELEMENT]);
    if (value) found.set(value.token, { ...value, name: value.name || nameElsewhere });
  }
  return found.size > 0 ? [...found.values()] : [NONE];
}

/**
 * The clauses for records with this value; `undefined` where a filter cannot tell them. Where one key stands in for
 * another, that other is empty in them.
 */
export function clausesFor(value: Value | undefined, { keys, list }: Dimension): readonly string[] | undefined {
  if (!value) return list ? undefined : keys.map(emptyClause);
  const own = clauseOf(value.path, value.token, 'eq');
  const others = list ? [] : keys.slice(0, keys.indexOf(value.path.join('/')));
  return own === undefined ? undefined : [...others.map(emptyClause), own];
}

function emptyClause(path: string): string {
  return `(${path} eq null or ${path} eq '')`;
}

/** Which part of a split a record belongs to, by its place. */
export function partOf(record: unknown, { path, parts }: Split): number {
  const value = at(record, path);
  const found = parts.findIndex(({ values }) => values?.includes(value as string | number));
  return found < 0 ? parts.length - 1 : found;
}

/** The clause for the records of a part. */
export function partClause({ path, parts }: Split, { values }: Part): string {
  const named = values ?? parts.flatMap((part) => part.values ?? []);
  const literals = named.map((value) => (typeof value === 'number' ? String(value) : quoted(value)));
  if (literals.length === 1) return `${path} ${values ? 'eq' : 'ne'} ${literals[0]}`;
  const isOne = `${path} in (${literals.join(',')})`;
  return values ? isOne : `not (${isOne})`;
}

/** The top-level fields that have to be asked for. */
export function fieldsOf(dimensions: readonly Dimension[], paths: readonly string[]): string[] {
  const own = dimensions.flatMap(({ keys, names = [], list }) => (list ? [list.path] : [...keys, ...names]));
  return [...new Set([...own, ...paths].map((path) => path.split('/')[0] ?? path))];
}

/** What stands under a path, with `/` between the names. */
export function at(value: unknown, path: string): unknown {
  return path.split('/').reduce(member, value);
}

function foundIn(start: unknown, { keys, names = [] }: Dimension, within: Path): Value | undefined {
  for (const key of keys) {
    const value = at(start, key);
    if (!isSomething(value)) continue;
    const name = names.map((path) => at(start, path)).find(isSomething);
    return {
      path: [...within, ...key.split('/')],
      token: JSON.stringify(value),
      name: name === undefined ? '' : `${name}`,
    };
  }
  return NONE;
}

function isSomething(value: unknown): value is string | number | boolean {
  return value !== '' && ['string', 'number', 'boolean'].includes(typeof value);
}

/** Directory audits name the group of a membership in a property of the member: as JSON, in a text. */
function propertyOf(elements: readonly unknown[], name: string): string {
  const properties = elements.flatMap((element) => elementsOf(element, 'modifiedProperties'));
  const property = properties.find((each) => member(each, 'displayName') === name);
  const text = member(property, 'newValue') ?? member(property, 'oldValue');
  return typeof text === 'string' ? text.replace(/^"(.*)"$/s, '$1') : '';
}

function elementsOf(value: unknown, path: string): readonly unknown[] {
  const list = at(value, path);
  return Array.isArray(list) ? list : [];
}

function member(value: unknown, name: string): unknown {
  const isHolder = typeof value === 'object' && value !== null && Object.hasOwn(value, name);
  return isHolder ? (value as Record<string, unknown>)[name] : undefined;
}
