/** One record with all its versions, as stored. */
import { ask } from '../../../api/client.ts';
import { linesOf } from '../../../api/ndjson.ts';
import { apiUrl } from '../../../api/url.ts';
import { quoted } from '../../../filter/clauses.ts';
import { isoSeconds } from '../../../parts/times.ts';

export interface Version {
  /** The stored line. */
  readonly text: string;
  /** SHA-256 of its bytes, lower-case hex: with the id it names the version. */
  readonly sha256: string;
  readonly bytes: number;
}

export interface RecordQuery {
  readonly log: string;
  readonly from: string;
  readonly to: string;
  readonly filter: string;
}

/** The query for a record: the second that it lies in, or the range that was searched where updates move records. */
export function recordQuery(
  { log, from, to }: { log: string; from: string; to: string },
  { id, at }: { id: string; at: string },
  isMoving: boolean,
): RecordQuery {
  const filter = `id eq ${quoted(id)}`;
  const second = Math.floor(Date.parse(at) / 1000) * 1000;
  if (isMoving || Number.isNaN(second)) return { log, from, to, filter };
  return { log, from: isoSeconds(second), to: isoSeconds(second + 1000), filter };
}

/** Versions of one record; nobody has more. */
const MOST = 200;

/** All versions, in the order in which they were stored. @throws ApiError */
export async function loadVersions({ log, ...range }: RecordQuery, signal: AbortSignal): Promise<Version[]> {
  const url = apiUrl(`logs/${log}`, { ...range, versions: 'all', limit: MOST });
  const response = await ask(url, { signal, headers: { accept: 'application/x-ndjson' } });
  const versions: Version[] = [];
  if (!response.body) return versions;
  for await (const lines of linesOf(response.body)) {
    for (const line of lines) versions.push(await versionOf(line));
  }
  return versions;
}

async function versionOf(line: Uint8Array): Promise<Version> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', line as Uint8Array<ArrayBuffer>));
  return { text: new TextDecoder().decode(line), sha256: hex(digest), bytes: line.length };
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
