/** What alerts and workbook ask the logs: everything that they name is there. */
import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { logLine } from '../../shared/logFields.ts';
import { AFTER_RUN } from '../../shared/runReport.ts';
import { at, flat, parse, stringsIn, textOf } from './bicep.ts';

const ALERTS = textOf('infra/modules/alerts.bicep');
const QUERIES = new Map(globSync('infra/queries/*.kql').map((path) => [path, readFileSync(path, 'utf8')]));
const WORKBOOK: { items: WorkbookItem[] } = JSON.parse(readFileSync('infra/workbook.json', 'utf8'));

interface WorkbookItem {
  readonly type: number;
  readonly name: string;
  readonly content: { query?: string; parameters?: { name: string }[]; timeContextFromParameter?: string };
}

/** Queries of both, by where they stand. */
const ALL: readonly (readonly [string, string])[] = [
  ...QUERIES,
  ...WORKBOOK.items.flatMap(({ name, content }) =>
    content.query ? [[`workbook: ${name}`, content.query] as const] : [],
  ),
];

/** The names that an interface declares, as its source text has them. */
function membersOf(file: string, name: string): Set<string> {
  const text = new RegExp(`export interface ${name} \\{(.*?)\\n\\}`, 's').exec(readFileSync(file, 'utf8'))?.[1] ?? '';
  return new Set([...text.matchAll(/^ {2}readonly (\w+)\??:/gm)].map((match) => match[1] ?? ''));
}

const FIELDS = membersOf('shared/logFields.ts', 'LogFields').union(
  new Set(Object.keys(JSON.parse(logLine('info', 'x')))),
);
const ALARM_FIELDS = membersOf('shared/alarms.ts', 'Alarm');
const SOURCES = globSync('{shared,functions}/**/*.ts').map((path) => readFileSync(path, 'utf8'));

/** What a query names of a line, of an alarm in it, and the messages that it looks for. */
function namedBy(query: string) {
  const all = (pattern: RegExp) => [...query.matchAll(pattern)].map((match) => match[1] ?? '');
  return {
    fields: [...all(/\bline\.(\w+)/g), ...all(/\bline\['(\w+)'\]/g)],
    alarmFields: all(/\balarm\.(\w+)/g),
    messages: [
      ...all(/\bmessage\)? *[!=]= *'([^']+)'/g),
      ...all(/\bmessage\) in \(([^)]+)\)/g).flatMap((list) =>
        [...list.matchAll(/'([^']+)'/g)].map((match) => match[1] ?? ''),
      ),
      ...all(/\bhas '([^']+)'/g),
      ...all(/^ +'([^']+)', (?:\d+[hdm]|\{\w+\}),?$/gm),
    ],
  };
}

