/**
 * Legal holds over HTTP: placing, listing, releasing.
 *
 * A hold concerns several ledgers, and one of them may not be writable, or readable, just now. Then the answer says which
 * are held, and the same request is repeated with the same id.
 */
import { classesOf } from '../deletionIndex.ts';
import { causeOf } from '../errors.ts';
import { HoldDiffers, type HoldsListed, listHolds, type PlacedHold, placeHold, releaseHold } from '../holds.ts';
import type { LogType } from '../logTypes.ts';
import { type Answer, type Call, json } from './call.ts';
import { HOLD_ID, readHold } from './holdTerms.ts';
import { legalHoldLines } from './legalHoldLine.ts';
import { Problem } from './problem.ts';

/** What became of a hold in one ledger. */
type Outcome =
  | {
      readonly logType: string;
      readonly state: 'held';
      readonly classes: readonly number[];
      readonly placed: PlacedHold;
    }
  | { readonly logType: string; readonly state: 'failed'; readonly classes: readonly number[]; readonly error: string };

/** `POST /api/holds`. */
export async function postHold(call: Call): Promise<Answer> {
  const { deps } = call;
  const { terms, logTypes, text } = await readHold(call);
  // The case may name people: its text goes into the access log, its hash into the ledgers. A crash after this line leaves a
  // text without a hold; before it there would be a hash that nobody could tell the case of.
  await call.note(text);
  const outcomes: Outcome[] = [];
  for (const logType of logTypes) {
    outcomes.push(await outcomeOf(call, logType, () => placeHold(deps, logType, terms)));
  }
  const container = legalHoldLines(
    deps.config,
    'set',
    terms.id,
    outcomes.flatMap(({ classes }) => classes),
  );
  const answer = { ...terms, ledgers: outcomes.map(shownOutcome), container };
  const held = outcomes.filter(({ state }) => state === 'held');
  if (held.length === outcomes.length) return { ...json(answer), status: 201 };
  const detail =
    `The hold ${terms.id} is in ${held.length} of ${outcomes.length} ledgers for certain. Send the same request again with ` +
    `"id": "${terms.id}"; where it is placed already nothing changes.`;
  throw new Problem(503, 'Not held everywhere', detail, answer, { 'retry-after': '60' });
}

/** `GET /api/holds`. */
export async function getHolds({ deps }: Call): Promise<Answer> {
  return json(await listHolds(deps));
}

/** `DELETE /api/holds/{id}`. */
export async function deleteHold(call: Call): Promise<Answer> {
  const { deps, path } = call;
  const id = (path[1] ?? '').toLowerCase();
  const before = HOLD_ID.test(id) ? await listHolds(deps) : { holds: [], unread: [] };
  const found = before.holds.find((hold) => hold.id === id);
  if (!found) throw noHold(id, before.unread);
  const concerned = deps.config.everyLogType.filter(({ name }) =>
    found.ledgers.some(({ logType }) => logType === name),
  );
  call.concerns(
    concerned.map(({ name }) => name),
    found,
  );
  // A crash after this line leaves a record of a release that may be in none of the ledgers.
  await call.note();
  const failed: { logType: string; error: string }[] = [];
  const classes: number[] = [];
  for (const logType of concerned) {
    try {
      await releaseHold(deps, logType, id);
      classes.push(...(await classesOf(deps, logType.name)));
    } catch (error) {
      classes.push(deps.config.retentionDays(logType.name));
      failed.push({ logType: logType.name, error: causeOf(error) });
    }
  }
  const { holds, unread } = await listHolds(deps);
  const now = holds.find((hold) => hold.id === id) ?? found;
  const answer = { ...now, container: legalHoldLines(deps.config, 'clear', id, classes) };
  if (failed.length + unread.length === 0) return json(answer);
  const open = new Set([...failed, ...unread].map(({ logType }) => logType));
  const detail =
    `The hold is released where it could be. In ${[...open].join(', ')} it is open still, or may be. Once their ledgers can ` +
    'be read and written, send the same request again.';
  throw new Problem(503, 'Not released everywhere', detail, { ...answer, failed, unread }, { 'retry-after': '60' });
}

function noHold(id: string, unread: HoldsListed['unread']): Problem {
  const shown = `'${id.slice(0, 80)}'`;
  if (unread.length > 0) {
    const detail = `No ledger that can be read has a hold ${shown}. Those that cannot are in 'unread'; send the request again.`;
    return new Problem(503, 'Not every ledger can be read', detail, { unread }, { 'retry-after': '60' });
  }
  return new Problem(404, 'No such hold', `There is no hold ${shown}. GET /api/holds lists those that there are.`);
}

/** A hold that may have been placed is never told as placed, nor is what went wrong after it told without the hold's id. */
async function outcomeOf({ deps }: Call, { name }: LogType, act: () => Promise<PlacedHold>): Promise<Outcome> {
  try {
    const placed = await act();
    return { logType: name, state: 'held', classes: await classesOf(deps, name), placed };
  } catch (error) {
    // The id is wrong for every ledger, not only for this one.
    if (error instanceof HoldDiffers) {
      const detail = `In the ledger of ${name} ${error.message}. Take another id, or leave it out.`;
      throw new Problem(409, 'The id is taken', detail, { parameter: 'id' });
    }
    return { logType: name, state: 'failed', classes: [deps.config.retentionDays(name)], error: causeOf(error) };
  }
}

function shownOutcome(outcome: Outcome) {
  const { logType, state } = outcome;
  if (outcome.state === 'failed') return { logType, state, error: outcome.error };
  const { hold, beingDeleted, deleted } = outcome.placed;
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
