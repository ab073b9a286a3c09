/**
 * Alarms: what of a log type needs somebody's attention, how urgently, and what to do.
 *
 * Levels follow from what the source keeps: what is a quarter of that behind is a warning, what is half of it behind is
 * critical, because the other half is what is left to mend it in. Pure; times are seconds since 1970.
 */
import { DAY, HOUR } from './archive/hours.ts';
import { formatSeconds } from './archive/time.ts';
import { type LogTypeState, nextStep } from './logTypeState.ts';
import type { LogType } from './logTypes.ts';
import { isSilent, type volumeOf } from './silence.ts';

export type AlarmName =
  | 'torn'
  | 'integrity'
  | 'misconfigured'
  | 'unavailable'
  | 'gap'
  | 'lag'
  | 'checkpoint'
  | 'expire'
  | 'policies'
  | 'schemaDrift'
  | 'silence'
  | 'throttled';

export type AlarmLevel = 'warning' | 'critical';

export interface Alarm {
  readonly name: AlarmName;
  readonly level: AlarmLevel;
  /** What is the matter and what to do, for an operator. */
  readonly text: string;
}

/** A span that is missing and that the source still has. */
export interface OpenGap {
  readonly from: number;
  readonly to: number;
  readonly cause: string;
  /** `undefined`: the source keeps without limit. */
  readonly recoverableUntil: number | undefined;
  /** The log type cannot be had, or could not then. */
  readonly unavailable: boolean;
}

/** Everything that alarms are judged by. */
export interface Facts {
  readonly logType: Pick<LogType, 'name' | 'permission' | 'source'>;
  readonly now: number;
  readonly state: LogTypeState;
  /** Days that the source keeps; `undefined` is without limit. */
  readonly sourceDays: number | undefined;
  /** When the ledger began; `undefined` before that. */
  readonly startedAt: number | undefined;
  /** How far the head has been read. */
  readonly watermark: number | undefined;
  readonly oldestGap: OpenGap | undefined;
  /** Why the ledger says that the log type cannot be had. */
  readonly unavailable: LogTypeState | undefined;
  /** Names of segments that are missing, or other than the ledger says. */
  readonly damaged: readonly string[];
  readonly driftAt: number | undefined;
  readonly lacksPolicies: boolean;
  /** When an attempt last went well. */
  readonly successAt: number | undefined;
  readonly volume: ReturnType<typeof volumeOf>;
  readonly proof: ProofFacts;
  /** What the last run of deletion met; `undefined` where none ran. */
  readonly expiry: ExpiryFacts | undefined;
}

/** What alarms about proofs are judged by. */
export interface ProofFacts {
  /** When all entries were last seen to be under a checkpoint. */
  readonly signedAt: number | undefined;
  /** Why the last run could not sign. */
  readonly error: string | undefined;
  /** What contradicts a checkpoint, or itself. */
  readonly contradiction: string | undefined;
  /** What the archive found when it last checked itself; `undefined` before that. */
  readonly audit:
    | { readonly mismatches: number; readonly mismatched: readonly string[]; readonly index: string }
    | undefined;
}

/** What alarms about deletion are judged by. */
export interface ExpiryFacts {
  /** Segments that the store refused to delete, and how it put it. */
  readonly refused: number;
  readonly cause: string | undefined;
  /** Why the last run did not get to its end. */
  readonly error: string | undefined;
}

/** Shares of what the source keeps. */
const WARNING_SHARE = 1 / 4;
const CRITICAL_SHARE = 1 / 2;
/** What a lag is measured by where nothing is ever forgotten, in days. */
const WITHOUT_LIMIT_DAYS = 30;
/** The first walk through all that the source keeps may take this long: until then it is behind by design. */
const FIRST_WALK = 3 * DAY;
/** Throttling that lasts this long is no passing one. */
const LASTING_SECONDS = 2 * HOUR;
/** Checkpoints are signed every hour. */
const UNSIGNED_SECONDS = 2 * HOUR;
const POLICIES =
  'Sign-ins come without appliedConditionalAccessPolicies: the app lacks a permission, and what is left out now cannot ' +
  'be had once Entra has forgotten the sign-in. Grant Policy.Read.ConditionalAccess (application) with admin consent.';

