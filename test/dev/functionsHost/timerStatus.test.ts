/**
 * The status of a timer: what a start makes of it, and how it is stored.
 */

import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseSchedule } from '../../../dev/functionsHost/ncrontab.ts';
import { fromWire, statusAtStart, type TimerStatus, toWire } from '../../../dev/functionsHost/timerStatus.ts';
import { createTimerStore } from '../../../dev/functionsHost/timerStore.ts';

const NOW = Date.parse('2026-11-21T08:01:00Z');
const at = (time: string) => Date.parse(`2026-11-21T${time}Z`);
const FIVE = parseSchedule('0 */5 * * * *');

describe('statusAtStart', () => {
  const status = (last: string | undefined, next: string, updated: string): TimerStatus => ({
    last: last === undefined ? undefined : at(last),
    next: at(next),
    lastUpdated: at(updated),
  });
  it.each<[what: string, stored: TimerStatus | undefined, expected: TimerStatus, changed: boolean, pastDue: boolean]>([
    ['makes one where none is stored', undefined, status(undefined, '08:05:00', '08:01:00'), true, false],
    [
      'keeps one that is not due',
      status('08:00:00', '08:05:00', '08:00:00'),
      status('08:00:00', '08:05:00', '08:00:00'),
      false,
      false,
    ],
    [
      'keeps one that never ran and is not due',
      status(undefined, '08:05:00', '08:00:30'),
      status(undefined, '08:05:00', '08:00:30'),
      false,
      false,
    ],
    [
      'calls a missed occurrence past due',
      status('07:30:02', '07:35:00', '07:30:02'),
      status('07:30:02', '07:35:00', '07:30:02'),
      false,
      true,
    ],
    [
      'calls an occurrence past due that was missed before the first run',
      status(undefined, '07:35:00', '07:31:00'),
      status(undefined, '07:35:00', '07:31:00'),
      false,
      true,
    ],
    [
      'forgets the last run when the schedule has changed, and is not past due',
      status('07:30:02', '08:30:00', '07:30:02'),
      status(undefined, '08:05:00', '07:30:02'),
      true,
      false,
    ],
    [
      'takes the expected occurrence of a changed schedule when it is still to come',
      status('08:00:10', '09:00:00', '08:00:10'),
      status(undefined, '08:05:00', '08:00:10'),
      true,
      false,
    ],
    [
      'drops a status from the future',
      status('09:00:00', '09:05:00', '09:00:00'),
      status(undefined, '08:05:00', '08:01:00'),
      true,
      false,
    ],
  ])('%s', (_what, stored, expected, changed, pastDue) => {
    expect(statusAtStart(stored, FIVE, NOW)).toEqual({ status: expected, changed, pastDue });
  });
});

it('takes an occurrence that is due this very moment when the schedule has changed', () => {
  const stored = { last: at('08:00:10'), next: at('09:00:00'), lastUpdated: at('08:00:10') };
  expect(statusAtStart(stored, FIVE, at('08:05:00'))).toMatchObject({
    status: { next: at('08:05:00') },
    pastDue: false,
  });
});

describe('the stored form of a status', () => {
  it.each<[TimerStatus, Record<string, string>]>([
    [
      { last: undefined, next: at('08:05:00'), lastUpdated: at('08:01:00.250') },
      {
        Last: '0001-01-01T00:00:00',
        Next: '2026-11-21T08:05:00+00:00',
        LastUpdated: '2026-11-21T08:01:00.250+00:00',
      },
    ],
    [
      { last: at('08:00:00'), next: Number.POSITIVE_INFINITY, lastUpdated: at('08:00:00') },
      {
        Last: '2026-11-21T08:00:00+00:00',
        Next: '9999-12-31T23:59:59.9999999',
        LastUpdated: '2026-11-21T08:00:00+00:00',
      },
    ],
  ])("of %j is .NET's and reads back", (status, wire) => {
    expect(toWire(status)).toEqual(wire);
    expect(fromWire(wire)).toEqual(status);
  });

  it('is refused when a time is missing', () => {
    expect(fromWire({ Last: '0001-01-01T00:00:00', Next: '2026-11-21T08:05:00+00:00' })).toBeUndefined();
  });
});

it('is stored by several hosts on one directory at once, and leaves nothing else there', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'entra-log-archive-'));
  const status: TimerStatus = { last: undefined, next: at('08:05:00'), lastUpdated: NOW };
  const stores = Array.from({ length: 8 }, () => createTimerStore(directory));
  await Promise.all(stores.map((store) => store.write('pull-reports', status)));
  expect(await createTimerStore(directory).read('pull-reports')).toEqual(status);
  expect(readdirSync(directory)).toEqual(['pull-reports.json']);
  rmSync(directory, { recursive: true });
});
