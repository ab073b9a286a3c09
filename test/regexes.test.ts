/**
 * Every regular expression of the product, over hostile texts of 400 KB: none takes more than a few steps for a character.
 * No time is asserted: a pattern that goes through all pairs of characters takes minutes, and the watchdog ends it.
 */
import { globSync, readFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { parseAst } from 'rolldown/parseAst';
import { describe, expect, it, vi } from 'vitest';
import type { Pattern } from './support/regexWorker.ts';

const FILES = globSync('{shared,functions,web}/**/*.{ts,tsx}', { exclude: ['**/node_modules/**'] }).sort();
/** Modules that build patterns, which no literal shows: as they are loaded, or when they are called. */
const BUILDERS: Readonly<Record<string, () => Promise<unknown>>> = {
  'shared/archive/names.ts': () => import('../shared/archive/names.ts'),
  'shared/query/csvCell.ts': () => import('../shared/query/csvCell.ts'),
  'web/views/search/lineTime.ts': async () =>
    (await import('../web/views/search/lineTime.ts')).lineTimeOf('createdDateTime'),
};
/** Builds patterns of a filter's texts: nothing in them repeats, so there is nothing to go back to. */
const WITHOUT_REPETITION = ['shared/query/filterNeedles.ts'];
/** Without a word of the worker for so long, a pattern is taken for one that does not end: a thousand times the usual. */
const WATCHDOG_MS = 60_000;

interface Found extends Pattern {
  readonly file: string;
}

function literalsOf(file: string): Found[] {
  const found: Found[] = [];
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    const { regex } = node as { regex?: { pattern: string; flags: string } };
    if (regex) found.push({ file, source: regex.pattern, flags: regex.flags });
    for (const child of Object.values(node)) visit(child);
  };
  visit(parseAst(readFileSync(file, 'utf8'), { lang: file.endsWith('x') ? 'tsx' : 'ts' }));
  return found;
}

/** The patterns that the builders make. */
async function patternsBuilt(): Promise<Pattern[]> {
  const built: Pattern[] = [];
  class Recorded extends RegExp {
    constructor(source: string | RegExp, flags?: string) {
      super(source, flags);
      built.push({ source: this.source, flags: this.flags });
    }
  }
  vi.resetModules();
  vi.stubGlobal('RegExp', Recorded);
  for (const load of Object.values(BUILDERS)) await load();
  vi.unstubAllGlobals();
  return built;
}

/** Resolves with the pattern that did not end, and the text it was given; with `undefined` when all did. */
function unending(patterns: readonly Pattern[], watchdogMs: number): Promise<string | undefined> {
  const worker = new Worker(new URL('./support/regexWorker.ts', import.meta.url), { workerData: patterns });
  return new Promise((resolve, reject) => {
    let last = 'nothing';
    const stop = (answer: string | undefined) => {
      clearTimeout(timer);
      void worker.terminate().then(() => resolve(answer));
    };
    let timer = setTimeout(() => stop(last), WATCHDOG_MS);
    worker.on('error', reject);
    worker.on('message', ({ done, n, unit }: { done?: true; n: number; unit: string }) => {
      if (done) return stop(undefined);
      clearTimeout(timer);
      const { source, flags } = patterns[n] as Pattern;
      last = `/${source}/${flags} over ${JSON.stringify(unit)}`;
      timer = setTimeout(() => stop(last), watchdogMs);
    });
  });
}

describe('the regular expressions', { timeout: 600_000 }, () => {
  const literals = FILES.flatMap(literalsOf);

  it('are found in the sources, those within templates and conditions included', () => {
    expect(literals.length).toBeGreaterThan(80);
    expect(literals).toContainEqual({ file: 'shared/query/range.ts', source: '^\\d{4}-\\d\\d-\\d\\d$', flags: '' });
    const builders = FILES.filter((file) => /\bRegExp\(/.test(readFileSync(file, 'utf8')));
    expect(builders).toEqual([...Object.keys(BUILDERS), ...WITHOUT_REPETITION].sort());
  });

  it('end over whatever they are given', async () => {
    const built = await patternsBuilt();
    expect(built.length).toBeGreaterThan(6);
    const distinct = [
      ...new Map([...literals, ...built].map((each) => [`/${each.source}/${each.flags}`, each])).values(),
    ];
    expect(await unending(distinct, WATCHDOG_MS)).toBeUndefined();
  });

  it('are told from those that go through pairs of characters, or worse', async () => {
    for (const source of ['^(a+)+$', 'a+$']) {
      const found = await unending(
        [
          { source: 'a', flags: 'g' },
          { source, flags: '' },
        ],
        5000,
      );
      expect(found).toBe(`/${source}/ over "aaaaaaaaaaaa"`);
    }
  });
});
