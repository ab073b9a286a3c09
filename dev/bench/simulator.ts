/** The simulated Graph of the benches that read one day of it. */
import { startGraphSimulator } from '../graphSimulator/server.ts';

/** Seconds. */
export const HOUR = 3600;
/** The whole hour at which the day ends and the clock stands, in seconds since 1970. */
export const NOW = Math.floor(Date.now() / 1000 / HOUR) * HOUR;

export function startFrozenSimulator(perDay: number) {
  return startGraphSimulator({ days: 1, perDay, time: { origin: NOW * 1000, speed: 0 }, speed: 1_000_000 });
}
