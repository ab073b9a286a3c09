/** How much there is of a range, and what is held of it, from the archive's coverage: cheap, and whole at once. */
import type { CoverageAnswer } from '../../api/answers.ts';
import { askJson } from '../../api/client.ts';
import { apiUrl } from '../../api/url.ts';
import type { Span } from '../../state/ranges.ts';
import { hoursOf } from './bars.ts';

const DAY = 86_400_000;
/** What the archive tells of single hours at once. */
const DETAILED = 31 * DAY;
/** So many times that is asked for; of a longer range the days tell enough. */
const MOST_PARTS = 6;

export interface Volume {
  readonly coverage: CoverageAnswer;
  /** Records of each UTC hour, or of each day where the range is long, by its begin in milliseconds. */
  readonly stored: ReadonlyMap<number, number>;
}

/** @throws ApiError */
export async function loadVolume(log: string, from: string, to: string, signal: AbortSignal): Promise<Volume> {
  const ask = (query: Record<string, string>) => askJson<CoverageAnswer>(apiUrl(`coverage/${log}`, query), { signal });
  const parts = partsOf({ from: Date.parse(from), to: Date.parse(to) });
  const [only] = parts;
  if (parts.length === 1 && only) {
    const coverage = await ask({ from, to, detail: 'hours' });
    return { coverage, stored: hoursOf([coverage]) };
  }
  if (parts.length > MOST_PARTS) {
    const coverage = await ask({ from, to, detail: 'days' });
    return { coverage, stored: new Map(coverage.days?.map(({ date, records }) => [Date.parse(date), records])) };
  }
  const coverage = await ask({ from, to });
  const answers: CoverageAnswer[] = [];
  for (const part of parts) {
    const iso = { from: new Date(part.from).toISOString(), to: new Date(part.to).toISOString() };
    answers.push(await ask({ ...iso, detail: 'hours' }));
  }
  return { coverage, stored: hoursOf(answers) };
}

function partsOf({ from, to }: Span): Span[] {
  const count = Math.max(1, Math.ceil((to - from) / DETAILED));
  return Array.from({ length: count }, (_, n) => ({
    from: from + n * DETAILED,
    to: Math.min(to, from + (n + 1) * DETAILED),
  }));
}
