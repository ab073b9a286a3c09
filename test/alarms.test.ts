/** Which facts raise which alarm, how urgent it is, and that it says what to do. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AlarmLevel, type AlarmName, alarmsOf, countdownOf, type Facts, type OpenGap } from '../shared/alarms.ts';
import { DAY, HOUR } from '../shared/archive/hours.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z') / 1000;
const LOUD = { hoursSinceLastRecord: 0, longestQuietBefore: 0, historyHours: 672 };

/** All is well: the source keeps 30 days, and the log type has been read for months. */
const WELL: Facts = {
  logType: { name: 'directoryAudits', permission: 'AuditLog.Read.All', source: 'graph' },
  now: NOW,
  state: 'healthy',
  sourceDays: 30,
  startedAt: NOW - 100 * DAY,
  watermark: NOW - HOUR,
  oldestGap: undefined,
  unavailable: undefined,
  damaged: [],
  driftAt: undefined,
  lacksPolicies: false,
  successAt: NOW - HOUR,
  volume: LOUD,
  proof: { signedAt: NOW - HOUR, error: undefined, contradiction: undefined, audit: undefined },
  expiry: undefined,
};

/** A second of so many days ago is missing, of a source that keeps 30. */
const gapOf = (days: number, more: Partial<OpenGap> = {}): OpenGap => ({
  from: NOW - days * DAY,
  to: NOW - days * DAY + 1,
  cause: 'Graph does not show it: broken JSON',
  recoverableUntil: NOW + (30 - days) * DAY,
  unavailable: false,
  ...more,
});

const late = (days: number): Partial<Facts> => ({
  watermark: NOW - days * DAY,
  oldestGap: gapOf(days, { cause: 'not read yet: the pull is behind' }),
});
const proof = (more: Partial<Facts['proof']>): Partial<Facts> => ({ proof: { ...WELL.proof, ...more } });
/** Nothing was signed for so many seconds, or ever. */
const unsigned = (seconds: number | undefined, error?: string): Partial<Facts> =>
  proof({ signedAt: seconds === undefined ? undefined : NOW - seconds, error });
const young: Partial<Facts> = { startedAt: NOW - 3 * DAY + 1 };

