/** `GET /api/health`: up, and which version; how each log type is doing to whoever has a role. */
import { MOST_ENTRIES_BEHIND } from '../ledger.ts';
import { readStatus } from '../status.ts';
import { APP_VERSION } from '../version.ts';
import { type Answer, type Call, json } from './call.ts';

/** Everybody is told that the app is up, without a look at the storage: an outage of that is for the alarms. */
export async function getHealth({ deps, caller }: Call): Promise<Answer> {
  const up = { status: 'up', version: APP_VERSION };
  if (!caller) return json(up);
  const logTypes = (await readStatus(deps, MOST_ENTRIES_BEHIND)).map(({ logType, state, alarms, integrity }) => {
    const { checkpointAgeSeconds } = integrity;
    return { logType, state, alarms: alarms.length, checkpointAgeSeconds };
  });
  return json({ ...up, logTypes });
}
