/** `GET /api/evidence/{logType}?from&to[&ids]`: the parameters, the refusals, and the zip. */
import { instantFromMilliseconds } from '../archive/time.ts';
import { type EvidenceAsked, NothingInRange, NothingSigned, openEvidence, RecordsUnknown } from '../evidence.ts';
import { safeFileName } from '../query/fileName.ts';
import { BadQuery, readRange } from '../query/range.ts';
import type { Answer, Call } from './call.ts';
import { Problem } from './problem.ts';
import { readLogType } from './readLogType.ts';
import { IDS_EXAMPLE } from './routes/proof.ts';

const MOST_IDS = 100;
const MOST_ID_LENGTH = 256;

/** @param verifier gives the bytes of `verify.mjs`. */
export async function getEvidence({ url, path, deps }: Call, verifier: () => Promise<Uint8Array>): Promise<Answer> {
  const logType = readLogType(deps.config, path[1] ?? '');
  const range = readRange(url.searchParams, instantFromMilliseconds(deps.clock.now()));
  const ids = readIds(url.searchParams);
  const asked: EvidenceAsked = { logType, range, ids, verifier: await verifier() };
  const name = safeFileName(`evidence_${logType.name}`, range, '.zip');
  const headers = { 'content-type': 'application/zip', 'content-disposition': `attachment; filename="${name}"` };
  try {
    const { body, records } = await openEvidence(deps, asked);
    return { headers, body, records: () => records };
  } catch (error) {
    throw asProblem(error, logType.name);
  }
}

/** Reads `ids`; `undefined` where it is not given. @throws BadQuery */
function readIds(query: URLSearchParams): readonly string[] | undefined {
  const text = query.get('ids');
  if (text === null) return undefined;
  const ids = [...new Set(text.split(','))];
  const areFine = ids.every((id) => id.length > 0 && id.length <= MOST_ID_LENGTH) && ids.length <= MOST_IDS;
  if (areFine) return ids;
  const wants = `'ids' must be 1 to ${MOST_IDS} ids of records with commas between`;
  throw new BadQuery('ids', `${wants}. A right example: ids=${IDS_EXAMPLE}`);
}

function asProblem(error: unknown, logType: string): unknown {
  if (error instanceof NothingSigned) {
    const detail =
      `The ledger of ${logType} has no signed checkpoint yet, so nothing could vouch for the evidence. Checkpoints are ` +
      'signed once an hour: set up the signing key (see the settings), wait for the next one, and ask again.';
    return new Problem(409, 'Nothing is signed yet', detail);
  }
  if (error instanceof NothingInRange) {
    const detail =
      `None of the ${error.size} entries of ${logType} under the newest checkpoint concerns this range. Ask for a range ` +
      'that was read (GET /api/coverage tells), or wait for the next checkpoint, which is signed once an hour.';
    return new Problem(404, 'Nothing of the range is signed', detail);
  }
  if (error instanceof RecordsUnknown) {
    const shown = error.ids.map((id) => id.slice(0, 80)).join(', ');
    const detail = `These records are not in the range, as far as it is signed: ${shown}. Ask for a range that holds them.`;
    return new Problem(404, 'No such record', detail, { parameter: 'ids' });
  }
  return error;
}
