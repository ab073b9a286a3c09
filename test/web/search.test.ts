/** The parts of the search that draw nothing. */
import { describe, expect, it } from 'vitest';
import { LOG_TYPES } from '../../shared/logTypes.ts';
import { parseFilter } from '../../shared/query/filter.ts';
import { parseSelect } from '../../shared/query/select.ts';
import { curlOf } from '../../web/api/curl.ts';
import { tickText } from '../../web/parts/ticks.ts';
import { barOf, barsOf, hoursOf } from '../../web/views/search/bars.ts';
import { rowOf } from '../../web/views/search/cells.ts';
import { columnsOf, fieldsOf, shownAtFirst } from '../../web/views/search/columns.ts';
import { changesOf, stretchesOf } from '../../web/views/search/details/changes.ts';
import { followedOf } from '../../web/views/search/details/follow.ts';
import { lineTimeOf } from '../../web/views/search/lineTime.ts';
import { moved } from '../../web/views/search/moves.ts';

const HOUR = 3_600_000;
const DAY_FROM = Date.parse('2026-11-20T00:00:00Z');

describe('the columns', () => {
  it.each([...LOG_TYPES.values()])('of $name begin with its time and can be asked for', ({ name, timeField }) => {
    const columns = columnsOf(name, timeField);
    const paths = columns.map(({ path }) => path);
    expect(paths[0]).toBe(timeField);
    expect(new Set(paths).size).toBe(paths.length);
    expect(shownAtFirst(name, timeField).filter((path) => !paths.includes(path))).toEqual([]);
    expect(parseSelect(fieldsOf(paths).join(',')).names).toContain('id');
  });

  it('show what is stored, each value once', () => {
    const line =
      '{"id":"a","at":"2026-11-20T05:00:00.1230000Z","n":17.0,"list":[{"x":"p"},{"x":"q"},{"x":"p"},{"x":null}]}';
    const row = rowOf(line, ['at', 'n', 'list/*/x', 'missing'], 'at');
    expect(row.cells.map(({ text }) => text)).toEqual(['2026-11-20 05:00:00.123', '17.0', 'p, q', '']);
    expect(row).toMatchObject({ id: 'a', at: '2026-11-20T05:00:00.1230000Z' });
  });
});

describe('the volume', () => {
  it('counts each read of an hour once, however many pieces it lies in', () => {
    const piece = { to: '', state: 'provisional', firstRead: '2026-11-20T06:00:00Z', records: 5 } as const;
    const reread = { seq: 7, at: '', new: 2, changed: 1, vanished: 0 };
    const pieces = [
      { ...piece, from: '2026-11-20T00:00:00Z', rereads: [reread] },
      { ...piece, from: '2026-11-20T00:30:00Z', rereads: [reread] },
      { ...piece, from: '2026-11-20T01:00:00Z', rereads: [] },
      { from: '2026-11-20T02:00:00Z', to: '', state: 'gap' } as const,
    ];
    expect([...hoursOf([{ pieces }])]).toEqual([
      [DAY_FROM, 8],
      [DAY_FROM + HOUR, 5],
    ]);
  });

  it('is drawn in bars that an hour fills, or is not told', () => {
    const hours = new Map([
      [DAY_FROM, 8],
      [DAY_FROM + HOUR, 5],
    ]);
    const [at, stored, here] = barsOf({ from: DAY_FROM, to: DAY_FROM + 3 * 24 * HOUR }, hours, [
      DAY_FROM + 1,
      DAY_FROM + HOUR,
    ]);
    expect([at.length, stored.slice(0, 3), here.slice(0, 3)]).toEqual([72, [8, 5, 0], [1, 1, 0]]);
    const [, unknown] = barsOf({ from: DAY_FROM, to: DAY_FROM + HOUR }, hours, []);
    expect(new Set(unknown)).toEqual(new Set([null]));
    const minutes = [3650 * 24, 24, 6].map((hours) => barOf({ from: 0, to: hours * HOUR }) / 60_000);
    expect(minutes).toEqual([28 * 24 * 60, 60, 5]);
  });

  it('finds the time of a line however Graph spaced it, and in no text of the record', () => {
    const timeOf = lineTimeOf('createdDateTime');
    const at = '2026-11-20T00:00:00.1234567Z';
    for (const member of [`"createdDateTime":"${at}"`, `"createdDateTime": "${at}"`, `"createdDateTime"\t: "${at}"`]) {
      expect(timeOf(`{"id": "a", ${member}, "n": 1}`)).toBe(DAY_FROM + 123);
    }
    const quoting = JSON.stringify({ note: '"createdDateTime":"2020-01-01T00:00:00Z"', createdDateTime: at });
    expect(timeOf(quoting)).toBe(DAY_FROM + 123);
    expect(timeOf('{"id":"a","createdDateTime":null}')).toBeNaN();
  });

  it('has times along it as short as they can be', () => {
    const at = DAY_FROM / 1000;
    expect([
      tickText(at, at + 3600),
      tickText(at + 3600, at + 7200),
      tickText(at + 61, at + 62),
      tickText(at, at + 31 * 86_400),
    ]).toEqual(['2026-11-20', '01:00', '00:01:01', '2026-11']);
  });
});

