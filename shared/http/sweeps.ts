/**
 * Sweeps on demand over HTTP: which spans may be asked for, and what is answered.
 */
import { type Instant, instantFromSeconds } from '../archive/time.ts';
import { nowSeconds } from '../clock.ts';
import { applyLedger, MOST_ENTRIES_BEHIND } from '../ledger.ts';
import { parseTime } from '../query/range.ts';
import { addRequest, findRequest, type SweepRequest, showRequest } from '../requests.ts';
import { badMember, readBody } from './body.ts';
import { type Answer, type Call, json } from './call.ts';
import { Problem } from './problem.ts';
import { readPulledLogType } from './readLogType.ts';
import { type AskedSpan, SWEEP_BODY, sweepWindow } from './sweepSpan.ts';

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** `POST /api/sweeps`: puts a request on the list that the pull timers work off. */
export async function postSweep({ request, deps, concerns, note }: Call): Promise<Answer> {
  const body = await readBody(request, SWEEP_BODY);
  const logType = readPulledLogType(deps.config, body.logType);
  concerns([logType.name], { from: body.from, to: body.to });
  const asked = { from: readTime('from', body.from), to: readTime('to', body.to) };
  const ledger = await applyLedger(deps, logType.name, MOST_ENTRIES_BEHIND);
  const window = sweepWindow(logType, ledger, asked, nowSeconds(deps));
  // A crash after this line leaves a record of a request that is on no list, and never one on the list without a record.
  await note();
  const added = await addRequest(deps, logType, window);
  const answer = json({ ...showRequest(added), ...roundingOf(asked, added) }, { location: `/api/sweeps/${added.id}` });
  return { ...answer, status: 202 };
}

/** `GET /api/sweeps/{id}`: how far a request has come, and what it found. */
export async function getSweep({ path, deps, concerns }: Call): Promise<Answer> {
  const id = (path[1] ?? '').toLowerCase();
  const found = GUID.test(id) ? await findRequest(deps, id) : undefined;
  if (!found) {
    const detail = `There is no sweep request '${id.slice(0, 80)}'. POST /api/sweeps makes one and answers with its id.`;
    throw new Problem(404, 'No such sweep request', detail);
  }
  const shown = showRequest(found);
  concerns([shown.logType], shown);
  return json(shown);
}

function readTime(side: 'from' | 'to', text: string): Instant {
  const instant = parseTime(text);
  if (instant !== undefined) return instant;
  const fault = 'is not a time that exists, in ISO 8601 with Z or an offset';
  throw badMember(side, fault, `A right body: ${JSON.stringify(SWEEP_BODY)}`);
}

/** What differs from what was asked for, and why. */
function roundingOf(asked: AskedSpan, { from, to }: SweepRequest) {
  if (asked.from === instantFromSeconds(from) && asked.to === instantFromSeconds(to)) return {};
  const note =
    'Rounded outwards to whole hours, but not beyond what has been read: only whole hours count as read again.';
  return { asked, note };
}
