/** What a certificate says of a range, and what vouches for it. */
import type { CoverageSummaries, LedgerKeys } from '../../api/answers.ts';
import { askJson } from '../../api/client.ts';
import { type CheckpointLines, loadCheckpoint, loadKeys } from '../../api/integrity.ts';
import { troubleOf } from '../../api/trouble.ts';
import { apiUrl } from '../../api/url.ts';

export interface Vouched {
  readonly summaries: CoverageSummaries;
  /** By log type; `undefined` where nothing is signed yet. */
  readonly checkpoints: ReadonlyMap<string, CheckpointLines | undefined>;
  readonly keys: readonly LedgerKeys[];
  /** Why keys and checkpoints could not be read; empty when they were. */
  readonly unread: string;
}

/** Without the role for keys and checkpoints the states are told all the same, and the certificate says what lacks. */
export async function loadVouched(from: string, to: string, signal: AbortSignal): Promise<Vouched> {
  const summaries = await askJson<CoverageSummaries>(apiUrl('coverage', { from, to }), { signal });
  try {
    const keys = await loadKeys(signal);
    const checkpoints = await Promise.all(
      summaries.logTypes.map(async ({ logType }) => [logType, await loadCheckpoint(logType, signal)] as const),
    );
    return { summaries, keys, checkpoints: new Map(checkpoints), unread: '' };
  } catch (error) {
    if (signal.aborted) throw error;
    return { summaries, keys: [], checkpoints: new Map(), unread: troubleOf(error).detail };
  }
}
