/** What `GET /api/integrity/…` answers: keys and checkpoints. Both take the role Archive.Verify. */

import { fromBase64 } from '../crypto/bytes.ts';
import type { LedgerKeys } from './answers.ts';
import { askJson, askText } from './client.ts';
import { ApiError } from './trouble.ts';
import { apiUrl } from './url.ts';

export interface CheckpointLines {
  /** What the ledger is called outside. */
  readonly origin: string;
  /** Entries under it. */
  readonly size: number;
  /** Base64. */
  readonly root: string;
}

/** @throws ApiError */
export async function loadKeys(signal: AbortSignal): Promise<readonly LedgerKeys[]> {
  const { ledgers } = await askJson<{ ledgers: readonly LedgerKeys[] }>(apiUrl('integrity/keys'), { signal });
  return ledgers;
}

/** What the newest checkpoint says, unverified; `undefined` where none is signed yet. @throws ApiError */
export async function loadCheckpoint(logType: string, signal: AbortSignal): Promise<CheckpointLines | undefined> {
  try {
    const text = await askText(apiUrl(`integrity/checkpoints/${logType}`), { signal });
    const [origin = '', size = '', root = ''] = text.split('\n');
    return { origin, size: Number(size), root };
  } catch (error) {
    if (error instanceof ApiError && error.trouble.kind === 'notFound') return undefined;
    throw error;
  }
}

/** When the newest entry under a checkpoint was made, as that entry says itself. @throws ApiError */
export async function loadSignedTime(logType: string, size: number, signal: AbortSignal): Promise<string> {
  const proof = await askText(apiUrl(`integrity/proofs/entry/${logType}/${size - 1}`), { signal });
  const [, entry = ''] = /^extra (.+)$/m.exec(proof) ?? [];
  const { time } = JSON.parse(new TextDecoder().decode(fromBase64(entry))) as { time: string };
  return time;
}
