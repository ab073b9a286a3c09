/** The shape of the code: who may import whom, no cycles, thin triggers. */
import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { APP_VERSION } from '../shared/version.ts';

const FILES = globSync('{functions,shared,dev,web}/**/*.{ts,tsx,mjs}').sort();
const IMPORT =
  /^\s*(?:import|export)\b([^;'"]*?)from\s+['"]([^'"]+)['"]|^\s*import\s+['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/gm;

const EXPORT = /^export (?:async )?(?:function\*?|const) (\w+)/gm;
/** What the page's bundler puts in the place of Node's own modules. */
const STAND_INS = /^web\/verifier\/node\//;

interface Edge {
  readonly from: string;
  readonly to: string;
  /** What is taken: its names, or `*`. */
  readonly names: readonly string[];
  /** Nothing of it is left when the code runs. */
  readonly isType: boolean;
}

function importsOf(file: string): Edge[] {
  const found = [...readFileSync(file, 'utf8').matchAll(IMPORT)];
  return found.map((match) => {
    const [, what = '', ...names] = match;
    const name = names.find((each) => each !== undefined) ?? '';
    const to = name.startsWith('.') ? join(dirname(file), name) : name;
    return { from: file, to, names: namesIn(what), isType: what.startsWith(' type ') };
  });
}

/** The names in an import's braces, as they are exported; all where it has none. */
function namesIn(what: string): string[] {
  const braces = /\{([^}]*)\}/.exec(what)?.[1];
  return braces?.split(',').map((each) => each.trim().replace(/^type | as .*$/g, '')) ?? ['*'];
}

const EDGES = FILES.flatMap(importsOf);
const TESTS = globSync('{test/**/*.{ts,tsx},*.config.ts}').flatMap(importsOf);
const TAKEN = new Set([...EDGES, ...TESTS].flatMap(({ to, names }) => names.map((name) => `${to} ${name}`)));

/** Rooms below the flows. A room may import `shared/archive/`, the plain files named, packages, and itself. */
const ROOMS: Record<string, readonly string[]> = {
  'shared/archive/': [],
  'shared/storage/': [],
  'shared/graph/': ['shared/archive/', 'shared/clock.ts', 'shared/logTypes.ts', 'shared/storage/port.ts'],
  'shared/query/': ['shared/archive/'],
  'shared/verifier/': ['shared/archive/'],
  'shared/access/': ['shared/archive/', 'shared/clock.ts', 'shared/storage/port.ts'],
};

function breaches(room: string, allowed: readonly string[]): Edge[] {
  return EDGES.filter(({ from }) => from.startsWith(room)).filter(
    ({ to }) => to.startsWith('shared/') && ![room, ...allowed].some((prefix) => to.startsWith(prefix)),
  );
}

describe('the structure', () => {
  it('sees the imports at all', () => {
    expect(EDGES).toContainEqual({
      from: 'shared/append.ts',
      to: 'shared/archive/entry.ts',
      names: expect.arrayContaining(['encodeEntry']),
      isType: false,
    });
    expect(EDGES).toContainEqual(expect.objectContaining({ from: 'web/api/client.ts', to: 'web/state/purpose.ts' }));
    expect(EDGES.length).toBeGreaterThan(100);
  });

  it.each(Object.entries(ROOMS))('%s imports nothing above it', (room, allowed) => {
    expect(breaches(room, allowed)).toEqual([]);
  });

  it('shared/archive/ imports only node:* and itself', () => {
    const foreign = EDGES.filter(
      ({ from, to }) => from.startsWith('shared/archive/') && !/^(node:|shared\/archive\/)/.test(to),
    );
    expect(foreign).toEqual([]);
  });

  it('reaches entries from outside shared/archive/ through entry.ts alone', () => {
    const sideDoors = EDGES.filter(
      ({ from, to }) => to === 'shared/archive/entryTypes.ts' && !from.startsWith('shared/archive/'),
    );
    expect(sideDoors).toEqual([]);
  });

  it('the product imports neither dev/ nor test/, and flows do not import triggers or their HTTP edge', () => {
    const wrong = EDGES.filter(({ from, to }) => {
      if (from.startsWith('web/')) return false;
      if (/^(dev|test)\//.test(to) && !from.startsWith('dev/')) return true;
      if (to.startsWith('functions/') && !from.startsWith('functions/')) return true;
      return to.startsWith('shared/http/') && !/^(functions|shared\/http)\//.test(from);
    });
    expect(wrong).toEqual([]);
  });

  it('only dev/ imports web/, which runs nothing of the product but shared/archive/ and the rule for cells of a CSV', () => {
    const wrong = EDGES.filter(({ from, to, isType }) => {
      if (!from.startsWith('web/')) return to.startsWith('web/') && !from.startsWith('dev/');
      return !isType && /^(functions|dev|test|shared\/(?!archive\/|query\/csvCell\.ts$))/.test(to);
    });
    expect(EDGES.filter(({ from }) => from === 'shared/query/csvCell.ts')).toEqual([]);
    expect(wrong).toEqual([]);
  });

  it('exports no function and no constant that no other file takes', () => {
    const idle = FILES.filter((file) => !STAND_INS.test(file)).flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(EXPORT)]
        .map(([, name]) => `${file} ${name}`)
        .filter((each) => !TAKEN.has(each) && !TAKEN.has(`${file} *`)),
    );
    expect(idle).toEqual([]);
  });

  it('has no import cycle', () => {
    expect(findCycle(EDGES)).toBeUndefined();
  });

  it('finds a cycle where there is one', () => {
    expect(
      findCycle([
        { from: 'a', to: 'b' },
        { from: 'b', to: 'c' },
        { from: 'c', to: 'a' },
      ]),
    ).toEqual(['a', 'b', 'c', 'a']);
  });

  it('keeps triggers under 40 lines and every file under 350', () => {
    const lines = (file: string) => readFileSync(file, 'utf8').split('\n').length - 1;
    expect(FILES.filter((file) => file.startsWith('functions/') && lines(file) > 40)).toEqual([]);
    expect(FILES.filter((file) => lines(file) > 350)).toEqual([]);
  });

  it('states the version that package.json states', () => {
    expect(JSON.parse(readFileSync('package.json', 'utf8')).version).toBe(APP_VERSION);
  });
});

/** A cycle as the list of its files, first one repeated; `undefined` when there is none. */
function findCycle(edges: readonly Pick<Edge, 'from' | 'to'>[]): string[] | undefined {
  const next = Map.groupBy(edges, ({ from }) => from);
  const finished = new Set<string>();
  const visit = (file: string, path: readonly string[]): string[] | undefined => {
    const at = path.indexOf(file);
    if (at >= 0) return [...path.slice(at), file];
    if (finished.has(file)) return undefined;
    for (const { to } of next.get(file) ?? []) {
      const cycle = visit(to, [...path, file]);
      if (cycle) return cycle;
    }
    finished.add(file);
    return undefined;
  };
  for (const file of next.keys()) {
    const cycle = visit(file, []);
    if (cycle) return cycle;
  }
  return undefined;
}