const UNREAD =
  'See lastError of GET /api/status; if the gap stays though that is mended, ask Microsoft why Graph does not show the span.';
const UNCOLLECTED =
  'Its rows wait in the table until they are collected: see lastError of GET /api/status, and whether the timer ' +
  'pull-access runs.';

type Rule = (facts: Facts) => Omit<Alarm, 'name'> | undefined;

/** One rule for each alarm, the most urgent first. */
const RULES: Readonly<Record<AlarmName, Rule>> = {
  torn: ({ state, logType }) =>
    state === 'torn' ? critical(`The ledger contradicts itself. ${nextStep(state, logType)}`) : undefined,
  integrity: ({ damaged, proof }) => {
    const text = damageOf(proof) ?? damageMet(damaged);
    return text === undefined ? undefined : critical(text);
  },
  misconfigured: ({ state, logType }) =>
    state === 'misconfigured' ? critical(`A container is missing. ${nextStep(state, logType)}`) : undefined,
  unavailable: (facts) => {
    const state = unavailability(facts);
    if (!state) return undefined;
    const text = `${facts.logType.name} cannot be had: it is ${state}. ${nextStep(state, facts.logType)}`;
    // What a cloud does not offer is not lost.
    return state === 'absent' || lagShare(facts) < CRITICAL_SHARE ? warning(text) : critical(text);
  },
  gap: (facts) => {
    const { oldestGap, watermark = 0 } = facts;
    if (!oldestGap || oldestGap.unavailable || (oldestGap.from >= watermark && isFirstWalk(facts))) return undefined;
    const text =
      `${formatSeconds(oldestGap.from)} to ${formatSeconds(oldestGap.to)} is missing: ${oldestGap.cause}. ` +
      (facts.logType.source === 'access' ? UNCOLLECTED : `${deadlineOf(oldestGap)} ${UNREAD}`);
    return isHalfGone(facts) ? critical(text) : warning(text);
  },
  lag: (facts) => {
    const { watermark, sourceDays } = facts;
    const share = lagShare(facts);
    if (isFirstWalk(facts) || unavailability(facts) === 'absent' || share < WARNING_SHARE) return undefined;
    const after = watermark === undefined ? '' : ` after ${formatSeconds(watermark)}`;
    const kept = sourceDays === undefined ? '' : `, and the source keeps ${sourceDays} days`;
    const text = `Nothing${after} has been read${kept}. See lastError of GET /api/status, and whether the pull timers run.`;
    return share < CRITICAL_SHARE ? warning(text) : critical(text);
  },
  checkpoint: ({ now, startedAt, proof: { signedAt = startedAt, error } }) => {
    if (signedAt === undefined || now - signedAt < UNSIGNED_SECONDS) return undefined;
    const cause = error === undefined ? 'see whether the timer runs' : error;
    const text =
      `No checkpoint since ${formatSeconds(signedAt)}: ${cause}. What was collected since is kept, and can be proved ` +
      'once a checkpoint is signed. Check SIGNING_KEY, that the key is enabled, and that the app has the role Key Vault ' +
      'Crypto User on it.';
    return now - signedAt < DAY ? warning(text) : critical(text);
  },
  expire: ({ expiry }) => {
    if (expiry && expiry.refused > 0) {
      return warning(
        `${expiry.refused} segments whose retention is over are still in the store, which refuses to delete them: ` +
          `${expiry.cause}. They are not served any more, nothing more is deleted meanwhile, and each run tries again. ` +
          'Look whether their container has a longer retention period or a legal hold, and whether the identity of ' +
          'EXPIRE_CLIENT_ID may delete blobs.',
      );
    }
    if (expiry?.error === undefined) return undefined;
    return warning(
      `Deleting what is past its retention did not get to its end: ${expiry.error.replace(/\.$/, '')}. Blobs may be gone ` +
        'that no entry confirms yet; the next run goes on.',
    );
  },
  policies: ({ lacksPolicies }) => (lacksPolicies ? warning(POLICIES) : undefined),
  schemaDrift: ({ driftAt, now }) =>
    driftAt !== undefined && now - driftAt < DAY
      ? warning(
          'More than half of what was read again had changed: Graph writes these records anew. All versions are kept; ' +
            'compare two of one record, and expect more storage until it ends.',
        )
      : undefined,
  // That nobody reads the archive is no fault.
  silence: ({ volume, logType }) =>
    logType.source === 'graph' && isSilent(volume)
      ? warning(
          `${volume.hoursSinceLastRecord} hours without a record; the longest before were ${volume.longestQuietBefore}. Graph ` +
            'answers, with nothing. Look for recent events in the Entra admin centre; if it shows any, ask Microsoft.',
        )
      : undefined,
  throttled: (facts) => {
    const { state, now, successAt = facts.startedAt ?? now, logType } = facts;
    if (state !== 'throttled' || now - successAt < LASTING_SECONDS) return undefined;
    return warning(`Graph has refused for hours, asking to wait. ${nextStep(state, logType)}`);
  },
};

