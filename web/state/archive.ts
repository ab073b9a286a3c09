/** What every view needs to know of the archive before it can ask: its log types, how they stand, and what time it is there. */
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { LogTypeInfo, StatusAnswer } from '../api/answers.ts';
import { askJson } from '../api/client.ts';
import type { Trouble } from '../api/trouble.ts';
import { apiUrl } from '../api/url.ts';

/** The archive as it was at one moment. */
export interface Look {
  readonly status: StatusAnswer;
  /** Milliseconds that its clock was ahead of this machine's. */
  readonly ahead: number;
  /** When that was on this machine, in milliseconds since 1970. */
  readonly at: number;
}

export interface Archive {
  readonly logTypes: readonly LogTypeInfo[];
  /** As it was at the last look. */
  readonly status: StatusAnswer;
  /** Why a later look brought nothing. */
  readonly trouble: Trouble | undefined;
  /** The archive's time, in milliseconds since 1970: its clock decides what is in the future. */
  now(): number;
  /** Looks again, unless somebody did a moment ago. @returns the archive's time; that of the last look where it fails. */
  look(): Promise<number>;
}

/** The log types, and a first look. @throws ApiError */
export async function loadArchive(signal: AbortSignal): Promise<Pick<Archive, 'logTypes'> & { readonly first: Look }> {
  const [logs, first] = await Promise.all([
    askJson<{ logTypes: readonly LogTypeInfo[] }>(apiUrl('logs'), { signal }),
    lookAtArchive(signal),
  ]);
  return { logTypes: logs.logTypes, first };
}

/** @throws ApiError */
export async function lookAtArchive(signal?: AbortSignal): Promise<Look> {
  const status = await askJson<StatusAnswer>(apiUrl('status'), { signal });
  const at = Date.now();
  return { status, at, ahead: Date.parse(status.now) - at };
}

export const ArchiveContext = createContext<Archive | undefined>(undefined);

/** The archive. Views are drawn only once it is known. */
export function useArchive(): Archive {
  const archive = useContext(ArchiveContext);
  if (!archive) throw new Error('a view was drawn before the archive was known');
  return archive;
}
