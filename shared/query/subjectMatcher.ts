/**
 * Which records of a log type are about a subject: those that name it in one of the fields of `SUBJECT_FIELDS`.
 *
 * Ids and names compare in small letters, addresses in whatever form they are written. A field of its own holds the subject
 * and nothing else; a text may hold it anywhere. Of fields of their own sketches tell which segments cannot hold a match;
 * of texts they tell nothing.
 */
import { addressIn, LONGEST_ADDRESS } from '../archive/address.ts';
import { hashValue, type Layer, layerOf } from '../archive/sketchValues.ts';
import type { SubjectFields } from '../archive/subjectFields.ts';
import { type Branch, branchesOf, fieldTree, namesOf } from './fieldTree.ts';
import { addressNeedle, foldedNeedle, type Requirement } from './filterNeedles.ts';
import { parseRecord } from './filterRecord.ts';
import type { ValueNeed } from './filterValueNeeds.ts';
import type { Matcher } from './matcher.ts';
import { linesOf, prefilterOf } from './prefilter.ts';
import type { Subject } from './subject.ts';

/** Where it is looked for in a log type. */
export interface SubjectPaths {
  readonly fields: readonly string[];
  readonly texts: readonly string[];
}

const OWN: Readonly<Record<Subject['kind'], 'ids' | 'names' | 'addresses'>> = {
  id: 'ids',
  name: 'names',
  address: 'addresses',
};

/** @param withTexts whether to look into texts too, for which every segment has to be opened. */
export function subjectPaths(fields: SubjectFields, { kind }: Subject, withTexts: boolean): SubjectPaths {
  return { fields: fields[OWN[kind]], texts: withTexts ? fields.texts : [] };
}

/** `undefined` where a log type has no field that could name the subject: no record of it does. */
export function subjectMatcher(subject: Subject, paths: SubjectPaths): Matcher | undefined {
  if (paths.fields.length + paths.texts.length === 0) return undefined;
  const first = prefilterOf(requirementOf(subject));
  const root = fieldTree(paths.fields, paths.texts);
  const tests: Tests = { is: isOf(subject), has: hasOf(subject) };
  const names = (line: Buffer) => namesIn(parseRecord(line, false), root, tests);
  return {
    matches: (line) => (first?.mayMatch(line) ?? true) && names(line),
    *matchesOf(lines) {
      for (const line of first?.mayMatchOf(lines) ?? linesOf(lines)) if (names(line)) yield line;
    },
    need: needOf(subject, paths),
  };
}

interface Tests {
  /** Whether a text is the subject. */
  readonly is: (text: string) => boolean;
  /** Whether a text names the subject. */
  readonly has: (text: string) => boolean;
}

function namesIn(value: unknown, branch: Branch, tests: Tests): boolean {
  if (typeof value === 'string') return (branch.isField && tests.is(value)) || (branch.isText && tests.has(value));
  if (typeof value !== 'object' || value === null) return false;
  // What a list holds is no field of its own: sketches know nothing of it.
  if (Array.isArray(value)) return value.some((each) => namesIn(each, { ...branch, isField: false }, tests));
  return Object.entries(value).some(([name, each]) => {
    // Under a text that is no text but holds some, each of them is looked at.
    const below = branch.isText ? [branch] : [];
    return [...branchesOf(branch, name), ...below].some((next) => namesIn(each, next, tests));
  });
}

function isOf({ kind, value }: Subject): Tests['is'] {
  return kind === 'address' ? (text) => addressIn(text) === value : (text) => text.toLowerCase() === value;
}

/** What may stand before a name in a text, and after it, looked at so many characters far. */
interface Edges {
  readonly before: RegExp;
  readonly after: RegExp;
}
const LOOKED_AT = 40;

/**
 * A part of a longer name is another's: `mira@x` of `amira@x`, or of `mira@x.example`. A letter before a name may be the end of an
 * escape, where a text holds JSON or a URL; and of a user that is deleted for good the name has the id in front of it.
 */
const EDGES: Readonly<Record<'id' | 'name', Edges>> = {
  id: { before: /(?:^|[^0-9a-f]|\\u[0-9a-f]{4}|\\[bf]|%[0-9a-f]{2})$/, after: /^(?![0-9a-f])/ },
  name: {
    before: /(?:^|[^\p{L}\p{N}._+-]|\\u[0-9a-f]{4}|\\[bfnrt]|%[0-9a-f]{2}|(?<![0-9a-f])[0-9a-f]{32})$/u,
    after: /^(?![\p{L}\p{N}_-]|\.[\p{L}\p{N}])/u,
  },
};

function isNamedIn(text: string, value: string, { before, after }: Edges): boolean {
  for (let at = text.indexOf(value); at >= 0; at = text.indexOf(value, at + 1)) {
    const end = at + value.length;
    if (before.test(text.slice(Math.max(0, at - LOOKED_AT), at)) && after.test(text.slice(end, end + LOOKED_AT)))
      return true;
  }
  return false;
}

/** Stretches of a text that may be an address: of IPv4, and of IPv6 with what may stand round it. */
const FOUR = /(?<!\d)\d{1,3}(?:\.\d{1,3}){3}(?!\d)/g;
const SIX = /[0-9a-f:.]{2,}/gi;

function hasOf({ kind, value }: Subject): Tests['has'] {
  if (kind !== 'address') return (text) => isNamedIn(text.toLowerCase(), value, EDGES[kind]);
  const isIt = (text: string) => addressIn(text) === value;
  return (text) => (text.match(FOUR) ?? []).some(isIt) || (text.match(SIX) ?? []).flatMap(addressesOf).some(isIt);
}

/** What a stretch may stand for: itself; else what is left of it without a name in front, and without the end of a sentence. */
function addressesOf(stretch: string): string[] {
  if (addressIn(stretch) !== undefined || stretch.length > LONGEST_ADDRESS) return [stretch];
  const ended = stretch.replace(/[.:]$/, '');
  const starts = [0, ...[...ended].flatMap((each, n) => (each === ':' ? [n + 1] : []))];
  return starts.map((start) => ended.slice(start));
}

function requirementOf({ kind, value }: Subject): Requirement | undefined {
  return kind === 'address' ? addressNeedle(value) : foldedNeedle(value);
}

const ASCII = /^[\0-\x7f]*$/;

/** What sketches must hold for a record to match; of texts, and of letters that sketches do not fold, they tell nothing. */
function needOf({ value }: Subject, { fields, texts }: SubjectPaths): ValueNeed | undefined {
  if (texts.length > 0 || !ASCII.test(value)) return undefined;
  const layers = new Set(fields.map(layerOfPath));
  const parts = [...layers].map((layer) => layer && { kind: 'value' as const, layer, value: hashValue(value) });
  const known = parts.filter((part) => part !== undefined);
  if (known.length < parts.length) return undefined;
  return known.length > 1 ? { kind: 'or', parts: known } : known[0];
}

function layerOfPath(path: string): Layer | undefined {
  const names = namesOf(path);
  return layerOf(names.at(-1) ?? '', names.length === 1);
}
