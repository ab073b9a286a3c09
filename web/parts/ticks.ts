/** The times along a picture: short, in UTC, with the date where a day begins. */

const MINUTE = 60;
const DAY = 86_400;

/** @param at a tick, in seconds since 1970. @param next the tick after it, which says how fine they are. */
export function tickText(at: number, next: number): string {
  const iso = new Date(at * 1000).toISOString();
  const step = next - at;
  if (step >= 27 * DAY) return iso.slice(0, 7);
  if (step >= DAY || at % DAY === 0) return iso.slice(0, 10);
  return step < MINUTE ? iso.slice(11, 19) : iso.slice(11, 16);
}
