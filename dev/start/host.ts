/**
 * What `npm start` asks the Functions host and the archive in it, over HTTP like everybody else.
 */
import { systemClock } from '../../shared/clock.ts';
import { ACCESS_LOG_TYPE } from '../../shared/logTypes.ts';
import type { LogTypeStatus } from '../../shared/status.ts';
import { LOGS } from './folders.ts';
import { StartProblem } from './problem.ts';

export type { LogTypeStatus };

/** The archive, as whoever asks it over HTTP has it. */
export interface Archive {
  /** Without a slash at the end. */
  readonly url: string;
  /** Where it wants to know who asks. */
  readonly signIn?: SignIn;
}

export interface SignIn {
  /** A token of our own, new each time: at the speed of a simulated tenant one does not live for long. */
  token(): Promise<string>;
  /** Where anybody on this machine gets one that is enough for what is printed. */
  readonly tokenUrl: string;
}

/** The answer of `GET /api/status`, of the log types that are pulled: our own access log has no source to be up with. */
export interface ArchiveStatus {
  /** The app's wall clock. */
  readonly now: string;
  readonly settleMinutes: number;
  readonly logTypes: readonly LogTypeStatus[];
}

/** A segment as `GET /api/segments/{logType}` lists it. */
export interface ListedSegment {
  readonly minTime: string;
  readonly maxTime: string;
  readonly records: number;
}

const TIMERS = ['pull-reports', 'pull-risk'];

/** Fires both pull timers; returns the ids of the runs. */
export async function firePulls({ url }: Archive, signal: AbortSignal): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  for (const timer of TIMERS) {
    const response = await ask(`${url}/admin/functions/${timer}`, signal, { method: 'POST' });
    ids.add(response.headers.get('x-ms-invocation-id') ?? timer);
    await response.body?.cancel();
  }
  return ids;
}

/** Whether any of these runs has not ended. */
export async function anyRunning({ url }: Archive, ids: ReadonlySet<string>, signal: AbortSignal): Promise<boolean> {
  const response = await ask(`${url}/admin/host/status`, signal);
  const { running } = (await response.json()) as { running: { invocationId: string }[] };
  return running.some(({ invocationId }) => ids.has(invocationId));
}

/** How each log type that is pulled is doing. */
export async function readStatus(archive: Archive, signal: AbortSignal): Promise<ArchiveStatus> {
  const status = (await (await ask(`${archive.url}/api/status`, signal, archive)).json()) as ArchiveStatus;
  return { ...status, logTypes: status.logTypes.filter(({ logType }) => logType !== ACCESS_LOG_TYPE.name) };
}

/** The segments that hold a range. */
export async function listSegments(
  archive: Archive,
  logType: string,
  range: { from: string; to: string },
  signal: AbortSignal,
): Promise<readonly ListedSegment[]> {
  const url = `${archive.url}/api/segments/${logType}?${new URLSearchParams(range)}`;
  const response = await ask(url, signal, archive);
  return ((await response.json()) as { segments: ListedSegment[] }).segments;
}

/** Tries of a request that is answered with 503: the index is being rebuilt after a start. */
const MOST_TRIES = 60;

/**
 * One request.
 * @throws StartProblem when it cannot be answered or the answer is no success.
 */
export async function ask(
  url: string,
  signal: AbortSignal,
  { method = 'GET', signIn }: { method?: 'GET' | 'POST' } & Pick<Archive, 'signIn'> = {},
): Promise<Response> {
  const what = `${method} ${url}`;
  for (let tries = 1; ; tries += 1) {
    const headers = signIn ? { authorization: `Bearer ${await signIn.token()}` } : {};
    const response = await fetch(url, { method, headers, signal }).catch((error: Error) => {
      signal.throwIfAborted();
      const cause = error.cause instanceof Error ? error.cause.message : error.message;
      throw new StartProblem(`${what} was not answered: ${cause}.`);
    });
    if (response.ok) return response;
    const text = await response.text();
    if (response.status !== 503 || tries === MOST_TRIES) {
      const more = response.status >= 500 ? ` The logs in ${LOGS} say why.` : '';
      throw new StartProblem(`${what} answered ${response.status}: ${detailOf(text)}${more}`);
    }
    await systemClock.sleep(1000, signal);
  }
}

/** The detail of a problem document, or the beginning of whatever else it is. */
function detailOf(text: string): string {
  const detail = /"detail":("(?:[^"\\]|\\.)*")/.exec(text)?.[1];
  return detail ? String(JSON.parse(detail)) : text.slice(0, 200).replace(/\s+/g, ' ');
}
