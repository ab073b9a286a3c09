/** Hours and days, in seconds: the grid on which the archive lies. */
export const HOUR = 3600;
export const DAY = 24 * HOUR;

/** @param second since 1970. */
export function floorHour(second: number): number {
  return Math.floor(second / HOUR) * HOUR;
}

/** @param second since 1970. */
export function ceilHour(second: number): number {
  return Math.ceil(second / HOUR) * HOUR;
}