describe('what follows from a record', () => {
  const logTypes = [...LOG_TYPES.keys()];
  it('is a search that the archive takes, in every log type that knows it', () => {
    const line = JSON.stringify({
      userId: "o'hara",
      appId: 'app',
      servicePrincipalId: '',
      ipAddress: '::1',
      correlationId: 'c',
      sessionId: 's',
    });
    const followed = followedOf(line, logTypes);
    expect(followed.map(({ name, value }) => [name, value])).toEqual([
      ['user', "o'hara"],
      ['application', 'app'],
      ['IP address', '::1'],
      ['correlation id', 'c'],
      ['session', 's'],
    ]);
    for (const { searches } of followed)
      for (const { filter } of searches) expect(() => parseFilter(filter)).not.toThrow();
    const [user] = followed;
    expect(user?.searches.find(({ log }) => log === 'directoryAudits')?.filter).toBe(
      "initiatedBy/user/id eq 'o''hara' or targetResources/any(t: t/id eq 'o''hara')",
    );
  });
});

describe('the difference of two versions', () => {
  it('is the lines that differ, with what stands round them', () => {
    const older = '{"a":1,"b":2.0,"c":3,"d":4,"e":5,"f":6,"g":7,"h":8}';
    const newer = '{"a":1,"b":2.00,"c":3,"d":4,"e":5,"f":6,"g":7,"h":8,"i":9}';
    const stretches = stretchesOf(changesOf(older, newer));
    expect(stretches.flatMap(({ changes }) => changes.filter(({ kind }) => kind !== 'same'))).toEqual([
      { kind: 'removed', text: '  "b": 2.0,' },
      { kind: 'added', text: '  "b": 2.00,' },
      { kind: 'added', text: '  "i": 9' },
    ]);
    expect(stretches.map(({ skipped }) => skipped)).toEqual([0]);
  });

  it('leaves out what is the same, and says how much', () => {
    const list = (last: number) => JSON.stringify([...Array.from({ length: 40 }, (_, n) => n), last]);
    expect(stretchesOf(changesOf(list(1), list(2)))).toMatchObject([{ skipped: 38 }]);
    expect(stretchesOf(changesOf('{"a":1}', '{ "a" : 1 }'))).toEqual([{ skipped: 3, changes: [] }]);
  });
});

describe('moving in the table', () => {
  it.each([
    ['ArrowDown', { row: 1, column: 0 }],
    ['ArrowUp', { row: 0, column: 0 }],
    ['ArrowRight', { row: 0, column: 1 }],
    ['PageDown', { row: 4, column: 0 }],
    ['End', { row: 4, column: 0 }],
    ['x', undefined],
  ])('%s', (key, next) => {
    expect(moved({ row: 0, column: 0 }, key, { rows: 5, columns: 2 })).toEqual(next);
  });
});

describe('the query as a command', () => {
  it('is quoted for a shell', () => {
    expect(
      curlOf('https://a.example', 'logs/x', { from: '2026', filter: "a eq 'b'", limit: undefined }, true, 'case “7”'),
    ).toBe(
      [
        "curl -sS --compressed -G 'https://a.example/api/logs/x'",
        '-H "Authorization: Bearer $TOKEN"',
        "-H 'X-Purpose: case%20%E2%80%9C7%E2%80%9D'",
        "--data-urlencode 'from=2026'",
        "--data-urlencode 'filter=a eq '\\''b'\\'''",
      ].join(' \\\n  '),
    );
  });
});
