/**
 * What the bytes of a line must contain for a filter to be true of it: the strings that its texts leave behind.
 *
 * A stored string begins and ends in a quote and may write any character as `\uXXXX`, and some as `\"`, `\\`, `\/`, `\n` and
 * the like. So a needle is a run of characters of the text that have no short escape, with the quotes it touches; and a
 * line that writes one of the run's characters as `\uXXXX` cannot be judged by bytes: it counts as one that may match.
 */
import { type Expression, isLiteral, type Literal } from './filterTree.ts';

export type Needle =
  | {
      readonly kind: 'exact';
      readonly bytes: Buffer;
      /** Which characters may not stand escaped in a line without the needle; `undefined`: none may. */
      readonly characters?: ReadonlySet<number>;
    }
  /** In any case; to be matched with the bytes as latin1 text. */
  | { readonly kind: 'folded'; readonly pattern: RegExp; readonly length: number };

export type Requirement = Needle | { readonly kind: 'and' | 'or'; readonly parts: readonly Requirement[] };

/** Alternatives of `or` and `in`, at most: beyond that looking for all of them costs more than parsing. */
const MOST_ALTERNATIVES = 32;
/** Characters of a needle, at most: the first ones tell enough, and the search stays linear. */
const LONGEST = 64;
/** Bytes of a needle, at least: a single one is in every line. */
const SHORTEST = 2;
/** An ASCII run of this length is preferred to a longer one with other characters, which more lines escape. */
const GOOD = 6;

/** Where the text lies in the string that it is compared with. */
interface Ends {
  readonly start: boolean;
  readonly end: boolean;
}
const TEST_ENDS = {
  startswith: { start: true, end: false },
  endswith: { start: false, end: true },
  contains: { start: false, end: false },
} as const;
const WHOLE: Ends = { start: true, end: true };
const ANYWHERE: Ends = { start: false, end: false };

/** `undefined`: nothing is necessary that bytes can tell. */
export function requirementOf(expression: Expression): Requirement | undefined {
  switch (expression.kind) {
    case 'and':
      return allOf(expression.parts.map(requirementOf));
    case 'or':
      return oneOf(expression.parts.map(requirementOf));
    case 'any':
      return expression.body && requirementOf(expression.body);
    case 'test':
      return needle(expression.text, expression.part, TEST_ENDS[expression.name]);
    case 'in':
      return oneOf(expression.options.map((option) => needle(expression.left, option, WHOLE)));
    case 'compare':
      return expression.operator === 'eq' ? needle(expression.left, expression.right, WHOLE) : undefined;
    default:
      return undefined;
  }
}

function allOf(parts: readonly (Requirement | undefined)[]): Requirement | undefined {
  const known = parts.filter((part) => part !== undefined);
  return known.length > 1 ? { kind: 'and', parts: known } : known[0];
}

function oneOf(parts: readonly (Requirement | undefined)[]): Requirement | undefined {
  const known = parts.filter((part) => part !== undefined);
  if (known.length < parts.length || known.length > MOST_ALTERNATIVES) return undefined;
  return known.length > 1 ? { kind: 'or', parts: known } : known[0];
}

/** The needle of a literal that a property, or `tolower` of one, is compared with. */
function needle(subject: Expression, literal: Expression, ends: Ends): Needle | undefined {
  if (!isLiteral(literal)) return undefined;
  if (subject.kind === 'path') return ofPath(literal, ends);
  const small = subject.kind === 'case' && subject.name === 'tolower' && subject.text.kind === 'path';
  return small && literal.kind === 'text' ? folded(literal.value, ends) : undefined;
}

function ofPath(literal: Literal, ends: Ends): Needle | undefined {
  if (literal.kind === 'guid') return folded(literal.value, ends);
  return literal.kind === 'text' ? exact(literal.value, ends) : undefined;
}

function exact(text: string, ends: Ends): Needle | undefined {
  const ascii = longestRun(text, ends, isPlainAscii);
  const wide = text.isWellFormed() ? longestRun(text, ends, isPlain) : '';
  const run = ascii.length >= GOOD || ascii.length >= wide.length ? ascii : wide;
  const bytes = Buffer.from(run);
  if (bytes.length < SHORTEST) return undefined;
  if (run !== ascii) return { kind: 'exact', bytes };
  return { kind: 'exact', bytes, characters: new Set(Buffer.from(run.replaceAll('"', ''))) };
}

/**
 * Of a text compared in small letters. Beside A to Z, two characters have ASCII in their small form: the Kelvin sign is k,
 * and the capital I with a dot is i with a dot above.
 */
function folded(text: string, ends: Ends): Needle | undefined {
  const run = longestRun(text, ends, isPlainAscii);
  if (run.length < SHORTEST) return undefined;
  const source = [...run]
    .map((character) => FOLDED.get(character.toLowerCase()) ?? character.replace(SPECIAL, '\\$&'))
    .join('');
  return { kind: 'folded', pattern: new RegExp(source, 'gi'), length: run.length };
}
/** What a line must contain that names a text, in whatever case, anywhere in a string. */
export function foldedNeedle(text: string): Needle | undefined {
  return folded(text, ANYWHERE);
}

/**
 * What a line must contain that names an IP address. @param address as `addressIn` gives it.
 *
 * IPv4 is written in its one form, or as IPv6 with `ffff` in it. Of IPv6 one group must be there: the longest of the first
 * six, since the last two may be written as IPv4.
 */
export function addressNeedle(address: string): Requirement | undefined {
  if (!address.includes(':')) return oneOf([exact(address, ANYWHERE), folded('ffff', ANYWHERE)]);
  const [longest = ''] = address
    .split(':')
    .slice(0, 6)
    .toSorted((a, b) => b.length - a.length);
  return longest.length > 1 ? folded(longest, ANYWHERE) : undefined;
}

const SPECIAL = /[\^$.*+?()[\]{}|]/;
const FOLDED = new Map([
  ['k', '(?:k|\xe2\x84\xaa)'],
  ['i', '(?:i|\xc4\xb0)'],
]);

/** The longest run of characters that may be a needle, with the quotes that enclose the string where it touches them. */
function longestRun(text: string, { start, end }: Ends, allowed: (code: number) => boolean): string {
  let longest = '';
  for (let from = 0; from <= text.length; from += 1) {
    const first = from;
    while (from < text.length && allowed(text.charCodeAt(from))) from += 1;
    const run = `${start && first === 0 ? '"' : ''}${text.slice(first, from)}${end && from === text.length ? '"' : ''}`;
    if (run.length > longest.length) longest = run;
  }
  return cut(longest);
}

/** Not within a surrogate pair. */
function cut(run: string): string {
  const short = run.slice(0, LONGEST);
  return short.isWellFormed() ? short : short.slice(0, -1);
}

/** A character that JSON writes as itself or as `\uXXXX`. */
function isPlain(code: number): boolean {
  return code >= 0x20 && code !== 0x22 && code !== 0x2f && code !== 0x5c;
}

function isPlainAscii(code: number): boolean {
  return isPlain(code) && code < 0x80;
}
