/**
 * Chosen fields of a stored line, as the bytes that stand there, in one pass.
 *
 * A field has the value that `JSON.parse` would give it: of a key that occurs twice, at any depth, the last counts.
 */
import { JsonCursor, TOKEN } from '../archive/json.ts';
import { KeyTable } from './keyTable.ts';

const { closeBrace, closeBracket, none, openBrace, openBracket } = TOKEN;
const INDEX = /^(?:0|[1-9]\d{0,5})$/;

/** What paths ask of one value: itself, and what lies in it. */
interface Step {
  /** Positions of the paths that end here. */
  readonly ends: readonly number[];
  /** Positions of all paths that end here or further down. */
  readonly below: readonly number[];
  /** `undefined` where every path ends here. */
  readonly inner: Members | undefined;
}

interface Members {
  readonly keys: KeyTable;
  readonly steps: readonly Step[];
  /** The step of an array's item, by its index. */
  readonly items: readonly (Step | undefined)[];
}

/** Paths made ready for `fieldsOf`, which is called once a line. */
export interface Paths {
  readonly count: number;
  readonly members: Members;
}

type Slices = (Buffer | undefined)[];

/** @param paths such as `status/errorCode`; `targetResources/0/type` is of an array's first item. */
export function compilePaths(paths: readonly string[]): Paths {
  const split = paths.map((path, index) => ({ keys: path.split('/'), index }));
  return { count: paths.length, members: membersOf(split, 0) };
}

/**
 * For each path the bytes of its value, which are views on the line; `undefined` where the record has no such field.
 * @param line a record without its newline. @throws BrokenPage when it is no JSON object.
 */
export function fieldsOf(line: Buffer, { count, members }: Paths): Slices {
  const json = new JsonCursor(line);
  const slices: Slices = new Array(count).fill(undefined);
  if (json.token() !== openBrace) json.fail('a record is not an object');
  object(json, members, 1, slices);
  json.end();
  return slices;
}

interface SplitPath {
  readonly keys: readonly string[];
  readonly index: number;
}

function membersOf(paths: readonly SplitPath[], depth: number): Members {
  const groups = [...Map.groupBy(paths, ({ keys }) => keys[depth] ?? '')];
  const steps = groups.map(([, group]) => stepOf(group, depth + 1));
  const items: (Step | undefined)[] = [];
  for (const [n, [key]] of groups.entries()) if (INDEX.test(key)) items[Number(key)] = steps[n];
  return { keys: new KeyTable(groups.map(([key]) => key)), steps, items };
}

function stepOf(group: readonly SplitPath[], depth: number): Step {
  const [ends, further] = [true, false].map((end) => group.filter(({ keys }) => (keys.length === depth) === end));
  const position = ({ index }: SplitPath) => index;
  return {
    ends: (ends ?? []).map(position),
    below: group.map(position),
    inner: further && further.length > 0 ? membersOf(further, depth) : undefined,
  };
}

function object(json: JsonCursor, { keys, steps }: Members, depth: number, slices: Slices): void {
  for (let key = json.enter(closeBrace); key !== none; key = json.next(closeBrace)) {
    const start = json.at;
    const plain = json.string();
    const step = steps[keys.find(json, start, plain)];
    const first = json.colon();
    if (step) take(json, step, first, depth + 1, slices);
    else json.value(first, depth + 1);
  }
}

function array(json: JsonCursor, { items }: Members, depth: number, slices: Slices): void {
  let index = 0;
  for (let first = json.enter(closeBracket); first !== none; first = json.next(closeBracket)) {
    const step = items[index];
    if (step) take(json, step, first, depth + 1, slices);
    else json.value(first, depth + 1);
    index += 1;
  }
}

/** Skips the value at the cursor, keeping what the step asks for. What an earlier value of the same key gave is void. */
function take(json: JsonCursor, { ends, below, inner }: Step, first: number, depth: number, slices: Slices): void {
  const start = json.at;
  if (inner === undefined) json.value(first, depth);
  else {
    for (const position of below) slices[position] = undefined;
    if (first === openBrace) object(json, inner, depth, slices);
    else if (first === openBracket) array(json, inner, depth, slices);
    else json.value(first, depth);
  }
  for (const position of ends) slices[position] = json.bytes.subarray(start, json.at);
}
