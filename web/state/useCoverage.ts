/** What is held of a range, from the archive's coverage. */
import type { CoverageAnswer } from '../api/answers.ts';
import { askJson } from '../api/client.ts';
import { apiUrl } from '../api/url.ts';
import { type Loading, useLoad } from './useLoad.ts';

/** @param log name of a log type. */
export function useCoverage(log: string, from: string, to: string): Loading<CoverageAnswer> {
  return useLoad(
    (signal) => askJson<CoverageAnswer>(apiUrl(`coverage/${log}`, { from, to }), { signal }),
    [log, from, to],
  );
}
