/** What a question is asked with, and what its picture is drawn with. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LOG_TYPES } from '../../shared/logTypes.ts';
import { sharesOf } from '../../web/views/questions/covered.ts';
import { filterOf, isAsked, readQuestion } from '../../web/views/questions/place.ts';
import { linesUpTo, ticksOf } from '../../web/views/questions/scale.ts';
import { DAY, HOUR, startOfStep, stepOf, stepsOf, WEEK } from '../../web/views/questions/steps.ts';

const KEPT = [...LOG_TYPES.keys()];
/** A Monday. */
const FROM = Date.parse('2026-11-16T00:00:00Z');

describe('the place of a question', () => {
  const now = Date.parse('2026-11-25T10:17:30Z');
  it('begins where whole days or weeks begin, and takes a log type that the archive keeps', () => {
    expect(readQuestion({}, KEPT, now)).toMatchObject({ question: { name: 'sign-ins' }, from: '2026-11-18T00:00:00Z' });
    const weeks = readQuestion({ question: 'weekly-users', log: 'directoryAudits' }, ['nonInteractiveSignIns'], now);
    expect(weeks).toMatchObject({ log: 'nonInteractiveSignIns', from: '2026-10-26T00:00:00Z' });
    expect(readQuestion({ question: 'consents' }, ['provisioning'], now).log).toBeUndefined();
  });

  it('asks for whom it is about where it has to, and only where the records know it', () => {
    const pattern = readQuestion({ question: 'pattern', user: ' Anna@Contoso.example ' }, KEPT, now);
    expect([isAsked(pattern), isAsked(readQuestion({ question: 'pattern' }, KEPT, now))]).toEqual([true, false]);
    expect(filterOf(pattern)).toBe("userPrincipalName eq 'anna@contoso.example'");
    const ofApps = readQuestion({ question: 'applications', log: 'servicePrincipalSignIns', user: 'anna' }, KEPT, now);
    expect([ofApps.subject, filterOf(ofApps)]).toEqual([undefined, '']);
  });
});

describe('stretches of time', () => {
  it('cover a range without a hole, begin on Mondays, and are no more than a table', () => {
    const span = fc.tuple(fc.integer({ min: 0, max: 3e12 }), fc.integer({ min: 1, max: 4e11 }));
    fc.assert(
      fc.property(span, ([from, length]) => {
        const range = { from, to: from + length };
        const step = stepOf(range, 100);
        const begins = stepsOf(range, step);
        expect(begins.length).toBeLessThanOrEqual(101);
        expect(begins[0]).toBe(startOfStep(from, step));
        expect(begins.every((begin, n) => n === 0 || begin - (begins[n - 1] ?? 0) === step)).toBe(true);
        expect((begins.at(-1) ?? 0) + step).toBeGreaterThanOrEqual(range.to);
      }),
    );
    expect(new Date(startOfStep(Date.parse('2026-11-22T23:59:59Z'), WEEK)).toISOString()).toBe(
      '2026-11-16T00:00:00.000Z',
    );
  });

  it('have lines and times along them that one can read', () => {
    expect([0, 1, 7, 30, 1234].map(linesUpTo)).toEqual([
      [0, 1],
      [0, 1],
      [0, 2, 4, 6, 8],
      [0, 10, 20, 30],
      [0, 200, 400, 600, 800, 1000, 1200, 1400],
    ]);
    expect(ticksOf({ from: FROM + HOUR, to: FROM + 2 * DAY }).map(({ text }) => text)).toEqual([
      '06:00',
      '12:00',
      '18:00',
      '2026-11-17',
      '06:00',
      '12:00',
      '18:00',
    ]);
  });
});

describe('how much of a range was read', () => {
  it('is told by state, within the range', () => {
    const span = (from: number, to: number, state: 'settled' | 'gap' | 'pending') => ({
      from: new Date(FROM + from * HOUR).toISOString(),
      to: new Date(FROM + to * HOUR).toISOString(),
      state,
    });
    const spans = [span(-5, 3, 'settled'), span(3, 5, 'gap'), span(5, 6, 'settled'), span(6, 30, 'pending')];
    expect(sharesOf(spans, { from: FROM, to: FROM + DAY })).toEqual({
      read: 4 * HOUR,
      lacking: [
        { state: 'gap', milliseconds: 2 * HOUR },
        { state: 'pending', milliseconds: 18 * HOUR },
      ],
    });
  });
});
