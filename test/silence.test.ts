/** When a log type that brings nothing is silent, and when it is only quiet. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HOUR } from '../shared/archive/hours.ts';
import type { Piece } from '../shared/archive/pieces.ts';
import { isSilent, volumeOf } from '../shared/silence.ts';

const START = Date.parse('2026-11-01T00:00:00Z') / 1000;

function piece(hour: number, records: number, minutes: readonly [number, number] = [0, 60]): Piece {
  const at = START + hour * HOUR;
  const [from, to] = [at + minutes[0] * 60, at + minutes[1] * 60];
  return { from, to, firstAt: at + 2 * HOUR, records, failedAt: 0, rereads: [] };
}

/** Hours as a picture: `x` with records, `.` without, a blank not read. */
const pieces = (picture: string): Piece[] =>
  [...picture].flatMap((mark, hour) => (mark === ' ' ? [] : [piece(hour, mark === 'x' ? 5 : 0)]));

const WEEK = 168;

describe('the volume of a log type', () => {
  it.each([
    { picture: '', since: null, before: null },
    { picture: '....', since: null, before: null },
    { picture: 'x', since: 0, before: 0 },
    { picture: 'xxx', since: 0, before: 0 },
    { picture: 'x..', since: 2, before: 0 },
    { picture: '..x.x....', since: 4, before: 2 },
    { picture: 'x...x.x', since: 0, before: 3 },
    { picture: 'x  .  .', since: 2, before: 0 },
    { picture: 'x.  .x.', since: 1, before: 2 },
  ])('of $picture: $since hours since the last record, $before the longest before', ({ picture, since, before }) => {
    expect(volumeOf(pieces(picture))).toMatchObject({ hoursSinceLastRecord: since, longestQuietBefore: before });
  });

  it('counts an hour that was read in parts once, and what a re-read found in it', () => {
    const found = { seq: 9, at: 0, new: 1, changed: 0, vanished: 0 };
    const late = { ...piece(1, 0), rereads: [found] };
    const parts = [piece(2, 0, [0, 20]), piece(2, 0, [20, 60])];
    expect(volumeOf([piece(0, 3), late, ...parts])).toMatchObject({ hoursSinceLastRecord: 1 });
  });

  it('counts an hour that is not read to its end only when it holds a record', () => {
    expect(volumeOf([piece(0, 1), piece(1, 0), piece(2, 0, [0, 5])])).toMatchObject({ hoursSinceLastRecord: 1 });
    expect(volumeOf([piece(0, 1), piece(1, 0), piece(2, 1, [0, 5])])).toMatchObject({ hoursSinceLastRecord: 0 });
  });

  it('looks back over four weeks from the last record', () => {
    const old = `x${'.'.repeat(100)}`;
    expect(volumeOf(pieces(`${old}${'x'.repeat(700)}...`))).toMatchObject({
      longestQuietBefore: 0,
      historyHours: 672,
      hoursSinceLastRecord: 3,
    });
  });
});

describe('a log type', () => {
  const busy = 'x'.repeat(WEEK);
  const office = `${'x'.repeat(10)}${'.'.repeat(14)}`.repeat(8);
  const weekend = `${office}${'.'.repeat(48)}${'x'.repeat(10)}`;

  it.each([
    { what: 'that always brings records, after two hours', picture: `${busy}..`, silent: false },
    { what: 'that always brings records, after three hours', picture: `${busy}...`, silent: true },
    { what: 'of office hours, at night', picture: `${office}`, silent: false },
    { what: 'of office hours, after twice its night', picture: `${office}${'.'.repeat(14)}`, silent: false },
    { what: 'of office hours, an hour later', picture: `${office}${'.'.repeat(15)}`, silent: true },
    { what: 'that knows a weekend, after the next', picture: `${weekend}${'.'.repeat(62)}`, silent: false },
    { what: 'that never brought one', picture: '.'.repeat(1300), silent: false },
    { what: 'of less than a week', picture: `${'x'.repeat(WEEK - 1)}${'.'.repeat(90)}`, silent: false },
    { what: 'that was not read', picture: `${busy}${' '.repeat(90)}`, silent: false },
    { what: 'that has brought nothing for three weeks', picture: `${busy}${'.'.repeat(504)}`, silent: true },
    { what: 'with one record a month ago', picture: `x${'.'.repeat(700)}`, silent: false },
  ])('$what, is silent: $silent', ({ picture, silent }) => {
    expect(isSilent(volumeOf(pieces(picture)))).toBe(silent);
  });
});

describe('for any history', () => {
  const picture = fc.string({ unit: fc.constantFrom('x', '.', '.', ' '), maxLength: 1400 });

  it('the figures are those that counting gives', () => {
    fc.assert(
      fc.property(picture, (text) => {
        const volume = volumeOf(pieces(text));
        const read = text.replaceAll(' ', '');
        const last = read.lastIndexOf('x');
        expect(volume.hoursSinceLastRecord).toBe(last < 0 ? null : read.length - 1 - last);
        const before = text.slice(Math.max(0, text.lastIndexOf('x') - 671), text.lastIndexOf('x') + 1);
        const runs = before.replaceAll(' ', '').split('x');
        expect(volume.longestQuietBefore).toBe(last < 0 ? null : Math.max(...runs.map(({ length }) => length)));
      }),
    );
  });

  it('a record ends the silence, and an hour more of nothing never does', () => {
    fc.assert(
      fc.property(picture, (text) => {
        expect(isSilent(volumeOf(pieces(`${text}x`)))).toBe(false);
        if (isSilent(volumeOf(pieces(text)))) expect(isSilent(volumeOf(pieces(`${text}.`)))).toBe(true);
      }),
    );
  });
});
