/** Bad parameters of an export: each a 400 that names it, before anything is asked of the stores. */
import { describe, expect, it } from 'vitest';
import { operationOf } from '../../shared/http/route.ts';
import { ROUTES } from '../../shared/http/routes.ts';
import { callLogs } from '../support/exportCalls.ts';
import { worldOf } from '../support/flowHarness.ts';

const AUDITS = 'directoryAudits';
const RIGHT = { from: '2026-11-20', to: '2026-11-21' } as const;

/** Asks with these parameters beside a right range, each written as it is: already escaped. */
async function ask(parameters: readonly (readonly [name: string, value: string])[], method: 'GET' | 'HEAD' = 'GET') {
  const { world } = worldOf(AUDITS);
  const given = new Set(parameters.map(([name]) => name));
  const range = Object.entries(RIGHT).filter(([name]) => !given.has(name));
  const query = [...range, ...parameters].map(([name, value]) => `${name}=${value}`).join('&');
  const { status, headers, body, calls } = await callLogs(world, `${AUDITS}?${query}`, { method });
  const isProblem = headers['content-type'] === 'application/problem+json';
  const problem = (isProblem ? JSON.parse(body.toString('utf8')) : {}) as Record<string, unknown>;
  return { status, problem, calls, type: headers['content-type'] };
}

async function expectRefusal(name: string, value: string, parameters = [[name, value] as const]): Promise<void> {
  const { status, problem, calls, type } = await ask(parameters);
  expect([name, value.slice(0, 60), status, type]).toEqual([name, value.slice(0, 60), 400, 'application/problem+json']);
  expect(problem).toMatchObject({ status: 400, parameter: name });
  expect(String(problem.detail)).toContain(`'${name}'`);
  // Long input is not sent back, and nothing that would break a line of a log.
  expect(String(problem.detail).length).toBeLessThan(1500);
  expect(calls).toEqual([]);
}

const { query: PARAMETERS = {} } = operationOf(ROUTES.logs, 'GET', ['logs', AUDITS]) ?? {};
const NAMES = Object.keys(PARAMETERS);
const exampleOf = (name: string) => encodeURIComponent(String(PARAMETERS[name]?.example));
const LONG = 'x'.repeat(8001);

/** No value of any parameter is one of these. */
const HOSTILE = [
  '',
  '..',
  '../../etc/passwd',
  '%2e%2e%2f',
  '%252e',
  '%00',
  'a%00b',
  '%0d%0aSet-Cookie:x=y',
  "'",
  '%22',
  LONG,
];

describe('every parameter', () => {
  it('is one of eleven', () => {
    expect(NAMES).toEqual([
      'from',
      'to',
      'filter',
      'select',
      'format',
      'limit',
      'cursor',
      'skip',
      'versions',
      'count',
      'bom',
    ]);
  });

  it.each(NAMES)('%s is refused when it is given twice, if the same', async (name) => {
    const example = exampleOf(name);
    await expectRefusal(name, example, [
      [name, example],
      [name, example],
    ]);
  });

  it.each(NAMES)('%s is refused when it is empty, hostile or far too long', async (name) => {
    for (const value of HOSTILE) await expectRefusal(name, value);
  });

  it.each(NAMES.filter((name) => name !== 'from' && name !== 'to' && name !== 'cursor'))(
    '%s is taken as its own example has it',
    async (name) => {
      const example = exampleOf(name);
      expect((await ask([[name, example]])).status).toBe(200);
    },
  );
});

describe('a parameter that is not one', () => {
  it.each([
    'form',
    'From',
    'FROM',
    'limit%20',
    '$filter',
    '%24top',
    'toString',
    '__proto__',
    'constructor',
    '..',
    '%00',
    'a%0d%0ab',
    '',
    LONG,
  ])('is refused by its name: %s', async (name) => {
    const { status, problem, calls } = await ask([[name, '1']]);
    expect([status, problem.parameter, calls]).toEqual([400, decodeURIComponent(name).slice(0, 80), []]);
    expect(String(problem.detail).length).toBeLessThan(1500);
  });
});