describe('every query', () => {
  it('is found', () => {
    expect(QUERIES.size).toBeGreaterThanOrEqual(7);
    expect(ALL.length).toBeGreaterThan(12);
    expect(FIELDS.size).toBeGreaterThan(20);
    expect(ALARM_FIELDS).toEqual(new Set(['name', 'level', 'text']));
  });

  it.each(ALL)('%s asks for no field that log lines do not have', (_, query) => {
    const { fields, alarmFields } = namedBy(query);
    expect(fields.filter((field) => !FIELDS.has(field))).toEqual([]);
    expect(alarmFields.filter((field) => !ALARM_FIELDS.has(field))).toEqual([]);
  });

  it('is caught when it asks for another', () => {
    expect(namedBy('| where line.lagSecond > 1 and alarm.nam == "x"')).toMatchObject({
      fields: ['lagSecond'],
      alarmFields: ['nam'],
    });
    expect(FIELDS.has('lagSecond')).toBe(false);
  });

  it.each(ALL)('%s looks for no message that nobody writes', (_, query) => {
    const unwritten = namedBy(query).messages.filter(
      (message) => message !== AFTER_RUN && !SOURCES.some((source) => source.includes(message)),
    );
    expect(unwritten).toEqual([]);
  });

  it('looks for messages at all, of each kind of run', () => {
    const messages = new Set(ALL.flatMap(([, query]) => namedBy(query).messages));
    expect(messages).toContain(AFTER_RUN);
    for (const message of ['pull ended', 'checkpoints ended', 'audit ended']) expect(messages).toContain(message);
  });

  it.each(ALL)('%s names no column with a word of the language', (_, query) => {
    const bare = query.replace(/\/\/.*$/gm, '').replace(/'[^'\n]*'/g, "''");
    expect(bare.match(/\b(from|to|first|last)\b ?=(?![=~])|\.(from|to|first|last)\b/g)).toBeNull();
  });

  it.each(ALL)('%s closes what it opens', (_, query) => {
    const bare = query.replace(/\/\/.*$/gm, '').replace(/'[^'\n]*'/g, "''");
    for (const [open, close] of ['()', '[]']) {
      expect(bare.split(open ?? '').length).toBe(bare.split(close ?? '').length);
    }
    expect(bare.match(/'/g)?.length ?? 0).toSatisfy((count: number) => count % 2 === 0);
  });
});

describe('the alert rules', () => {
  const root = parse(ALERTS);
  const items = (variable: string) =>
    at(root, variable)?.namedChildren.filter((child) => child?.type === 'object') ?? [];
  const count = (variable: string) => items(variable).length;
  const rule = (variable: string, n: number, field: string) => at(root, `${variable}.${n}.${field}`);
  const each = (variable: string, field: string) =>
    Array.from({ length: count(variable) }, (_, n) => rule(variable, n, field));

  it('use every query file, and no other', () => {
    const used = [...ALERTS.matchAll(/loadTextContent\('\.\.\/(queries\/[\w.]+)'\)/g)].map(
      (match) => `infra/${match[1]}`,
    );
    expect(used.toSorted()).toEqual([...QUERIES.keys()].toSorted());
  });

  it('fill in whatever a query leaves open', () => {
    const open = [...QUERIES.values()].flatMap((query) => [...query.replace(/\/\/.*$/gm, '').matchAll(/\{(\w+)\}/g)]);
    const filled = new Set([...ALERTS.matchAll(/'\{(\w+)\}'/g)].map((match) => match[1]));
    expect(new Set(open.map((match) => match[1]))).toEqual(filled);
  });

  it('cover every alarm that the app can raise, and name no other', () => {
    const type = /export type AlarmName =([^;]+);/.exec(readFileSync('shared/alarms.ts', 'utf8'))?.[1] ?? '';
    const names = [...type.matchAll(/'(\w+)'/g)].map((match) => match[1] ?? '');
    const covered = new Set(each('alarms', 'names').flatMap(stringsIn));
    expect([...covered].toSorted()).toEqual(names.toSorted());
    expect(new Set(each('alarms', 'level').map(flat))).toEqual(new Set(["'warning'", "'critical'"]));
  });

  it('cover both levels of what has two', () => {
    const levels = (name: string) =>
      each('alarms', 'names').flatMap((names, n) =>
        stringsIn(names).includes(name) ? flat(rule('alarms', n, 'level')) : [],
      );
    for (const name of ['lag', 'gap', 'checkpoint', 'unavailable'])
      expect(levels(name).toSorted()).toEqual(["'critical'", "'warning'"]);
    for (const name of ['torn', 'integrity', 'misconfigured']) expect(levels(name)).toContain("'critical'");
  });

  it('have names of their own, which docs/OPERATIONS.md can explain', () => {
    const keys = [...each('alarms', 'key'), ...each('ofLogs', 'key')].map(flat);
    expect(keys.length).toBe(count('alarms') + count('ofLogs'));
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys).toEqual(expect.arrayContaining(["'lost'", "'silence'", "'access-log'", "'delete-attempts'"]));
  });

  it('split by columns that their queries have', () => {
    const columns = (query: string, name: string) =>
      new RegExp(`\\b${name} ?=|by [^|]*\\b${name}\\b|project [^|]*\\b${name}\\b`).test(query);
    const files = each('ofLogs', 'query').map((node) => /queries\/([\w.]+)/.exec(node?.text ?? '')?.[1] ?? '');
    const wrong = files.flatMap((file, n) =>
      stringsIn(rule('ofLogs', n, 'dimensions')).filter(
        (name) => !columns(QUERIES.get(`infra/queries/${file}`) ?? '', name),
      ),
    );
    expect(wrong).toEqual([]);
    for (const name of ['logType', 'name'])
      expect(columns(QUERIES.get('infra/queries/alarms.kql') ?? '', name)).toBe(true);
  });
});

describe('the workbook', () => {
  it('shows coverage, lag, volume and cost', () => {
    const names = WORKBOOK.items.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['coverage', 'gaps', 'alarms', 'lag', 'volume', 'cost']));
  });

  it('defines every parameter that it uses', () => {
    const defined = new Set(WORKBOOK.items.flatMap(({ content }) => content.parameters?.map(({ name }) => name) ?? []));
    const used = WORKBOOK.items.flatMap(({ content }) => [
      ...[...(content.query ?? '').matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? ''),
      ...(content.timeContextFromParameter ? [content.timeContextFromParameter] : []),
    ]);
    expect(new Set(used)).toEqual(defined);
  });
});
