import { describe, expect, it } from 'vitest';
import { coverageTable, isMissing } from '../../../dev/coverage/table.ts';
import type { CoverageAnswer } from '../../../shared/coverage.ts';

const ANSWER: CoverageAnswer = {
  logType: 'directoryAudits',
  from: '2026-11-01T00:00:00.0000000Z',
  to: '2026-11-03T00:00:00.0000000Z',
  entries: 12,
  schedule: { sweepAges: ['PT2H'], sourceRetentionDays: 30 },
  claims: 'everything',
  state: 'gap',
  coveredTo: '2026-11-02T00:00:00.0000000Z',
  spans: [
    {
      from: '2026-11-01T00:00:00Z',
      to: '2026-11-02T00:00:00Z',
      state: 'settled',
      firstRead: { oldest: '2026-11-02T00:15:00Z', newest: '2026-11-02T00:15:00Z' },
      lastRead: { oldest: '2026-11-26T06:00:00Z', newest: '2026-11-26T07:00:00Z' },
      rereads: { fewest: 5, most: 5 },
      records: 1234,
      late: { new: 3, changed: 1 },
      vanished: 0,
    },
    {
      from: '2026-11-02T00:00:00Z',
      to: '2026-11-03T00:00:00Z',
      state: 'gap',
      cause: 'no entry of the ledger reads it',
      recoverableUntil: '2026-12-02T00:00:00Z',
    },
  ],
  gaps: [
    {
      from: '2026-11-02T00:00:00Z',
      to: '2026-11-03T00:00:00Z',
      state: 'gap',
      cause: 'no entry of the ledger reads it',
      recoverableUntil: '2026-12-02T00:00:00Z',
      recoverable: 'yes',
    },
  ],
  lateness: [],
  nextSweep: null,
  means: 'Complete means what was shown.',
};

describe('the table of coverage', () => {
  it('has a heading for each log type and a row for each span', () => {
    expect(coverageTable([ANSWER])).toEqual([
      'directoryAudits: gap, covered to 2026-11-02 00:00:00, 1 gap',
      '  from                 to                   state    records  last read            late found        deadline             cause',
      '  2026-11-01 00:00:00  2026-11-02 00:00:00  settled  1,234    2026-11-26 06:00:00  3 new, 1 changed',
      '  2026-11-02 00:00:00  2026-11-03 00:00:00  gap                                                      2026-12-02 00:00:00  no entry of the ledger reads it',
      '',
      'Complete means what was shown.',
    ]);
  });

  it('says of a log type that cannot be told why', () => {
    expect(coverageTable([{ logType: 'provisioning', problem: 'entry 3 is missing' }])).toEqual([
      'provisioning: cannot be told. entry 3 is missing',
    ]);
  });
});

describe('something is missing', () => {
  const only = (...states: ('settled' | 'gap' | 'unavailable' | 'pending' | 'provisional' | 'closed')[]) => ({
    ...ANSWER,
    spans: states.map((state) => ({ from: '', to: '', state })),
  });
  it.each([
    [false, only('settled', 'closed', 'provisional', 'pending')],
    [false, only()],
    [true, only('settled', 'gap')],
    [true, only('unavailable')],
    [true, { logType: 'provisioning', problem: 'entry 3 is missing' }],
  ])('is %s', (missing, answer) => {
    expect(isMissing(answer)).toBe(missing);
  });
});
