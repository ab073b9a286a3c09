/** docs/COMPLIANCE.md names nothing that is not there, and its figures follow from those of docs/OPERATIONS.md. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ROLES } from '../../shared/access/caller.ts';
import { readConfig, SETTING_NAMES } from '../../shared/config.ts';
import type { Route } from '../../shared/http/route.ts';
import { ROUTES } from '../../shared/http/routes.ts';
import { KNOWN } from '../../shared/settings.ts';
import { declarations, parse, textOf } from '../infra/bicep.ts';

const PAGE = readFileSync('docs/COMPLIANCE.md', 'utf8');
const OPERATIONS = readFileSync('docs/OPERATIONS.md', 'utf8');

const parameters = new Set(
  declarations(parse(textOf('infra/main.bicep'))).flatMap(({ kind, name }) => (kind === 'parameter' ? [name] : [])),
);
const requests = new Set(
  Object.values<Route>(ROUTES).flatMap(({ operations }) => operations.map(({ method, path }) => `${method} ${path}`)),
);
const scripts = Object.keys((JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: object }).scripts);
/** Names of alert rules, as the first column of the table of OPERATIONS has them. */
const alerts = new Set([...OPERATIONS.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, name]) => name));
const templates = globSync('infra/modules/**/*.bicep').map((path) => readFileSync(path, 'utf8'));
const entryFields = readFileSync('shared/archive/entryTypes.ts', 'utf8');

/** What may stand in code on the page: how it is known, and whether there is such a thing. */
const KINDS: readonly (readonly [form: RegExp, exists: (text: string) => boolean])[] = [
  [/^[A-Z_]+(__<logType>)?$/, (text) => SETTING_NAMES.includes(text.split('__')[0] ?? '')],
  [/^(GET|POST|DELETE) \//, (text) => requests.has(text)],
  [/^npm run /, (text) => scripts.includes(text.slice('npm run '.length))],
  [/^Archive\./, (text) => ROLES.some((role) => role === text)],
  [/^infra\//, (text) => existsSync(text)],
  [/^[a-z]+(-[a-z]+)*$/, (text) => alerts.has(text) && templates.some((template) => template.includes(`'${text}'`))],
  [/^[a-z]+[A-Z]\w*$|^settings$/, (text) => parameters.has(text) || entryFields.includes(`${text}:`)],
];

/** What a page names that is not there, or that nobody could tell. */
function unknownIn(page: string): string[] {
  const named = [...page.matchAll(/`([^`\n]+)`/g)].map(([, text = '']) => text);
  const wrong = named.filter((text) => !KINDS.some(([form, exists]) => form.test(text) && exists(text)));
  const links = [...page.matchAll(/\]\(([^)#]+)/g)].map(([, path = '']) => `docs/${path}`);
  return [...wrong, ...links.filter((path) => !existsSync(path))];
}

/** The cells of the table whose head begins so. */
function tableOf(page: string, head: string): string[][] {
  const lines = page.split('\n');
  const at = lines.findIndex((line) => line.startsWith(head));
  const rows = lines.slice(
    at + 2,
    lines.findIndex((line, n) => n > at && line === ''),
  );
  return rows.map((line) => line.slice(2, -2).split(' | '));
}

/** Days that a byte is kept: of two classes the short one has nine tenths. */
function daysKept(classes: string): number {
  const [short = Number.NaN, long = short] = classes.split(' and ').map(Number);
  return 0.9 * short + 0.1 * long;
}

describe('the page on compliance', () => {
  it('names only settings, routes, roles, parameters, alerts, commands and pages that there are', () => {
    expect(unknownIn(PAGE)).toEqual([]);
    expect(PAGE.match(/`[^`\n]+`/g)?.length).toBeGreaterThan(40);
  });

  it.each([
    ['`RETENTION_DAY`'],
    ['`GET /api/subject`'],
    ['`npm run lock`'],
    ['`Archive.Delete`'],
    ['`infra/none.bicep`'],
    ['`delete-attempt`'],
    ['`retentionClass`'],
    ['`Something Else`'],
    ['[a page](NOTHING.md)'],
  ])('would be found wrong: %s', (text) => {
    expect(unknownIn(`${PAGE}\n${text}`)).toHaveLength(1);
  });

  it('is reached from the README and from the page on retention', () => {
    expect(readFileSync('README.md', 'utf8')).toContain('](docs/COMPLIANCE.md)');
    expect(readFileSync('docs/RETENTION.md', 'utf8')).toContain('](COMPLIANCE.md)');
  });

  it('has presets that the settings take, of whose every class there is a container', () => {
    const presets = tableOf(PAGE, '| preset |');
    expect(presets).toHaveLength(5);
    for (const [name = '', days = '', given = '', , more = ''] of presets) {
      const classes = JSON.parse(/`retentionClasses` = (\[.*?\])/.exec(given)?.[1] ?? '[]') as number[];
      const byLogType = [...given.matchAll(/(\w+): (\d+)/g)].map(([, logType = '', of = '']) => [logType, of] as const);
      const config = readConfig({
        TENANT_ID: '2f6b9a3e-0d2c-4b55-9c1f-6a1d3e7b8c90',
        ArchiveStorage: 'UseDevelopmentStorage=true',
        AUTH_MODE: 'none',
        RETENTION_DAYS: String(classes[0]),
        ...Object.fromEntries(byLogType.map(([logType, of]) => [`RETENTION_DAYS__${logType}`, of])),
        ...(more.includes('PURPOSE_REQUIRED') && { PURPOSE_REQUIRED: 'true' }),
      });
      const used = new Set([...KNOWN.keys()].map((logType) => config.retentionDays(logType)));
      expect(
        [...used].sort((a, b) => a - b),
        name,
      ).toEqual(classes);
      expect(days.split(' and ').map(Number), name).toEqual(classes);
    }
  });

  it('has a cost for each preset', () => {
    const costs = new Set(tableOf(PAGE, '| days |').map(([days]) => days));
    for (const [name, days] of tableOf(PAGE, '| preset |')) expect(costs, name).toContain(days);
    expect(PAGE).toContain('where sign-ins are nine tenths of the bytes');
  });

  it('has costs that follow from the figures of the page on operations', () => {
    const costs = new Map(tableOf(OPERATIONS, '| | small |').map(([what = '', ...cells]) => [what, cells]));
    const monthly = (what: RegExp) => {
      const cells = [...costs].find(([name]) => what.test(name))?.[1] ?? [];
      return cells.map((cell) => Number(cell.replaceAll(',', '')));
    };
    const rest = [/^compute/, /^alerts/, /^logs/, /^writes/].map(monthly);
    const records = monthly(/^records a day/);
    expect(records).toEqual([20_000, 300_000, 3_000_000]);
    const round = (value: number) => Math.round(value).toLocaleString('en-US');
    for (const [days = '', ...cells] of tableOf(PAGE, '| days |')) {
      const expected = records.map((each, n) => {
        const gigabytes = (each * daysKept(days) * 0.4) / 1_000_000;
        const more = 12 * rest.reduce((sum, row) => sum + (row[n] ?? Number.NaN), 0);
        return `${round(gigabytes)} GB, ${round(gigabytes * 0.0225 * 12)} + ${round(more)}`;
      });
      expect(cells, `${days} days`).toEqual(expected);
    }
    expect(OPERATIONS).toContain('0.4 KB stored for a record');
    expect(OPERATIONS).toContain('`7 x that x 0.0225` a month');
  });
});
