/** What a certificate says of a range, and what vouches for it. */
import type { CoverageAnswer, CoverageSummaries, CoverageSummary, LedgerKeys } from '../../api/answers.ts';
import { askJson } from '../../api/client.ts';
import { type CheckpointLines, loadCheckpoint, loadKeys, loadSignedTime } from '../../api/integrity.ts';
import { ApiError, troubleOf } from '../../api/trouble.ts';
import { apiUrl } from '../../api/url.ts';

/** One log type on the certificate. */
export interface VouchedLogType {
  readonly summary: CoverageSummary;
  /** `undefined` where the ledger cannot be told from: `summary.error` says why. */
  readonly coverage: CoverageAnswer | undefined;
  /** Held of the range, latest versions; a text says why it is not told. */
  readonly records: number | string;
  /** `undefined` where nothing is signed yet. */
  readonly checkpoint: SignedCheckpoint | undefined;
}

interface SignedCheckpoint extends CheckpointLines {
  /** Of the newest entry under it. */
  readonly time: string;
}

export interface Vouched {
  readonly now: string;
  readonly means: string;
  readonly logTypes: readonly VouchedLogType[];
  readonly keys: readonly LedgerKeys[];
  /** Why keys and checkpoints could not be read; empty when they were. */
  readonly unread: string;
}

/** Without the role for keys and checkpoints the states are told all the same, and the certificate says what lacks. */
export async function loadVouched(from: string, to: string, signal: AbortSignal): Promise<Vouched> {
  const { now, means, logTypes } = await askJson<CoverageSummaries>(apiUrl('coverage', { from, to }), { signal });
  const held = await Promise.all(
    logTypes.map(async (summary) => {
      const { logType, error } = summary;
      if (error !== undefined) return { summary, coverage: undefined, records: 'unknown' };
      const [coverage, records] = await Promise.all([
        askJson<CoverageAnswer>(apiUrl(`coverage/${logType}`, { from, to }), { signal }),
        countRecords(logType, { from, to }, signal),
      ]);
      return { summary, coverage, records };
    }),
  );
  try {
    const keys = await loadKeys(signal);
    const checkpoints = await Promise.all(logTypes.map(({ logType }) => loadSigned(logType, signal)));
    const vouched = held.map((each, n) => ({ ...each, checkpoint: checkpoints[n] }));
    return { now, means, logTypes: vouched, keys, unread: '' };
  } catch (error) {
    if (signal.aborted) throw error;
    const unvouched = held.map((each) => ({ ...each, checkpoint: undefined }));
    return { now, means, logTypes: unvouched, keys: [], unread: troubleOf(error).detail };
  }
}

/** Reading the access log takes a role of its own, without which the rest is certified all the same. */
async function countRecords(logType: string, range: { from: string; to: string }, signal: AbortSignal) {
  try {
    const url = apiUrl(`logs/${logType}`, { ...range, count: 'only' });
    return (await askJson<{ records: number }>(url, { signal })).records;
  } catch (error) {
    if (error instanceof ApiError && error.trouble.kind === 'forbidden')
      return `not told without the role ${error.trouble.role ?? 'for it'}`;
    throw error;
  }
}

async function loadSigned(logType: string, signal: AbortSignal): Promise<SignedCheckpoint | undefined> {
  const checkpoint = await loadCheckpoint(logType, signal);
  return checkpoint && { ...checkpoint, time: await loadSignedTime(logType, checkpoint.size, signal) };
}
