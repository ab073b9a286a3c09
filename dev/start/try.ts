/**
 * Three commands for the person at the keyboard, each of which works as it is printed: real port, real range.
 */
import { type Archive, type LogTypeStatus, listSegments } from './host.ts';

const DAY_MS = 86_400_000;
/** Where records without a time lie. */
const UNDATED = '1970-01-01';

/** The commands. Without any record there is no range to show. */
export async function commandsToTry(
  archive: Archive,
  logTypes: readonly LogTypeStatus[],
  signal: AbortSignal,
): Promise<string[]> {
  const curl = (path: string) => `${commandOf(archive)} '${archive.url}/api/${path}'`;
  const [fullest] = logTypes.toSorted((a, b) => b.records - a.records);
  if (!fullest?.from || !fullest.watermark || fullest.records === 0) return [curl('status')];
  const walked = { from: fullest.from, to: fullest.watermark };
  const segments = await listSegments(archive, fullest.logType, walked, signal);
  const { from, to } = dayToShow(segments.map(({ minTime }) => minTime)) ?? walked;
  const range = `${fullest.logType}?from=${from}&to=${to}`;
  return [`${curl(`logs/${range}`)} | wc -l`, curl('status'), curl(`segments/${range}`)];
}

/** With a token that is new each time. */
function commandOf({ signIn }: Archive): string {
  return signIn ? `curl -s -H "Authorization: Bearer $(curl -s '${signIn.tokenUrl}')"` : 'curl -s';
}

/**
 * The newest whole UTC day of these times: the last but one, since the last has just begun; the only one if it is alone.
 * @param times of segments, ISO 8601 in UTC.
 */
export function dayToShow(times: readonly string[]): { from: string; to: string } | undefined {
  const days = [...new Set(times.map((time) => time.slice(0, 10)))].filter((day) => day !== UNDATED).sort();
  const day = days.at(-2) ?? days.at(-1);
  if (day === undefined) return undefined;
  return { from: `${day}T00:00:00Z`, to: midnight(Date.parse(day) + DAY_MS) };
}

function midnight(time: number): string {
  return `${new Date(time).toISOString().slice(0, 10)}T00:00:00Z`;
}
