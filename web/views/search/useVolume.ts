/** What is stored and held of the range that is searched, as far as it is known. */
import { useMemo } from 'preact/hooks';
import type { CoverageAnswer } from '../../api/answers.ts';
import type { Loaded, Loading } from '../../state/useLoad.ts';
import { useLoad } from '../../state/useLoad.ts';
import { loadVolume, type Volume } from './volume.ts';

interface KnownVolume {
  readonly volume: Loaded<Volume>;
  readonly coverage: Loading<CoverageAnswer>;
}

/** @param log name of a log type. */
export function useVolume(log: string, from: string, to: string): KnownVolume {
  const { loaded, again, cancel } = useLoad((signal) => loadVolume(log, from, to, signal), [log, from, to]);
  return useMemo(() => {
    const coverage = loaded.state === 'there' ? { state: loaded.state, value: loaded.value.coverage } : loaded;
    return { volume: loaded, coverage: { loaded: coverage, again, cancel } };
  }, [loaded, again, cancel]);
}
