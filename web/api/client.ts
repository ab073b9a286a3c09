/**
 * Requests to the archive. Every one carries the purpose that was given; a sign-in that has run out is refreshed once
 * before anybody is bothered with it; whatever goes wrong is an `ApiError` with a kind.
 */
import { readPurpose } from '../state/purpose.ts';
import { refreshSignIn } from './signIn.ts';
import { ApiError, brokenOff, troubleOfAnswer } from './trouble.ts';

export interface AskOptions {
  readonly signal?: AbortSignal | undefined;
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'DELETE';
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
}

/**
 * Asks, and gives the answer if it is a good one.
 * @throws ApiError; an `AbortError` when `signal` says so.
 */
export async function ask(url: string, options: AskOptions = {}): Promise<Response> {
  const response = await send(url, options);
  if (response.ok) return response;
  if (response.status !== 401 || !(await refreshSignIn())) throw new ApiError(await troubleOfAnswer(response));
  const second = await send(url, options);
  if (second.ok) return second;
  throw new ApiError(await troubleOfAnswer(second));
}

/** As `ask`, for an answer in JSON. */
export async function askJson<T>(url: string, options?: AskOptions): Promise<T> {
  const response = await ask(url, options);
  return (await whole(response.json())) as T;
}

/** As `ask`, for an answer that is text. */
export async function askText(url: string, options?: AskOptions): Promise<string> {
  return whole((await ask(url, options)).text());
}

async function whole<T>(body: Promise<T>): Promise<T> {
  try {
    return await body;
  } catch (error) {
    throw brokenOff(error);
  }
}

async function send(url: string, { method = 'GET', signal, headers, body }: AskOptions): Promise<Response> {
  const purpose = readPurpose();
  const isSafe = method === 'GET' || method === 'HEAD';
  try {
    return await fetch(url, {
      method,
      signal: signal ?? null,
      cache: 'no-store',
      headers: {
        accept: 'application/json, */*;q=0.1',
        ...headers,
        ...(purpose && { 'x-purpose': encodeURIComponent(purpose.toWellFormed()) }),
        ...(!isSafe && { 'x-requested-with': 'entra-log-archive' }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  } catch (error) {
    if ((error as Error).name === 'AbortError') throw error;
    const detail = 'The archive cannot be reached: this machine is offline, or the app is not running.';
    throw new ApiError({ kind: 'unreachable', detail }, error);
  }
}
