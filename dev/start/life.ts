/**
 * The life of a simulated tenant, continued from start to start.
 *
 * A tenant that lived faster than real is ahead of the real time when the program ends. The next start takes it from
 * there; had it to wait for the real time, nothing new would come for hours. One small file says where each tenant is.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { SimulatedTime } from '../../shared/clock.ts';

/** A clock that shows `reached`, or the real time if that is later, at the real instant `real`, and runs at `speed`. */
export function continueLife(reached: number, real: number, speed: number): SimulatedTime {
  const shown = Math.max(reached, real);
  if (speed === 0) return { origin: shown, speed };
  // A clock at speed 1 is the real one wherever it begins: the tenant waits for it.
  if (speed === 1 || shown === real) return { origin: real, speed };
  // Solves origin + (real - origin) * speed = shown.
  return { origin: Math.round((real * speed - shown) / (speed - 1)), speed };
}

/** How far a tenant has lived: milliseconds since 1970, 0 when it is new. */
export function readLife(folder: string, tenantId: string): number {
  const time = Date.parse(readAll(folder)[tenantId] ?? '');
  return Number.isNaN(time) ? 0 : time;
}

/** Writes down how far a tenant has lived. */
export function writeLife(folder: string, tenantId: string, now: number): void {
  mkdirSync(folder, { recursive: true });
  const lives = { ...readAll(folder), [tenantId]: new Date(now).toISOString() };
  writeFileSync(fileIn(folder), `${JSON.stringify(lives, undefined, 2)}\n`);
}

function readAll(folder: string): Record<string, string | undefined> {
  let text: string;
  try {
    text = readFileSync(fileIn(folder), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
  try {
    return JSON.parse(text);
  } catch {
    // Cut off by a kill: what it said can be lost, since the archive's clock only waits a little longer.
    return {};
  }
}

function fileIn(folder: string): string {
  return path.join(folder, 'tenants.json');
}
