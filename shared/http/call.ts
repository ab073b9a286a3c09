/** What a handler is given, and what it gives back. */
import type { HttpRequest } from '@azure/functions';
import type { Caller } from '../access/caller.ts';
import type { Deps } from '../deps.ts';

export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | AsyncIterable<Uint8Array>;
  /** How many records the body has given, where that is known; asked when it has ended. */
  readonly records?: () => number;
}

/** What a handler is given: the parsed URL (never `request.params`, which the host fills from the query too) and the deps. */
export interface Call {
  readonly request: HttpRequest;
  readonly url: URL;
  /** Segments of the path after `/api/`. */
  readonly path: readonly string[];
  /** The id under which the log knows the request. */
  readonly id: string;
  readonly deps: Deps;
  /** Who asks. `undefined` with AUTH_MODE=none, and on a public route without a valid token that has a role. */
  readonly caller: Caller | undefined;
  /** Aborted when the client has left. */
  readonly signal: AbortSignal;
  /**
   * Stores the record of the request with what it is about by now. A change of anything waits for that.
   * @param text what belongs there and nowhere else, such as the text of a case.
   * @throws Problem 503 when it is not certain that the record has it: whatever rests on it must not happen then.
   */
  readonly note: (text?: string) => Promise<void>;
  /** Says in the record of the request what it is about, where its path and its query do not. */
  readonly concerns: Concerns;
}

/**
 * @param logTypes names of log types.
 * @param range `null` where it has no bound. Absent: that of the query, if there is one.
 */
export type Concerns = (
  logTypes: readonly string[],
  range?: { readonly from: string | null; readonly to: string | null },
) => void;

export type Handle = (call: Call) => Promise<Answer>;

/** A JSON answer. */
export function json(value: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return { headers: { 'content-type': 'application/json', ...headers }, body: `${JSON.stringify(value)}\n` };
}

/** A body that is all there. */
export async function* whole(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** Segments of a path after `/api/`, decoded once. */
export function segmentsOf({ pathname }: URL): string[] {
  return pathname.split('/').filter(Boolean).slice(1).map(decode);
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    // A malformed escape cannot name anything of ours: taken as it stands it matches nothing.
    return segment;
  }
}
