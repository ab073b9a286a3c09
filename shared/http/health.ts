/** `GET /api/health`: up, and which version; how each log type is doing to whoever has a role. */
import { MOST_ENTRIES_BEHIND } from '../ledger.ts';
import { readProofNotes } from '../proof/proofRow.ts';
import { readStatus } from '../status.ts';
import { APP_VERSION } from '../version.ts';
import { type Answer, type Call, json } from './call.ts';

/** Everybody is told that the app is up, without a look at the storage: an outage of that is for the alarms. */
export async function getHealth({ deps, caller }: Call, ready: () => Promise<void>): Promise<Answer> {
  const up = { status: 'up', version: APP_VERSION };
  if (!caller) return json(up);
  await ready();
  const now = Math.floor(deps.clock.now() / 1000);
  const logTypes = (await readStatus(deps, MOST_ENTRIES_BEHIND)).map(async ({ logType, state, alarms }) => {
    const { signedAt } = await readProofNotes(deps, logType);
    const checkpointAgeSeconds = signedAt === undefined ? null : Math.max(0, now - signedAt);
    return { logType, state, alarms: alarms.length, checkpointAgeSeconds };
  });
  return json({ ...up, logTypes: await Promise.all(logTypes) });
}