describe('a value of the wrong kind', () => {
  it.each<[string, readonly string[]]>([
    [
      'from',
      [
        'yesterday',
        '01/02/2026',
        '2026-02-30',
        '2026-11-20T25:00:00Z',
        '1e9',
        '2026-11-20T00:00:00',
        '2026-11-20T12:20:00.0000001Z',
      ],
    ],
    [
      'to',
      ['2026-11-20', '2026-11-19', 'now', '9999-99-99', '2026-11-21T00:00:00.12345678Z', '+010000-01-01T00:00:00Z'],
    ],
    ['format', ['xml', 'NDJSON', 'json,csv', 'ndjson%20', 'toString']],
    [
      'limit',
      ['0', '-1', '1.5', '1e3', '10001', '%2B5', '0x10', '٣', '99999999999999', 'ten', 'NaN', 'Infinity', '%201'],
    ],
    ['skip', ['-1', '1.5', '1e3', '9999999999999', 'ten', '%2B5', '5%20']],
    ['versions', ['newest', 'ALL', 'all,latest', 'true']],
    ['count', ['true', 'ONLY', '1']],
    ['bom', ['yes', '1', 'TRUE']],
    [
      'select',
      ['id,', ',', 'id,,x', 'a/b', 'id;x', '$id', 'id%20', Array.from({ length: 101 }, (_, n) => `f${n}`).join()],
    ],
    ['cursor', ['e30', 'e30.000000000000', '1', 'null.x']],
  ])('%s is refused', async (name, values) => {
    for (const value of values) await expectRefusal(name, value);
  });

  it('of HEAD is refused too, without a body that HEAD cannot have', async () => {
    const { status, calls } = await ask([['limit', '0']], 'HEAD');
    expect([status, calls]).toEqual([400, []]);
  });
});

describe('a filter that does not parse', () => {
  it.each([
    ['x eq', 4],
    ['x eq 1 andd y eq 2', 7],
    ['(x eq 1', 7],
    ["x eq 'open", 10],
    ['x eq 1; drop', 6],
    ['x%20eq%20%00', 5],
    [`${'('.repeat(3000)}x eq 1`, undefined],
    [`${'not '.repeat(1000)}x eq 1`, undefined],
    [`x in (${Array.from({ length: 1000 }, (_, n) => n).join(',')})`, undefined],
    [`x eq '${'a'.repeat(8001)}'`, undefined],
  ])('is refused with the place and what was expected there: %s', async (filter, position) => {
    const text = filter.includes('%') ? filter : encodeURIComponent(filter);
    const { status, problem, calls } = await ask([['filter', text]]);
    expect([status, problem.parameter, calls]).toEqual([400, 'filter', []]);
    if (position === undefined) return;
    expect(problem).toMatchObject({ title: 'Bad filter', position, expected: expect.any(String) });
    expect(problem.detail).toContain(`at character ${position + 1}: expected ${problem.expected}`);
  });
});

describe('a log type that is not one', () => {
  it.each(['noSuchLog', 'DirectoryAudits', '..', '%2e%2e', '%00', 'a%0d%0ab', "'", LONG, '%E0%A4%A', 'toString'])(
    'is refused, whatever the rest says: %s',
    async (name) => {
      const { world } = worldOf(AUDITS);
      const { status, body, calls } = await callLogs(world, `${name}?from=2026-11-20&to=2026-11-21`);
      // `..` is resolved by whoever reads the URL: what is left asks for no log type.
      const problem = JSON.parse(body.toString('utf8')) as Record<string, unknown>;
      expect([status, calls]).toEqual([400, []]);
      expect(['logType', 'from']).toContain(problem.parameter);
      expect(String(problem.detail).length).toBeLessThan(1500);
    },
  );

  it('the list of log types takes no parameters', async () => {
    const { world } = worldOf(AUDITS);
    const { status, body, calls } = await callLogs(world, '?from=2026-11-20');
    expect([status, JSON.parse(body.toString('utf8')).parameter, calls]).toEqual([400, 'from', []]);
  });
});
