/**
 * Legal holds over HTTP: placing, listing, releasing.
 *
 * A hold concerns several ledgers, and one of them may not be writable just now. Then the answer says which are held, and
 * the same request is repeated with the same id.
 */
import { randomUUID } from 'node:crypto';
import type { HoldTerms } from '../archive/entry.ts';
import { formatSeconds } from '../archive/time.ts';
import { windowOfRange } from '../coveragePin.ts';
import { caseHash, containersHeld, HoldDiffers, listHolds, type PlacedHold, placeHold, releaseHold } from '../holds.ts';
import type { LogType } from '../logTypes.ts';
import { parseTime } from '../query/range.ts';
import { badMember, readBody } from './body.ts';
import { type Answer, type Call, json } from './call.ts';
import { HOLD_BODY } from './holdBody.ts';
import { legalHoldLines } from './legalHoldLine.ts';
import { Problem } from './problem.ts';
import { readHeldLogTypes } from './readLogType.ts';

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** Characters of the text that names a case. */
const LONGEST_CASE = 2000;
const RIGHT = `A right body: ${JSON.stringify(HOLD_BODY)}`;

/** What became of a hold in one ledger. */
type Outcome =
  | { readonly logType: string; readonly state: 'held'; readonly placed: PlacedHold }
  | { readonly logType: string; readonly state: 'failed'; readonly error: string };

/** `POST /api/holds`. */
export async function postHold(call: Call): Promise<Answer> {
  const { request, deps } = call;
  const body = await readBody(request, HOLD_BODY, ['id']);
  const logTypes = readHeldLogTypes(deps.config, body.logTypes);
  if (body.case.trim() === '' || body.case.length > LONGEST_CASE) {
    throw badMember('case', `must have 1 to ${LONGEST_CASE} characters`, RIGHT);
  }
  const terms: HoldTerms = { id: readId(body.id), case: caseHash(body.case), ...readSpan(body.from, body.to) };
  // The case may name people: its text goes into the access log, its hash into the ledgers. A crash after this line leaves a
  // text without a hold; before it there would be a hash that nobody could tell the case of.
  await call.note(body.case);
  const outcomes: Outcome[] = [];
  for (const logType of logTypes) {
    outcomes.push(await outcomeOf(logType, async () => ({ placed: await placeHold(deps, logType, terms) })));
  }
  const container = legalHoldLines(deps.config, 'set', terms.id, await containersHeld(deps, logTypes));
  const ledgers = outcomes.map((outcome) => (outcome.state === 'held' ? shownHold(outcome) : outcome));
  if (outcomes.every(({ state }) => state === 'held'))
    return { ...json({ ...terms, ledgers, container }), status: 201 };
  const held = outcomes.filter(({ state }) => state === 'held').map(({ logType }) => logType);
  const detail =
    `The hold ${terms.id} is in ${held.length} of ${outcomes.length} ledgers. Those that failed are not held: send the same ` +
    `request again with "id": "${terms.id}"; where it is placed already nothing changes.`;
  throw new Problem(503, 'Not held everywhere', detail, { ...terms, ledgers }, { 'retry-after': '60' });
}

/** `GET /api/holds`. */
export async function getHolds({ deps }: Call): Promise<Answer> {
  return json({ holds: await listHolds(deps) });
}

/** `DELETE /api/holds/{id}`. */
export async function deleteHold({ deps, path }: Call): Promise<Answer> {
  const id = (path[1] ?? '').toLowerCase();
  const found = UUID.test(id) ? (await listHolds(deps)).find((hold) => hold.id === id) : undefined;
  if (!found) {
    const detail = `There is no hold '${id.slice(0, 80)}'. GET /api/holds lists those that there are.`;
    throw new Problem(404, 'No such hold', detail);
  }
  const concerned = deps.config.everyLogType.filter(({ name }) =>
    found.ledgers.some(({ logType }) => logType === name),
  );
  const failed: { logType: string; error: string }[] = [];
  for (const logType of concerned) {
    try {
      await releaseHold(deps, logType, id);
    } catch (error) {
      failed.push({ logType: logType.name, error: messageOf(error) });
    }
  }
  const container = legalHoldLines(deps.config, 'clear', id, await containersHeld(deps, concerned));
  const now = (await listHolds(deps)).find((hold) => hold.id === id) ?? found;
  if (failed.length === 0) return json({ ...now, container });
  const detail = `The hold is still open in ${failed.map(({ logType }) => logType).join(', ')}. Send the same request again.`;
  throw new Problem(503, 'Not released everywhere', detail, { ...now, failed }, { 'retry-after': '60' });
}

async function outcomeOf(logType: LogType, act: () => Promise<{ placed: PlacedHold }>): Promise<Outcome> {
  try {
    return { logType: logType.name, state: 'held', ...(await act()) };
  } catch (error) {
    // The id is wrong for every ledger, not only for this one.
    if (error instanceof HoldDiffers) {
      const detail = `In the ledger of ${logType.name} ${error.message}. Take another id, or leave it out.`;
      throw new Problem(409, 'The id is taken', detail, { parameter: 'id' });
    }
    return { logType: logType.name, state: 'failed', error: messageOf(error) };
  }
}

function shownHold({ logType, state, placed: { hold, beingDeleted, deleted } }: Extract<Outcome, { state: 'held' }>) {
  return {
    logType,
    state,
    entry: hold.seq,
    at: hold.at,
    // Entries that came first: nothing can take them back.
    ...(beingDeleted.length > 0 && { beingDeleted }),
    ...(deleted > 0 && { deleted }),
  };
}

function readId(text: string | undefined): string {
  if (text === undefined) return randomUUID();
  const id = text.toLowerCase();
  if (!UUID.test(id)) throw badMember('id', 'is not a UUID', 'Leave it out to be given one.');
  return id;
}

/** The whole seconds that the range touches. A hold may reach into the future. */
function readSpan(fromText: string, toText: string): Pick<HoldTerms, 'from' | 'to'> {
  const [from, to] = (['from', 'to'] as const).map((side) => {
    const instant = parseTime(side === 'from' ? fromText : toText);
    if (instant === undefined)
      throw badMember(side, 'is not a time that exists, in ISO 8601 with Z or an offset', RIGHT);
    return instant;
  }) as [string, string];
  if (from >= to) throw badMember('to', 'must lie after from', RIGHT);
  const window = windowOfRange({ from, to });
  if (window.from < 0) throw badMember('from', 'lies before 1970', RIGHT);
  return { from: formatSeconds(window.from), to: formatSeconds(window.to) };
}

function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, 500);
}
