/** What every view needs to know of the archive before it can ask: its log types, and what time it is there. */
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { LogTypeInfo, StatusAnswer } from '../api/answers.ts';
import { askJson } from '../api/client.ts';
import { apiUrl } from '../api/url.ts';

export interface Archive {
  readonly logTypes: readonly LogTypeInfo[];
  /** As it was when the page was opened. */
  readonly status: StatusAnswer;
  /** The archive's time, in milliseconds since 1970: its clock decides what is in the future. */
  now(): number;
}

/** @throws ApiError */
export async function loadArchive(signal: AbortSignal): Promise<Archive> {
  const [logs, status] = await Promise.all([
    askJson<{ logTypes: readonly LogTypeInfo[] }>(apiUrl('logs'), { signal }),
    askJson<StatusAnswer>(apiUrl('status'), { signal }),
  ]);
  const ahead = Date.parse(status.now) - Date.now();
  return { logTypes: logs.logTypes, status, now: () => Date.now() + ahead };
}

export const ArchiveContext = createContext<Archive | undefined>(undefined);

/** The archive. Views are drawn only once it is known. */
export function useArchive(): Archive {
  const archive = useContext(ArchiveContext);
  if (!archive) throw new Error('a view was drawn before the archive was known');
  return archive;
}
