/** What the body of `POST /api/holds` asks for. */
import { randomUUID } from 'node:crypto';
import type { HoldTerms } from '../archive/entry.ts';
import { formatSeconds } from '../archive/time.ts';
import { windowOfRange } from '../coveragePin.ts';
import { caseHash } from '../holds.ts';
import type { LogType } from '../logTypes.ts';
import { parseTime } from '../query/range.ts';
import { badMember, readBody } from './body.ts';
import type { Call } from './call.ts';
import { HOLD_BODY } from './holdBody.ts';
import { readHeldLogTypes } from './readLogType.ts';

export interface HoldAsked {
  readonly terms: HoldTerms;
  readonly logTypes: readonly LogType[];
  /** The text of the case: it may name people. */
  readonly text: string;
}

/** The form of a hold's id. */
export const HOLD_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** Characters of the text that names a case. */
const LONGEST_CASE = 2000;
const RIGHT = `A right body: ${JSON.stringify(HOLD_BODY)}`;

/** Says in the record of the request what the hold is about. @throws Problem (400) that names the member that is wrong. */
export async function readHold(call: Call): Promise<HoldAsked> {
  const body = await readBody(call.request, HOLD_BODY, ['id']);
  const logTypes = readHeldLogTypes(call.deps.config, body.logTypes);
  call.concerns(
    logTypes.map(({ name }) => name),
    { from: body.from, to: body.to },
  );
  if (body.case.trim() === '' || body.case.length > LONGEST_CASE) {
    throw badMember('case', `must have 1 to ${LONGEST_CASE} characters`, RIGHT);
  }
  const terms = { id: readId(body.id), case: caseHash(body.case), ...readSpan(body.from, body.to) };
  return { terms, logTypes, text: body.case };
}

function readId(text: string | undefined): string {
  if (text === undefined) return randomUUID();
  const id = text.toLowerCase();
  if (!HOLD_ID.test(id)) throw badMember('id', 'is not a UUID', 'Leave it out to be given one.');
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