const CASES: readonly {
  case: string;
  facts: Partial<Facts>;
  raises: readonly (readonly [AlarmName, AlarmLevel])[];
  says?: RegExp;
}[] = [
  { case: 'all is well', facts: {}, raises: [] },
  {
    case: 'deletion has nothing to do',
    facts: { expiry: { refused: 0, cause: undefined, error: undefined } },
    raises: [],
  },
  {
    case: 'the store refuses to delete',
    facts: { expiry: { refused: 3, cause: 'HTTP 409 BlobImmutableDueToPolicy', error: undefined } },
    raises: [['expire', 'warning']],
    says: /3 segments .* refuses to delete them: HTTP 409 BlobImmutableDueToPolicy/,
  },
  {
    case: 'deletion fails',
    facts: { expiry: { refused: 0, cause: undefined, error: 'Cannot list blobs: no answer. Run it again.' } },
    raises: [['expire', 'warning']],
    says: /did not get to its end: Cannot list blobs/,
  },
  { case: 'two hours less a second without a checkpoint', facts: unsigned(2 * HOUR - 1), raises: [] },
  {
    case: 'two hours without a checkpoint',
    facts: unsigned(2 * HOUR, 'the vault did not answer'),
    raises: [['checkpoint', 'warning']],
    says: /No checkpoint since 2026-11-21T10:00:00Z: the vault did not answer\. .*SIGNING_KEY.*Key Vault Crypto User/,
  },
  {
    case: 'a day without a checkpoint',
    facts: unsigned(DAY),
    raises: [['checkpoint', 'critical']],
    says: /see whether the timer runs/,
  },
  {
    case: 'no checkpoint ever, of a ledger that began two hours ago',
    facts: { ...unsigned(undefined), startedAt: NOW - 2 * HOUR },
    raises: [['checkpoint', 'warning']],
  },
  {
    case: 'no checkpoint of a ledger that has not begun',
    facts: { ...unsigned(undefined), startedAt: undefined },
    raises: [],
  },
  {
    case: 'a ledger that is not what was signed',
    facts: proof({
      contradiction: 'entry 3 of x does not continue entry 2',
      audit: { mismatches: 1, mismatched: ['a/b'], index: 'same' },
    }),
    raises: [['integrity', 'critical']],
    says: /entry 3 of x does not continue entry 2\. Change nothing/,
  },
  {
    case: 'three segments that are not what the ledger says',
    facts: proof({ audit: { mismatches: 3, mismatched: ['archive-1d/first', 'b', 'c'], index: 'differs' } }),
    raises: [['integrity', 'critical']],
    says: /The segment archive-1d\/first and 2 more is missing or has another SHA-256/,
  },
  {
    case: 'an index that differs',
    facts: proof({ audit: { mismatches: 0, mismatched: [], index: 'differs' } }),
    raises: [['integrity', 'critical']],
    says: /Delete the rows of the log type/,
  },
  {
    case: 'an audit that found all well',
    facts: proof({ audit: { mismatches: 0, mismatched: [], index: 'same' } }),
    raises: [],
  },
  {
    case: 'a quarter of what the source keeps less a second behind',
    facts: { watermark: NOW - 7.5 * DAY + 1 },
    raises: [],
  },
  {
    case: 'a quarter of what the source keeps behind',
    facts: { watermark: NOW - 7.5 * DAY },
    raises: [['lag', 'warning']],
    says: /Nothing after 2026-11-14T00:00:00Z has been read, and the source keeps 30 days\. .* timers run/,
  },
  { case: 'half of it less a second behind', facts: { watermark: NOW - 15 * DAY + 1 }, raises: [['lag', 'warning']] },
  { case: 'half of it behind', facts: { watermark: NOW - 15 * DAY }, raises: [['lag', 'critical']] },
  {
    case: 'behind a source of 7 days by two',
    facts: { sourceDays: 7, watermark: NOW - 2 * DAY },
    raises: [['lag', 'warning']],
  },
  { case: 'behind by half in the first three days', facts: { ...late(20), ...young }, raises: [] },
  {
    case: 'behind by half after three days',
    facts: { ...late(20), startedAt: NOW - 3 * DAY },
    raises: [
      ['gap', 'critical'],
      ['lag', 'critical'],
    ],
  },
  { case: 'never read in three days', facts: { watermark: undefined, ...young }, raises: [] },
  {
    case: 'never read in eight days',
    facts: { watermark: undefined, startedAt: NOW - 8 * DAY },
    raises: [['lag', 'warning']],
    says: /^Nothing has been read/,
  },
  {
    case: 'before the first run',
    facts: { watermark: undefined, startedAt: undefined, successAt: undefined },
    raises: [],
  },
  {
    case: 'an unreadable second of yesterday',
    facts: { oldestGap: gapOf(1) },
    raises: [['gap', 'warning']],
    says: /2026-11-20T12:00:00Z to 2026-11-20T12:00:01Z is missing: Graph does not show it: broken JSON\. The source forgets it from 2026-12-20T12:00:00Z on/,
  },
  { case: 'one whose time is half gone', facts: { oldestGap: gapOf(15) }, raises: [['gap', 'warning']] },
  { case: 'one whose time is more than half gone', facts: { oldestGap: gapOf(15.01) }, raises: [['gap', 'critical']] },
  { case: 'one during the first walk', facts: { oldestGap: gapOf(1), ...young }, raises: [['gap', 'warning']] },
  {
    case: 'one of a source without limit',
    facts: { sourceDays: undefined, oldestGap: gapOf(400, { recoverableUntil: undefined }) },
    raises: [['gap', 'warning']],
    says: /The source keeps it\./,
  },
  { case: 'a few hours late', facts: late(0.2), raises: [['gap', 'warning']], says: /the pull is behind/ },
  {
    case: 'forbidden',
    facts: { state: 'forbidden' },
    raises: [['unavailable', 'warning']],
    says: /AuditLog\.Read\.All with admin consent/,
  },
  { case: 'unlicensed', facts: { state: 'unlicensed' }, raises: [['unavailable', 'warning']], says: /licence/ },
  {
    case: 'forbidden by the ledger while Graph is down',
    facts: { state: 'failing', unavailable: 'forbidden' },
    raises: [['unavailable', 'warning']],
    says: /forbidden/,
  },
  {
    case: 'forbidden for half of what the source keeps',
    facts: { state: 'forbidden', watermark: NOW - 16 * DAY, oldestGap: gapOf(16, { unavailable: true }) },
    raises: [
      ['unavailable', 'critical'],
      ['lag', 'critical'],
    ],
  },
  {
    case: 'absent for longer than the source keeps',
    facts: { state: 'absent', watermark: undefined, startedAt: NOW - 50 * DAY },
    raises: [['unavailable', 'warning']],
    says: /take directoryAudits out of LOG_TYPES/,
  },
  {
    case: 'a segment that is damaged',
    facts: { damaged: ['archive-2555d/one'] },
    raises: [['integrity', 'critical']],
    says: /^archive-2555d\/one cannot be what the ledger says: missing, or changed\. .* restore it from a copy/s,
  },
  {
    case: 'three of them, while the source is behind',
    facts: { damaged: ['archive-2555d/one', 'two', 'three'], watermark: NOW - 7.5 * DAY },
    raises: [
      ['integrity', 'critical'],
      ['lag', 'warning'],
    ],
    says: /^archive-2555d\/one and 2 more cannot be/,
  },
  {
    case: 'sign-ins without their policies',
    facts: { lacksPolicies: true },
    raises: [['policies', 'warning']],
    says: /Policy\.Read\.ConditionalAccess/,
  },
  { case: 'a drift of today', facts: { driftAt: NOW - DAY + 1 }, raises: [['schemaDrift', 'warning']], says: /anew/ },
  { case: 'a drift of yesterday', facts: { driftAt: NOW - DAY }, raises: [] },
  {
    case: 'silence',
    facts: { volume: { ...LOUD, hoursSinceLastRecord: 5, longestQuietBefore: 2 } },
    raises: [['silence', 'warning']],
    says: /^5 hours without a record; the longest before were 2\./,
  },
  { case: 'quiet', facts: { volume: { ...LOUD, hoursSinceLastRecord: 4, longestQuietBefore: 2 } }, raises: [] },
  {
    case: 'torn',
    facts: { state: 'torn', watermark: undefined, startedAt: undefined },
    raises: [['torn', 'critical']],
  },
  {
    case: 'without its container',
    facts: { state: 'misconfigured' },
    raises: [['misconfigured', 'critical']],
    says: /Deploy the missing container/,
  },
  { case: 'throttled now', facts: { state: 'throttled' }, raises: [] },
  {
    case: 'throttled for two hours',
    facts: { state: 'throttled', successAt: NOW - 2 * HOUR },
    raises: [['throttled', 'warning']],
    says: /shares this registration/,
  },
  {
    case: 'throttled from the start',
    facts: { state: 'throttled', watermark: undefined, successAt: undefined, startedAt: NOW - 3 * HOUR },
    raises: [['throttled', 'warning']],
  },
  { case: 'failing', facts: { state: 'failing' }, raises: [] },
  {
    case: 'several at once: the critical first',
    facts: { lacksPolicies: true, oldestGap: gapOf(3), watermark: NOW - 16 * DAY },
    raises: [
      ['lag', 'critical'],
      ['gap', 'warning'],
      ['policies', 'warning'],
    ],
  },
];

