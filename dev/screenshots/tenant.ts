/** The tenant of the screenshots: a month of it, with late and changed rows and a legal hold, pulled, audited and signed. */

import { fire, pause, pullAll, runningTimers, runTimers, startStack } from '../../test/support/stack.ts';
import { ensureSigningKey } from '../start/signingKey.ts';

const ORIGIN = Date.parse('2026-11-20T09:20:00Z');
const HOUR_MS = 3_600_000;
/** A month takes minutes on a machine that does other things too. */
const PATIENCE_MS = 1_200_000;

/** Days from the origin. */
const at = (days: number) => `${new Date(ORIGIN + days * 24 * HOUR_MS).toISOString().slice(0, 19)}Z`;

export async function startTenant() {
  ensureSigningKey('.local/screenshots-key.pem');
  const stack = await startStack({
    days: 30,
    perDay: 2000,
    origin: ORIGIN,
    seed: 7,
    faults: 'late-rows,changed-rows',
    settings: { SIGNING_KEY: '.local/screenshots-key.pem' },
  });
  await pullAll(await stack.startHost(), stack.target, PATIENCE_MS);
  await stack.pass(26 * HOUR_MS);
  const host = await stack.startHost();
  await runTimers(host);
  const hold = { case: 'HR-2026-117', logTypes: 'directoryAudits', from: at(-12), to: at(-9) };
  const headers = { 'content-type': 'application/json' };
  await fetch(`${host.url}/api/holds`, { method: 'POST', headers, body: JSON.stringify(hold) });
  await fire(host, 'verify');
  await fire(host, 'checkpoint');
  while ((await runningTimers(host)).length > 0) await pause(100);
  return { url: host.url, close: () => stack.close() };
}
