import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { continueLife, readLife, writeLife } from '../../../dev/start/life.ts';

const REAL = Date.parse('2026-11-21T08:00:00Z');
const HOUR = 3_600_000;

/** What `simulatedClock` of shared/clock.ts shows at a real instant. */
const shownAt = (time: { origin: number; speed: number }, real: number) =>
  time.origin + (real - time.origin) * time.speed;

describe('the life of a tenant', () => {
  it('begins at the real time', () => {
    expect(continueLife(0, REAL, 60)).toEqual({ origin: REAL, speed: 60 });
  });

  it('catches up with the real time when that went further', () => {
    expect(continueLife(REAL - HOUR, REAL, 0)).toEqual({ origin: REAL, speed: 0 });
  });

  it('goes on where it was, at any speed but that of the real clock', () => {
    const speeds = fc.oneof(fc.constant(0), fc.integer({ min: 2, max: 10_000 }));
    fc.assert(
      fc.property(speeds, fc.nat(400 * 24 * HOUR), (speed, ahead) => {
        const time = continueLife(REAL + ahead, REAL, speed);
        expect(Math.abs(shownAt(time, REAL) - (REAL + ahead))).toBeLessThanOrEqual(speed);
        expect(shownAt(time, REAL + 1000) - shownAt(time, REAL)).toBe(1000 * speed);
      }),
    );
  });

  it('waits for the real time at speed 1', () => {
    expect(continueLife(REAL + HOUR, REAL, 1)).toEqual({ origin: REAL, speed: 1 });
  });
});

describe('the file of lives', () => {
  const folder = () => mkdtempSync(path.join(tmpdir(), 'life-'));

  it('knows nothing of a new tenant', () => {
    expect(readLife(folder(), 'a')).toBe(0);
  });

  it('keeps each tenant by itself', () => {
    const here = path.join(folder(), 'made');
    writeLife(here, 'a', REAL);
    writeLife(here, 'b', REAL + HOUR);
    writeLife(here, 'a', REAL + 1);
    expect([readLife(here, 'a'), readLife(here, 'b'), readLife(here, 'c')]).toEqual([REAL + 1, REAL + HOUR, 0]);
  });

  it('takes a file that was cut off for none', () => {
    const here = folder();
    writeFileSync(path.join(here, 'tenants.json'), '{"a": "2026-');
    expect(readLife(here, 'a')).toBe(0);
  });
});