describe('the alarms of a log type', () => {
  it.each(CASES)('$case', ({ facts, raises, says = /./ }) => {
    const alarms = alarmsOf({ ...WELL, ...facts });
    expect(alarms.map(({ name, level }) => [name, level])).toEqual(raises);
    if (raises.length > 0) expect(alarms[0]?.text).toMatch(says);
  });

  it('say what to do, in whole sentences', () => {
    for (const { facts } of CASES) {
      for (const { text } of alarmsOf({ ...WELL, ...facts })) {
        expect(text).toMatch(/^[A-Z0-9a-z].*\.$/);
        expect(text).not.toMatch(/\.\.|undefined|NaN|null/);
      }
    }
  });
});

describe('for any lag', () => {
  const lags = fc.integer({ min: 1, max: 120 * DAY });
  const kept = fc.integer({ min: 1, max: 90 });
  const RANK = { none: 0, warning: 1, critical: 2 };
  const rank = (facts: Partial<Facts>, name: AlarmName) =>
    RANK[alarmsOf({ ...WELL, ...facts }).find((alarm) => alarm.name === name)?.level ?? 'none'];

  it('the level is that of the share of what the source keeps, and never falls as it grows', () => {
    fc.assert(
      fc.property(lags, lags, kept, (a, b, sourceDays) => {
        const [less, more] = [Math.min(a, b), Math.max(a, b)];
        const level = (lag: number) => rank({ sourceDays, watermark: NOW - lag }, 'lag');
        expect(level(less)).toBeLessThanOrEqual(level(more));
        const share = more / (sourceDays * DAY);
        if (share > 0.5001) expect(level(more)).toBe(2);
        if (share < 0.2499) expect(level(more)).toBe(0);
        expect(rank({ sourceDays, watermark: NOW - more, ...young }, 'lag')).toBe(0);
      }),
    );
  });

  it('an open gap is always an alarm, and its countdown is what is left of what the source keeps', () => {
    fc.assert(
      fc.property(kept, fc.double({ min: 0, max: 1, noNaN: true }), (sourceDays, share) => {
        const from = NOW - Math.floor(share * sourceDays * DAY);
        const gap = gapOf(1, { from, to: from + 1, recoverableUntil: from + sourceDays * DAY });
        expect(countdownOf(gap, NOW)).toBe(Math.max(0, from + sourceDays * DAY - NOW));
        const level = rank({ sourceDays, watermark: NOW, oldestGap: gap }, 'gap');
        expect(level).toBeGreaterThan(0);
        if (Math.abs(share - 0.5) > 0.001) expect(level).toBe(share > 0.5 ? 2 : 1);
      }),
    );
  });
});
