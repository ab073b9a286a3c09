/** `GET /api/health`: up, and which version; how each log type is doing to whoever has a role. */
import { MOST_ENTRIES_BEHIND } from '../ledger.ts';
import { readStatus } from '../status.ts';
import { APP_VERSION } from '../version.ts';
import { type Answer, type Call, json } from './call.ts';

/** From the best to the worst. */
const LEVELS = ['ok', 'warning', 'critical'] as const;
type Level = (typeof LEVELS)[number];

/** Everybody is told that the app is up, without a look at the storage: an outage of that is for the alarms. */
export async function getHealth({ deps, caller }: Call): Promise<Answer> {
  const up = { status: 'up', version: APP_VERSION };
  if (!caller) return json(up);
  const logTypes = (await readStatus(deps, MOST_ENTRIES_BEHIND)).map(({ logType, state, alarms, integrity }) => {
    const { checkpointAgeSeconds } = integrity;
    return { logType, state, level: worstOf(alarms), alarms: alarms.length, checkpointAgeSeconds };
  });
  return json({ ...up, level: worstOf(logTypes), logTypes });
}

/** The worst of some levels: what a dashboard turns red by. */
function worstOf(of: readonly { readonly level: Level }[]): Level {
  return LEVELS.findLast((level) => of.some((each) => each.level === level)) ?? 'ok';
}
