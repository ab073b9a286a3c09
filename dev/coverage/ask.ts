/** One question to a running archive, answered in JSON. */
import { systemClock } from '../../shared/clock.ts';
import { isLoopback } from '../../shared/settings.ts';
import { StartProblem } from '../start/problem.ts';

/** The archive cannot answer for this log type: its ledger is torn, or a container is missing. */
export class NotUsable extends StartProblem {}

const TIMEOUT_MS = 120_000;
/** Tries while the index is being rebuilt, a few seconds apart. */
const MOST_TRIES = 12;

/**
 * @param token where the archive wants to know who asks.
 * @throws NotUsable, or StartProblem when there is no answer or a refusal; the message says what to do.
 */
export async function askArchive(url: string, token: string | undefined): Promise<unknown> {
  const { protocol, hostname } = new URL(url);
  if (token && protocol !== 'https:' && !isLoopback(hostname)) {
    throw new StartProblem(
      `${protocol}//${hostname} would show the token to everybody on the way; name it with https.`,
    );
  }
  for (let tries = 1; ; tries += 1) {
    const headers = token ? { authorization: `Bearer ${token}` } : {};
    const response = await fetch(url, { headers, signal: AbortSignal.timeout(TIMEOUT_MS) }).catch((error: Error) => {
      const cause = error.cause instanceof Error ? error.cause.message : error.message;
      throw new StartProblem(
        `GET ${url} was not answered: ${cause}. Start the archive with 'npm start', or name it with --url.`,
      );
    });
    if (response.ok) return response.json();
    const detail = await detailOf(response);
    const waits = Number(response.headers.get('retry-after'));
    if (response.status === 503 && waits > 0 && tries < MOST_TRIES) await systemClock.sleep(waits * 1000);
    else if (response.status === 503) throw new NotUsable(detail);
    else throw new StartProblem(`GET ${url} answered ${response.status}: ${detail}`);
  }
}

/** What a problem document says, or how long the answer is that is none. */
async function detailOf(response: Response): Promise<string> {
  const text = await response.text();
  const isProblem = response.headers.get('content-type')?.startsWith('application/problem+json');
  return isProblem ? String((JSON.parse(text) as { detail?: unknown }).detail) : `${text.length} characters`;
}
