import { describe, expect, it } from 'vitest';
import { tableLines, wordsOf } from '../../../dev/start/table.ts';
import { shortcomings } from '../../../dev/start/verdict.ts';
import { logTypeStatus } from './statuses.ts';

const FROM = '2026-11-18T08:00:00Z';
const WATERMARK = '2026-11-21T07:45:00Z';
const TARGET = Date.parse(WATERMARK);
const EQUAL = { missing: 0, extra: 0, doubled: 0, passing: 0 };
const signIns = logTypeStatus('interactiveSignIns', {
  from: FROM,
  watermark: WATERMARK,
  entries: 12,
  records: 34_567,
  bytes: 2_500_000,
  rawBytes: 50_000_000,
});

describe('the verdict', () => {
  it('is silent when every log type is up to the target and equal', () => {
    expect(shortcomings([signIns], new Map([['interactiveSignIns', EQUAL]]), TARGET)).toEqual([]);
  });

  it('is silent about extra lines that cannot be judged, and about lines shown in passing', () => {
    expect(
      shortcomings([signIns], new Map([['interactiveSignIns', { ...EQUAL, extra: undefined, passing: 2 }]]), TARGET),
    ).toEqual([]);
  });

  it.each([
    ['missing', { ...EQUAL, missing: 3 }, '3 missing'],
    ['extra', { ...EQUAL, extra: 1 }, '1 extra'],
    ['doubled', { ...EQUAL, extra: undefined, doubled: 2 }, '2 doubled (extra not judged)'],
  ])('has one line for what is %s', (_, comparison, words) => {
    expect(shortcomings([signIns], new Map([['interactiveSignIns', comparison]]), TARGET)).toEqual([
      `interactiveSignIns: ${words}, from ${FROM} to ${WATERMARK}.`,
    ]);
  });

  it('has one line for a log type that did not get there, with the cause', () => {
    const late = { ...signIns, watermark: '2026-11-20T00:00:00Z', state: 'throttled' as const };
    const never = logTypeStatus('riskyUsers', {
      state: 'forbidden',
      lastError: { time: FROM, message: 'collecting riskyUsers failed' },
    });
    expect(shortcomings([late, never], undefined, TARGET)).toEqual([
      'interactiveSignIns: stands at 2026-11-20T00:00:00Z and did not reach 2026-11-21T07:45:00.000Z; throttled',
      'riskyUsers: was never read and did not reach 2026-11-21T07:45:00.000Z; forbidden: collecting riskyUsers failed',
    ]);
  });
});

describe('the words for a comparison', () => {
  it.each([
    [EQUAL, 'equal'],
    [{ ...EQUAL, extra: undefined }, 'equal (extra not judged)'],
    [{ missing: 1200, extra: 1, doubled: 2, passing: 0 }, '1,200 missing, 1 extra, 2 doubled'],
    [{ ...EQUAL, passing: 3 }, 'equal (3 shown in passing only)'],
    [{ ...EQUAL, extra: undefined, passing: 1 }, 'equal (extra not judged, 1 shown in passing only)'],
    [undefined, 'not compared'],
  ])('of %j are %s', (comparison, words) => {
    expect(wordsOf(comparison)).toBe(words);
  });
});

describe('the table', () => {
  const users = logTypeStatus('riskyUsers', { from: '1970-01-01T00:00:00Z', watermark: WATERMARK, entries: 1 });

  it('has a row for each log type and their sum', () => {
    expect(tableLines([signIns, users], undefined)).toEqual([
      'log type            state    from              watermark         entries  records  stored MB  ratio',
      'interactiveSignIns  healthy  2026-11-18 08:00  2026-11-21 07:45       12   34,567       2.50  20.0x',
      'riskyUsers          healthy  no bound          2026-11-21 07:45        1        0       0.00      -',
      'all                                                                   13   34,567       2.50  20.0x',
    ]);
  });

  it('has a column for the comparison where there is one', () => {
    const lines = tableLines([signIns, users], new Map([['interactiveSignIns', { ...EQUAL, missing: 4 }]]));
    expect(lines.map((line) => line.slice(99).trim())).toEqual(['against the source', '4 missing', 'not compared', '']);
  });
});
