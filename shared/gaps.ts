/**
 * Gaps: what should have been read and was not, said in the ledger with its bounds, its cause and its deadline.
 *
 * A gap is never a reason to stop: it is said, and the pull goes on behind it. Later reads that succeed close it.
 */
import { append } from './append.ts';
import type { GapEntry, Unavailability } from './archive/entry.ts';
import { DAY } from './archive/hours.ts';
import { formatSeconds } from './archive/time.ts';
import { retentionEdge, type Window } from './archive/window.ts';
import { nowSeconds } from './clock.ts';
import type { Deps } from './deps.ts';
import type { Ledger } from './ledger.ts';
import type { LogFields } from './logFields.ts';
import type { LogType } from './logTypes.ts';

const UNAVAILABLE: Readonly<Record<Unavailability, string>> = {
  unlicensed: 'the tenant has no licence for it',
  forbidden: 'the app has no permission for it',
  absent: 'this cloud does not offer it',
};

/** The part of the past after the head that the source no longer has. */
export function forgottenSpan(deps: Deps, logType: LogType, ledger: Ledger): Window | undefined {
  if (logType.sourceRetentionDays === undefined || !ledger.head) return undefined;
  const now = nowSeconds(deps);
  if (ledger.head.to >= now - logType.sourceRetentionDays * DAY) return undefined;
  return { from: ledger.head.to, to: retentionEdge(now, logType.sourceRetentionDays) };
}

/** Says that a span was forgotten before it was read. */
export async function commitForgotten(deps: Deps, logType: LogType, ledger: Ledger, span: Window): Promise<Ledger> {
  const unavailable = ledger.unavailable?.why as Unavailability | undefined;
  const why = unavailable ? causeOf(unavailable) : `it keeps ${logType.sourceRetentionDays} days`;
  const gap = gapOf(logType, span, `not read before the source forgot it (${why})`);
  deps.log('error', 'a span is lost for good: the source no longer has it', fieldsOf(logType, gap));
  return commitGap(deps, logType, ledger, unavailable ? { ...gap, unavailable } : gap);
}

/** Says that a span cannot be read though its neighbours can. */
export async function commitUnreadable(
  deps: Deps,
  logType: LogType,
  ledger: Ledger,
  span: Window,
  cause: string,
): Promise<Ledger> {
  const gap = gapOf(logType, span, cause);
  deps.log('error', 'a span cannot be read; the pull goes on behind it', fieldsOf(logType, gap));
  return commitGap(deps, logType, ledger, gap);
}

/**
 * Says that the log type cannot be had from its head on: when that begins, and then once a day. The head stays where it
 * is, so that everything the source still has is read when the log type comes back. What the source has forgotten since
 * is not said here: `commitForgotten` does, and moves the head.
 */
export async function commitUnavailable(
  deps: Deps,
  logType: LogType,
  ledger: Ledger,
  unavailable: Unavailability,
): Promise<Ledger> {
  const now = nowSeconds(deps);
  const known = ledger.unavailable;
  if (known?.why === unavailable && now - known.at < DAY) return ledger;
  const edge = logType.sourceRetentionDays === undefined ? undefined : retentionEdge(now, logType.sourceRetentionDays);
  const from = Math.max(ledger.head?.to ?? edge ?? now - DAY, edge ?? 0);
  const to = now - deps.config.settleMinutes * 60;
  if (from >= to) return ledger;
  const gap = gapOf(logType, { from, to }, causeOf(unavailable));
  return commitGap(deps, logType, ledger, { ...gap, unavailable });
}

/** One attempt. If another instance takes the number, the next call looks again whether there is still a gap to say. */
async function commitGap(deps: Deps, logType: LogType, ledger: Ledger, gap: GapEntry['gap']): Promise<Ledger> {
  return (await append(deps, logType, ledger, { kind: 'gap', gap })).ledger;
}

function causeOf(unavailable: Unavailability): string {
  return `${unavailable}: ${UNAVAILABLE[unavailable]}`;
}

function gapOf(logType: LogType, span: Window, cause: string): GapEntry['gap'] {
  const days = logType.sourceRetentionDays;
  return {
    from: formatSeconds(span.from),
    to: formatSeconds(span.to),
    cause: cause.replace(/[^\x20-\x7e]/g, '?').slice(0, 200),
    recoverableUntil: days === undefined ? null : formatSeconds(span.from + days * DAY),
  };
}

function fieldsOf({ name }: LogType, { from, to, cause, recoverableUntil }: GapEntry['gap']): LogFields {
  return { logType: name, from, to, cause, recoverableUntil };
}