/** The alarms that facts give rise to, critical ones first. */
export function alarmsOf(facts: Facts): Alarm[] {
  const names = Object.keys(RULES) as AlarmName[];
  const alarms = names.flatMap((name) => {
    const alarm = RULES[name](facts);
    return alarm ? [{ name, ...alarm }] : [];
  });
  return [...alarms.filter(({ level }) => level === 'critical'), ...alarms.filter(({ level }) => level === 'warning')];
}

/** Seconds until the oldest missing second is lost for good; `null` when nothing is missing, or nothing is forgotten. */
export function countdownOf(gap: OpenGap | undefined, now: number): number | null {
  return gap?.recoverableUntil === undefined ? null : Math.max(0, gap.recoverableUntil - now);
}

function warning(text: string): Omit<Alarm, 'name'> {
  return { level: 'warning', text };
}

function critical(text: string): Omit<Alarm, 'name'> {
  return { level: 'critical', text };
}

/** What readers met. */
function damageMet([first, ...more]: readonly string[]): string | undefined {
  if (first === undefined) return undefined;
  return (
    `${first}${more.length > 0 ? ` and ${more.length} more` : ''} cannot be what the ledger says: missing, or ` +
    'changed. Answers that need it break off. Keep what is there as evidence, find out who touched it (the ' +
    'diagnostic logs of the storage account), and restore it from a copy: the ledger holds its SHA-256.'
  );
}

/** What of the stored bytes is not as the ledger, or a checkpoint, says. */
function damageOf({ contradiction, audit }: ProofFacts): string | undefined {
  if (contradiction !== undefined) {
    return `What was signed and what is stored differ: ${contradiction}. Change nothing; compare with a copy (docs/FORMAT.md).`;
  }
  if (audit !== undefined && audit.mismatches > 0) {
    const more = audit.mismatches > 1 ? ` and ${audit.mismatches - 1} more` : '';
    return (
      `The segment ${audit.mismatched[0]}${more} is missing or has another SHA-256 than the ledger says. Keep the blob as ` +
      'evidence and restore it from a copy; the next audit looks at it again.'
    );
  }
  if (audit?.index !== 'differs') return undefined;
  return 'The index is not what the ledger says. Delete the rows of the log type from the table: they are made anew.';
}

/** Of what the source keeps, the share that lies between the watermark and now. */
function lagShare({ now, watermark, startedAt, sourceDays = WITHOUT_LIMIT_DAYS }: Facts): number {
  return (now - (watermark ?? startedAt ?? now)) / (sourceDays * DAY);
}

function isHalfGone({ oldestGap, now, sourceDays }: Facts): boolean {
  const countdown = countdownOf(oldestGap, now);
  return countdown !== null && sourceDays !== undefined && countdown < CRITICAL_SHARE * sourceDays * DAY;
}

function deadlineOf({ recoverableUntil }: OpenGap): string {
  if (recoverableUntil === undefined) return 'The source keeps it.';
  return `The source forgets it from ${formatSeconds(recoverableUntil)} on; until then it is tried again.`;
}

function isFirstWalk({ startedAt, now }: Facts): boolean {
  return startedAt === undefined || now - startedAt < FIRST_WALK;
}

function unavailability({ state, unavailable }: Facts): LogTypeState | undefined {
  return state === 'unlicensed' || state === 'forbidden' || state === 'absent' ? state : unavailable;
}
