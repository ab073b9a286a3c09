/** `GET /api/segments/{logType}?from&to`: the segments that hold a range, as the ledger names them. */
import { instantFromMilliseconds } from '../archive/time.ts';
import { listSegments } from '../export.ts';
import { readRange } from '../query/range.ts';
import { type Answer, type Call, json } from './call.ts';
import { readLogType } from './readLogType.ts';

export async function getSegments({ url, path, deps }: Call): Promise<Answer> {
  const logType = readLogType(deps.config, path[1] ?? '');
  const range = readRange(url.searchParams, instantFromMilliseconds(deps.clock.now()));
  return json(await listSegments(deps, logType, range));
}
