/**
 * How each log type is doing: what the last attempt said, and what the ledger says.
 *
 * A pull writes one row a log type when something changes; it is a hint for people and alarms, never read by the flow.
 */
import { formatSeconds } from './archive/time.ts';
import type { Deps } from './deps.ts';
import { type FailureKind, GraphFailure } from './graph/failure.ts';
import { applyLedger, type Ledger, LedgerTorn } from './ledger.ts';
import type { LogType } from './logTypes.ts';
import { partitionOf } from './segmentIndex.ts';
import { ContainerMissing } from './storage/port.ts';

export type LogTypeState =
  | 'healthy'
  | 'failing'
  | 'throttled'
  | 'unlicensed'
  | 'forbidden'
  | 'absent'
  | 'misconfigured'
  | 'torn';

export interface LogTypeStatus {
  readonly logType: string;
  readonly state: LogTypeState;
  /** How far the head has been read; `null` before the first read. */
  readonly watermark: string | null;
  /** Where the walk began. */
  readonly from: string | null;
  /** Seconds between now and the watermark. */
  readonly lagSeconds: number | null;
  readonly entries: number;
  readonly segments: number;
  readonly records: number;
  /** Stored, compressed. */
  readonly bytes: number;
  /** Before compression. */
  readonly rawBytes: number;
  readonly lastEntry: string | null;
  readonly lastSuccess: string | null;
  readonly lastError: { readonly time: string; readonly message: string } | null;
}

const STATUS_ROW = 'status';

const STATE_OF: Partial<Record<FailureKind, LogTypeState>> = {
  throttled: 'throttled',
  unlicensed: 'unlicensed',
  forbidden: 'forbidden',
  absent: 'absent',
};

/**
 * Notes that a turn went well. Writes only when the row would change by more than a minute.
 * @param lacksPolicies whether sign-ins came without the policies applied to them; `undefined` where nothing came.
 */
export async function recordSuccess(deps: Deps, logType: LogType, lacksPolicies?: boolean): Promise<void> {
  const time = isoNow(deps);
  const row = await deps.state.get(partitionOf(deps, logType.name), STATUS_ROW);
  const before = row?.values ?? {};
  const news = lacksPolicies !== undefined && lacksPolicies !== before.lacksPolicies;
  if (!news && before.state === 'healthy' && String(before.successAt).slice(0, 16) === time.slice(0, 16)) return;
  if (news && lacksPolicies) deps.log('error', LACKS_POLICIES, { logType: logType.name });
  await write(deps, logType, { ...before, state: 'healthy', successAt: time, ...(news && { lacksPolicies }) });
}

const LACKS_POLICIES =
  'Graph leaves appliedConditionalAccessPolicies out of every sign-in, for good: the app lacks a permission. ' +
  'Grant Policy.Read.ConditionalAccess (application) with admin consent.';

/**
 * Notes a failed turn and logs it: operation, log type, range, cause and the next step. Never throws: when the note
 * itself cannot be written that is logged too, and other log types go on.
 * @param ledger where the log type stood; `undefined` when that could not be read.
 * @returns the state before; `undefined` when that could not be noted.
 */
export async function recordFailure(
  deps: Deps,
  logType: LogType,
  ledger: Ledger | undefined,
  error: unknown,
): Promise<LogTypeState | undefined> {
  const state = stateOf(error);
  const cause = messageOf(error).replace(/\.$/, '');
  const message = `collecting ${logType.name} after ${standOf(ledger)} failed: ${cause}. ${NEXT_STEP[state](logType)}`;
  deps.log('warn', message, { logType: logType.name, state, kind: error instanceof Error ? error.name : typeof error });
  try {
    const row = await deps.state.get(partitionOf(deps, logType.name), STATUS_ROW);
    await write(deps, logType, { ...row?.values, state, errorAt: isoNow(deps), error: message.slice(0, 2000) });
    return row?.values.state as LogTypeState | undefined;
  } catch (unwritten) {
    deps.log('error', `the status of ${logType.name} could not be noted: ${messageOf(unwritten)}`, {
      logType: logType.name,
      state,
    });
    return undefined;
  }
}

function standOf(ledger: Ledger | undefined): string {
  if (!ledger) return 'a watermark that could not be read';
  return ledger.head ? formatSeconds(ledger.head.to) : 'the start of the walk';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

const NEXT_STEP: Record<LogTypeState, (logType: LogType) => string> = {
  healthy: () => '',
  failing: () => 'Nothing is lost; the next run tries again.',
  throttled: () => 'Nothing is lost; the next run tries again. Check whether another app shares this registration.',
  unlicensed: () => 'It is tried again at every run. Check the Entra ID P1/P2 licence, or grant Directory.Read.All.',
  forbidden: (logType) => `Grant the application permission ${logType.permission} with admin consent.`,
  absent: (logType) => `This cloud does not offer it; take ${logType.name} out of LOG_TYPES.`,
  misconfigured: () => 'Deploy the missing container with its immutability policy.',
  torn: () => 'Nothing is written until the ledger is repaired: see docs/FORMAT.md, "Rules of a ledger".',
};

function stateOf(error: unknown): LogTypeState {
  if (error instanceof LedgerTorn) return 'torn';
  if (error instanceof ContainerMissing) return 'misconfigured';
  return (error instanceof GraphFailure ? STATE_OF[error.kind] : undefined) ?? 'failing';
}

/** The status of every log type that is switched on. A ledger that is torn is a state, not an error. */
export async function readStatus(deps: Deps, mostEntries: number): Promise<LogTypeStatus[]> {
  return Promise.all(deps.config.logTypes.map((logType) => statusOf(deps, logType.name, mostEntries)));
}

async function statusOf(deps: Deps, logType: string, mostEntries: number): Promise<LogTypeStatus> {
  const row = await deps.state.get(partitionOf(deps, logType), STATUS_ROW);
  const { values = {} } = row ?? {};
  const text = (name: string) => (values[name] === undefined ? null : String(values[name]));
  const lastError = text('error');
  let ledger: Ledger | undefined;
  let state = (text('state') ?? 'healthy') as LogTypeState;
  try {
    ledger = await applyLedger(deps, logType, mostEntries);
  } catch (error) {
    if (!(error instanceof LedgerTorn || error instanceof ContainerMissing)) throw error;
    state = stateOf(error);
  }
  const head = ledger?.head;
  return {
    logType,
    state,
    watermark: head ? formatSeconds(head.to) : null,
    from: head ? formatSeconds(head.from) : null,
    lagSeconds: head ? Math.max(0, Math.floor(deps.clock.now() / 1000) - head.to) : null,
    entries: (ledger?.seq ?? -1) + 1,
    segments: ledger?.segments ?? 0,
    records: ledger?.records ?? 0,
    bytes: ledger?.bytes ?? 0,
    rawBytes: ledger?.rawBytes ?? 0,
    lastEntry: ledger?.time ?? null,
    lastSuccess: text('successAt'),
    lastError: lastError === null ? null : { time: text('errorAt') ?? '', message: lastError },
  };
}

async function write(deps: Deps, logType: LogType, values: Record<string, string | number | boolean>): Promise<void> {
  await deps.state.commit(partitionOf(deps, logType.name), [{ kind: 'upsert', key: STATUS_ROW, values }]);
}

function isoNow(deps: Deps): string {
  return formatSeconds(Math.floor(deps.clock.now() / 1000));
}
