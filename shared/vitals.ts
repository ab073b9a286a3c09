/**
 * The vital signs of a log type: how far behind it is, what is missing and for how long that can still be had, whether it
 * has fallen silent, and what of that is an alarm.
 *
 * One row and two queries of the table, three of a state type; the flow depends on none of it.
 */
import { type Alarm, alarmsOf, countdownOf, type OpenGap, type ProofFacts } from './alarms.ts';
import { coverage, type Known } from './archive/coverage.ts';
import { DAY } from './archive/hours.ts';
import { owedSpan } from './archive/ledgerState.ts';
import { formatSeconds, parseSeconds } from './archive/time.ts';
import { retentionEdge } from './archive/window.ts';
import { nowSeconds } from './clock.ts';
import { piecesAndGaps, wideReads } from './coverageIndex.ts';
import { overdueSeconds } from './coveragePin.ts';
import { damagedSegments } from './damage.ts';
import type { Deps } from './deps.ts';
import { readExpiry } from './expiry/expiryRow.ts';
import type { Ledger } from './ledger.ts';
import type { LogTypeState } from './logTypeState.ts';
import type { LogType } from './logTypes.ts';
import { readProofNotes } from './proof/proofRow.ts';
import { scheduleOf } from './schedule.ts';
import { LOOKED_BACK_SECONDS, type Volume, volumeOf } from './silence.ts';
import type { StatusRow } from './statusRow.ts';

export interface Vitals {
  /** Seconds between now and the watermark; `null` before the first read. */
  readonly lagSeconds: number | null;
  /** The oldest span that is missing and that the source still has. */
  readonly oldestGap: {
    readonly from: string;
    readonly to: string;
    readonly cause: string;
    /** `null` where the source keeps without limit. */
    readonly recoverableUntil: string | null;
  } | null;
  /** Seconds until the oldest missing second is lost for good. */
  readonly countdownSeconds: number | null;
  readonly volume: Volume;
  readonly integrity: Integrity;
  /** Critical ones first. */
  readonly alarms: readonly Alarm[];
}

/** What vouches for a log type, and how old that is. */
export interface Integrity {
  /** Seconds since all entries were last seen to be under a checkpoint; `null` before the first. */
  readonly checkpointAgeSeconds: number | null;
  /** What the archive found when it last checked itself; `null` before that. */
  readonly lastAudit: {
    readonly time: string;
    /** Segments whose bytes were read and hashed, and those of them that are missing or others. */
    readonly segments: number;
    readonly mismatches: number;
    /** Whether the index said what the ledger says. */
    readonly index: string;
  } | null;
}

/**
 * Takes the vital signs.
 * @param ledger where the log type stands; `undefined` when that cannot be read.
 * @param state how it is doing.
 */
export async function vitalsOf(
  deps: Deps,
  logType: LogType,
  ledger: Ledger | undefined,
  state: LogTypeState,
  row: StatusRow,
): Promise<Vitals> {
  const now = nowSeconds(deps);
  const known = ledger && (await knownOf(deps, logType, ledger, now));
  const oldestGap = known && oldestOpen(known, now, overdueSeconds(deps));
  const volume = volumeOf(known?.pieces ?? []);
  const watermark = ledger?.head?.to;
  const damaged = await damagedSegments(deps, logType);
  const proof = await proofFacts(deps, logType, ledger);
  const alarms = alarmsOf({
    logType,
    now,
    state,
    sourceDays: known ? known.schedule.sourceDays : logType.sourceRetentionDays,
    startedAt: ledger?.startedAt,
    watermark,
    oldestGap,
    unavailable: ledger?.unavailable?.why as LogTypeState | undefined,
    driftAt: ledger?.driftAt,
    damaged,
    lacksPolicies: row.lacksPolicies,
    successAt: row.successAt === undefined ? undefined : parseSeconds(row.successAt),
    volume,
    proof,
    expiry: deps.config.expireEnabled ? await readExpiry(deps, logType.name) : undefined,
  });
  const { hoursSinceLastRecord, longestQuietBefore } = volume;
  return {
    lagSeconds: watermark === undefined ? null : Math.max(0, now - watermark),
    oldestGap: oldestGap ? shownGap(oldestGap) : null,
    countdownSeconds: countdownOf(oldestGap, now),
    volume: { hoursSinceLastRecord, longestQuietBefore },
    integrity: integrityOf(proof, ledger, now),
    alarms,
  };
}

async function proofFacts(deps: Deps, { name }: LogType, ledger: Ledger | undefined): Promise<ProofFacts> {
  const { signedAt, error, refused, contradiction = refused } = await readProofNotes(deps, name);
  const audit = ledger?.audit;
  const found = audit && { ...audit, mismatched: JSON.parse(audit.mismatched) as string[] };
  return { signedAt, error, contradiction, audit: found };
}

function integrityOf({ signedAt }: ProofFacts, ledger: Ledger | undefined, now: number): Integrity {
  const { audit } = ledger ?? {};
  return {
    checkpointAgeSeconds: signedAt === undefined ? null : Math.max(0, now - signedAt),
    lastAudit: audit
      ? { time: formatSeconds(audit.at), segments: audit.segments, mismatches: audit.mismatches, index: audit.index }
      : null,
  };
}

/** The first span of what is missing and can still be had; `undefined` when nothing is. */
function oldestOpen(known: Known, now: number, overdue: number): OpenGap | undefined {
  const began = known.reach?.from ?? Math.min(...known.gaps.map((gap) => gap.from), now);
  const { sourceDays } = known.schedule;
  // What is forgotten within the hour is not asked for any more.
  const kept = sourceDays === undefined ? now - LOOKED_BACK_SECONDS : retentionEdge(now, sourceDays);
  const missing = coverage(known, Math.max(began, kept), now, now, overdue).filter(
    ({ state }) => state === 'gap' || state === 'unavailable',
  );
  const [first, ...rest] = missing;
  if (!first) return undefined;
  let { to } = first;
  for (const span of rest)
    if (span.from === to && span.state === first.state && span.cause === first.cause) to = span.to;
  return {
    from: first.from,
    to,
    cause: first.cause ?? '',
    recoverableUntil: first.recoverableUntil,
    unavailable: first.state === 'unavailable',
  };
}

/** What is known of the past that the source still has, and of as much as silence is judged by. */
async function knownOf(deps: Deps, logType: LogType, ledger: Ledger, now: number): Promise<Known> {
  const { unavailable } = ledger;
  const schedule = scheduleOf(ledger, logType);
  const from = now - Math.max(LOOKED_BACK_SECONDS, (schedule.sourceDays ?? 0) * DAY);
  return {
    ...(await piecesAndGaps(deps, logType.name, from)),
    wide: logType.state ? await wideReads(deps, logType.name) : [],
    schedule,
    reach: owedSpan(ledger),
    unavailable: unavailable?.cause,
  };
}

function shownGap({ from, to, cause, recoverableUntil }: OpenGap) {
  return {
    from: formatSeconds(from),
    to: formatSeconds(to),
    cause,
    recoverableUntil: recoverableUntil === undefined ? null : formatSeconds(recoverableUntil),
  };
}
