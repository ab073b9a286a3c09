/**
 * What every trigger of this folder shares: the dependencies, made once when the app is loaded, and the signal that says
 * the host is shutting down. A setting that is wrong throws here, so that the app refuses to start.
 */
import { app } from '@azure/functions';
import { compose } from '../shared/compose.ts';
import { watchConnections } from '../shared/http/connection.ts';
import { logLine } from '../shared/logFields.ts';
import type { SigningDeps } from '../shared/proof/signing.ts';

app.setup({ enableHttpStream: true });
watchConnections();

const terminating = new AbortController();
app.hook.appTerminate(() => terminating.abort(new Error('the host is shutting down')));

/** Aborted when the host shuts down. */
export const stopping: AbortSignal = terminating.signal;

const composed = compose(process.env, (level, message, fields) => {
  console[level](logLine(level, message, fields));
});

/** The dependencies of all flows. */
export const deps: SigningDeps = composed;

/** Resolves when the storage is there; the local stack makes its containers first. */
export const ready: () => Promise<void> = composed.ready;
