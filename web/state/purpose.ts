/** What the archive is being asked for: said once, sent with every request, forgotten with the tab. */
const KEY = 'purpose';
const listeners = new Set<(purpose: string) => void>();

/** Characters; a header is no place for more. */
export const LONGEST_PURPOSE = 200;

export function readPurpose(): string {
  return sessionStorage.getItem(KEY) ?? '';
}

export function writePurpose(purpose: string): void {
  const text = purpose.slice(0, LONGEST_PURPOSE);
  sessionStorage.setItem(KEY, text);
  for (const listener of listeners) listener(text);
}

/** @returns ends the watch. */
export function watchPurpose(listener: (purpose: string) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
