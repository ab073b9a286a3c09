/** The query of a Graph request: what is supported is read, everything else refused in Graph's words, nothing ignored. */
import { parseFilter } from '../query/filter.ts';
import { isTime } from '../query/filterNames.ts';
import { mentions, pathsOf } from '../query/filterPaths.ts';
import type { Filter } from '../query/filterTree.ts';
import { BadQuery } from '../query/range.ts';
import { parseSelect, type Selection } from '../query/select.ts';
import type { Order } from '../serve/ordered.ts';
import {
  badRequest,
  invalidFilter,
  invalidPageSize,
  invalidTop,
  nullSkipToken,
  optionNotAllowed,
  optionNotSupported,
  optionRepeated,
  unknownProperty,
} from './graphErrors.ts';
import type { GraphResource, GraphVersion, PageSize } from './graphResources.ts';

export interface GraphQuery {
  readonly filter: Filter | undefined;
  readonly order: Order;
  readonly top: number;
  readonly select: Selection | undefined;
  readonly count: boolean;
  readonly skipToken: string | undefined;
}

/** Options by their names in small letters. */
export type Options = ReadonlyMap<string, string>;

const OF_LISTS = ['$filter', '$orderby', '$top', '$select', '$count', '$skiptoken'];
const OF_RECORDS = ['$select'];
/** What OData knows beside those, by the names that its messages print. */
const REFUSED: ReadonlyMap<string, string> = new Map(
  ['Filter', 'OrderBy', 'Top', 'Count', 'Skip', 'SkipToken', 'Expand', 'Search', 'Apply', 'Compute', 'Format'].map(
    (name) => [`$${name.toLowerCase()}`, name],
  ),
);

/** @throws Problem for an option that is unknown, not supported here, or given twice. */
export function readOptions(query: URLSearchParams, of: 'list' | 'record'): Options {
  const known = of === 'list' ? OF_LISTS : OF_RECORDS;
  const options = new Map<string, string>();
  for (const [name, value] of query) {
    const option = name.toLowerCase();
    const refused = REFUSED.get(option);
    if (!known.includes(option)) throw refused ? optionNotAllowed(refused) : optionNotSupported(name);
    if (options.has(option)) throw optionRepeated(option);
    options.set(option, value);
  }
  return options;
}

export function readGraphQuery(options: Options, resource: GraphResource, version: GraphVersion): GraphQuery {
  const skipToken = options.get('$skiptoken');
  if (skipToken === '') throw nullSkipToken();
  return {
    filter: readFilter(options.get('$filter'), resource, version),
    order: readOrder(options.get('$orderby'), resource.logTypes[0]?.timeField ?? ''),
    top: readTop(options.get('$top'), resource.top),
    select: readSelection(options),
    count: readCount(options.get('$count'), resource.countable.includes(version)),
    skipToken,
  };
}

export function readSelection(options: Options): Selection | undefined {
  const text = options.get('$select');
  if (text === undefined) return undefined;
  const names = text.split(',').map((name) => name.trim());
  return parseSelect(names.join(','), '$select');
}

function readFilter(text: string | undefined, resource: GraphResource, version: GraphVersion): Filter | undefined {
  if (text === undefined) return undefined;
  const filter = parsed(text);
  const lacking = [...pathsOf(filter.condition)]
    .filter((path) => path.scope === 0 && path.steps.length === 1 && isTime(path))
    .map(({ steps: [name = ''] }) => name)
    .find((name) => !resource.times.some((time) => time.toLowerCase() === name.toLowerCase()));
  if (lacking !== undefined) throw unknownProperty(lacking, resource.typeName);
  if (version === 'v1.0' && mentions(filter, 'signInEventTypes'))
    throw unknownProperty('signInEventTypes', resource.typeName);
  return filter;
}

function parsed(text: string): Filter {
  try {
    return parseFilter(text, '$filter');
  } catch (error) {
    throw error instanceof BadQuery ? invalidFilter(error.message) : error;
  }
}

/** Newest first, as Graph answers. */
function readOrder(text: string | undefined, timeField: string): Order {
  if (text === undefined) return 'desc';
  const [name = '', direction = 'asc', ...more] = text.trim().split(/\s+/);
  const order = direction.toLowerCase();
  const known = name.toLowerCase() === timeField.toLowerCase() && (order === 'asc' || order === 'desc');
  if (known && more.length === 0) return order;
  const given = text.slice(0, 80);
  throw badRequest(`Invalid orderby clause: '${given}'. It can be ${timeField}, followed by asc or desc.`);
}

function readTop(text: string | undefined, { fallback, most, strict }: PageSize): number {
  if (text === undefined) return fallback;
  if (!/^\d+$/.test(text)) throw invalidTop(text);
  const top = Number(text);
  if (top < 1 || (strict && top > most)) throw invalidPageSize(text, most);
  return Math.min(top, most);
}

function readCount(text: string | undefined, countable: boolean): boolean {
  const value = text?.toLowerCase() ?? 'false';
  if (value !== 'true' && value !== 'false')
    throw badRequest(`Invalid value '${text?.slice(0, 80)}' for $count query option found. It must be true or false.`);
  if (value === 'true' && !countable) throw optionNotAllowed('Count');
  return value === 'true';
}
