/** What all triggers share, made once when the app is loaded. A setting that is wrong throws here: the app does not start. */
import { app } from '@azure/functions';
import { compose } from '../shared/compose.ts';
import type { ExpireDeps } from '../shared/expiry/deps.ts';
import { createShared } from '../shared/http/admit.ts';
import type { Handle } from '../shared/http/call.ts';
import { watchConnections } from '../shared/http/connection.ts';
import { type RespondOptions, respond } from '../shared/http/respond.ts';
import type { Route } from '../shared/http/route.ts';
import { logLine } from '../shared/logFields.ts';
import type { SigningDeps } from '../shared/proof/signing.ts';

app.setup({ enableHttpStream: true });
watchConnections();

const composed = compose(process.env, (level, message, fields) => {
  console[level](logLine(level, message, fields));
});

/** The dependencies of all flows. */
export const deps: SigningDeps = composed;
/** What the timer that deletes is handed, and nobody else. */
export const expiring: ExpireDeps | undefined = composed.expiring;
/** Resolves when the storage is there; the local stack makes its containers first. */
export const ready: () => Promise<void> = composed.ready;
const shared = createShared(deps, ready);

const terminating = new AbortController();
/** Aborted when the host shuts down. */
export const stopping: AbortSignal = terminating.signal;
app.hook.appTerminate(() => {
  terminating.abort(new Error('the host is shutting down'));
  return shared.accessLog.flush();
});

/** Registers a row of the table of routes with its handler. */
export function httpRoute(route: Route, handle: Handle, options?: RespondOptions): void {
  const handler = respond(deps, route, handle, { ...shared, ...options });
  app.http(route.name, { methods: [...route.methods], route: route.template, handler });
}
