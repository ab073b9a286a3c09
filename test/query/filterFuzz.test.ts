/** Whatever is sent as a filter: it parses or is a `BadFilter`, and the work is linear in its length. Steps are counted. */
import { describe, expect, it } from 'vitest';
import { Random } from '../../dev/graphSimulator/random.ts';
import { BadFilter, type Refuse } from '../../shared/query/badFilter.ts';
import { parseFilter } from '../../shared/query/filter.ts';
import { evaluate } from '../../shared/query/filterEvaluate.ts';
import { Grammar } from '../../shared/query/filterGrammar.ts';
import { timeBounds } from '../../shared/query/filterTimes.ts';
import { type Token, tokenize } from '../../shared/query/filterTokens.ts';
import { prefilter } from '../../shared/query/prefilter.ts';
import { makeModel, render } from './filterModel.ts';
import { makeSamples } from './filterRecords.ts';

const SAMPLES = makeSamples(5, 200);
const PIECES = [
  ...["'", "''", "'text'", '(', ')', ',', '/', ':', ' ', '\t', '-', '+', '.', '5', '5e', '1e999', '\n', '\0', '"', '%'],
  ...[
    'eq',
    'ne',
    'gt',
    'ge',
    'lt',
    'le',
    'and',
    'or',
    'not',
    'in',
    'any',
    'all',
    'any(x:',
    'all(x:',
    'x/',
    'a',
    'id',
    'null',
  ],
  ...[
    'true',
    'false',
    'contains(',
    'startswith(',
    'tolower(',
    'unknown(',
    '2026-11-20',
    '2026-11-20T05:00:00.123456789Z',
  ],
  ...[
    'abcdef01-2345-4678-9abc-def012345678',
    'createdDateTime',
    'targetResources',
    '\u6771',
    '\ud83d',
    '\u{1f511}',
    '__proto__',
  ],
];

function fuzzed(random: Random): string {
  const kind = random.below(3);
  if (kind === 0)
    return Array.from({ length: random.below(40) }, () => random.pick(PIECES)).join(random.pick(['', ' ']));
  const filter = render(makeModel(random, random.pick(SAMPLES).value));
  if (kind === 1) return filter.slice(0, random.below(filter.length));
  const at = random.below(filter.length);
  return filter.slice(0, at) + random.pick(PIECES) + filter.slice(at + random.below(3));
}

const refuse: Refuse = (position, expected, found) => {
  throw new BadFilter('filter', position, expected, found);
};

/** Calls `work`; `undefined` when it throws a `BadFilter`, and nothing else is caught. */
function unlessBad<Result>(work: () => Result): Result | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof BadFilter) return undefined;
    throw error;
  }
}

/** How often characters and then tokens are looked at while a filter is read. */
function steps(text: string): { characters: number; tokens: number } {
  const count = { characters: 0, tokens: 0 };
  const source = {
    length: text.length,
    charCodeAt: (at: number) => {
      count.characters += 1;
      return text.charCodeAt(at);
    },
    slice: (from: number, to: number) => {
      count.characters += to - from;
      return text.slice(from, to);
    },
  };
  const tokens = unlessBad(() => tokenize(source, refuse)) ?? [];
  const counted = new Proxy<readonly Token[]>(tokens, {
    get(target, key) {
      count.tokens += 1;
      return Reflect.get(target, key);
    },
  });
  if (tokens.length > 0) unlessBad(() => new Grammar(counted, refuse).read());
  return count;
}

describe('20,000 random texts', () => {
  const random = new Random(20, 0, 3);
  const texts = Array.from({ length: 20_000 }, () => fuzzed(random));

  it('parse or are a BadFilter whose position lies in the text; what parses can be used', () => {
    let parsed = 0;
    for (const text of texts) {
      const filter = unlessBad(() => parseFilter(text));
      if (filter === undefined) continue;
      parsed += 1;
      timeBounds(filter, 'createdDateTime');
      const [line] = prefilter(filter)?.mayMatchOf(SAMPLES[0]?.line as Buffer) ?? [];
      expect(line === undefined || line.length > 0).toBe(true);
      evaluate(filter, SAMPLES[0]?.value);
    }
    expect(parsed).toBeGreaterThan(1000);
    expect(parsed).toBeLessThan(15_000);
  });

  it('are refused at a position within them', () => {
    for (const text of texts) {
      try {
        parseFilter(text);
      } catch (error) {
        const { position } = error as BadFilter;
        expect(position >= 0 && position <= text.length).toBe(true);
      }
    }
  });

  it('take a number of steps linear in their length', () => {
    for (const text of texts) {
      const { characters, tokens } = steps(text);
      expect(characters).toBeLessThanOrEqual(5 * text.length + 5);
      expect(tokens).toBeLessThanOrEqual(40 * text.length + 40);
    }
  });
});

describe('texts made to be slow', () => {
  it.each([
    ['parentheses', (n: number) => '('.repeat(n)],
    ['parentheses around one condition', (n: number) => `${'('.repeat(49)}${'a or '.repeat(n)}a${')'.repeat(49)}`],
    ['quotes', (n: number) => "'".repeat(n)],
    ['negations', (n: number) => 'not '.repeat(n)],
    ['paths', (n: number) => `${'a/'.repeat(n)}a eq 1`],
    ['lambdas', (n: number) => 'a/any(a:'.repeat(n)],
    ['functions', (n: number) => `${'tolower('.repeat(n)}a`],
    ['digits', (n: number) => `a eq ${'9'.repeat(n)}`],
    ['fractions', (n: number) => `a eq 2026-11-20T05:00:00.${'0'.repeat(n)}x`],
    ['spaces', (n: number) => `a${' '.repeat(n)}eq${' '.repeat(n)}1`],
    ['values', (n: number) => `a in (${'1,'.repeat(n)}1)`],
  ])('%s take steps linear in their number', (_, make) => {
    for (const count of [10, 100, 400]) {
      const text = make(count);
      const { characters, tokens } = steps(text);
      expect(characters).toBeLessThanOrEqual(5 * text.length + 5);
      expect(tokens).toBeLessThanOrEqual(40 * text.length + 40);
    }
  });

  it('a lambda walks each list of a record once, however deep lambdas are nested', () => {
    let reads = 0;
    const counted = (depth: number): unknown =>
      new Proxy<{ a?: unknown }>(depth === 0 ? {} : { a: [counted(depth - 1), counted(depth - 1)] }, {
        get: (target, key) => {
          reads += 1;
          return Reflect.get(target, key);
        },
      });
    const filter = parseFilter('a/any(b: b/a/any(c: c/a/any(d: d/a/any(e: e/a/any(f: f/x eq 1)))))');
    expect(evaluate(filter, counted(5))).toBe(false);
    expect(reads).toBe(1 + 2 + 4 + 8 + 16);
  });
});
