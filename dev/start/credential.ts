/**
 * Is anybody signed in? Asked once before a real tenant is pulled: otherwise each log type would find out by itself,
 * try again for minutes, and fill a log.
 */
import { DefaultAzureCredential } from '@azure/identity';
import { oneLine, StartProblem } from './problem.ts';

/** A credential that answers at all does so within this. */
const PATIENCE_MS = 60_000;

/**
 * Gets a token for a Graph, and forgets it.
 * @throws StartProblem that says how to sign in.
 */
export async function requireCredential(graphUrl: string, signal: AbortSignal): Promise<void> {
  const abortSignal = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
  try {
    await new DefaultAzureCredential().getToken(`${graphUrl}/.default`, { abortSignal });
  } catch (error) {
    signal.throwIfAborted();
    const name = error instanceof Error ? error.name : typeof error;
    // The chain's own message is a page long; what one of its members says when it alone is set up is a line.
    const cause = name === 'AggregateAuthenticationError' ? 'no credential was found' : oneLine(error).slice(0, 300);
    throw new StartProblem(
      `Nobody is signed in for ${graphUrl}: ${cause}. Set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET of ` +
        "an app registration that may read the logs, or 'az login' (README, 'A real tenant').",
    );
  }
}
