/**
 * Ending a host: nothing new, the app's own clean-up, then patience, then the end.
 *
 * The appTerminate hooks come before the waiting, so that the app can tell its running work to stop.
 */

import type http from 'node:http';
import type { Core } from './coreModule.ts';
import { stackOf } from './hostError.ts';
import type { Log } from './log.ts';
import type { StreamProxy } from './proxy.ts';
import type { Running } from './running.ts';

export interface ShutdownDeps {
  readonly core: Core;
  readonly server: http.Server;
  readonly proxy: StreamProxy | undefined;
  readonly running: Running;
  readonly log: Log;
  /** Stops timers and new requests; resolves when no timer has anything left to do. */
  stop(): Promise<unknown>;
}

const IDLE_CHECK_MS = 20;

/** Resolves when nothing runs any more, or after `graceMs` of real time; then open connections are cut. */
export async function shutDown(deps: ShutdownDeps, graceMs: number): Promise<void> {
  const { server, running, log } = deps;
  const stopped = deps.stop();
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  // `close` ends the connections that are idle now, not those that become idle later.
  const idle = setInterval(() => server.closeIdleConnections(), IDLE_CHECK_MS);
  const ended = runTerminateHooks(deps).then(() => Promise.all([stopped, running.idle(), closed]));
  if (!(await within(ended, graceMs))) {
    const names = running.list().map(({ name, invocationId }) => `${name} (${invocationId})`);
    log(
      'warning',
      'host',
      `Stopped after ${graceMs / 1000} s of grace. Still running: ${names.join(', ') || 'connections'}`,
    );
  }
  clearInterval(idle);
  server.closeAllConnections();
  deps.proxy?.close();
}

/** A hook that throws is logged and does not keep the others from running. */
async function runTerminateHooks({ core, log }: ShutdownDeps): Promise<void> {
  for (const hook of core.hooks('appTerminate')) {
    try {
      await hook({ hookData: {}, appHookData: core.appHookData });
    } catch (error) {
      log('error', 'host', `An appTerminate hook failed: ${stackOf(error)}`);
    }
  }
}

async function within(work: Promise<unknown>, milliseconds: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, milliseconds, false);
  });
  const inTime = await Promise.race([work.then(() => true), late]);
  clearTimeout(timer);
  return inTime;
}
