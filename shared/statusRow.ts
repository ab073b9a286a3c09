/**
 * What the last attempts said of a log type: one row of the table, written when something changes.
 *
 * It is a hint for people and alarms, never read by the flow.
 */
import { formatSeconds } from './archive/time.ts';
import { nowSeconds } from './clock.ts';
import type { Deps } from './deps.ts';
import { messageOf } from './errors.ts';
import { type FailureKind, GraphFailure } from './graph/failure.ts';
import { type Ledger, LedgerTorn } from './ledger.ts';
import { type LogTypeState, nextStep } from './logTypeState.ts';
import type { LogType } from './logTypes.ts';
import { partitionOf } from './segmentIndex.ts';
import { ContainerMissing, type RowValues } from './storage/port.ts';

const STATUS_ROW = 'status';

const STATE_OF: Partial<Record<FailureKind, LogTypeState>> = {
  throttled: 'throttled',
  unlicensed: 'unlicensed',
  forbidden: 'forbidden',
  absent: 'absent',
};

/** The state that an error puts a log type into. */
export function stateAfter(error: unknown): LogTypeState {
  if (error instanceof LedgerTorn) return 'torn';
  if (error instanceof ContainerMissing) return 'misconfigured';
  return (error instanceof GraphFailure ? STATE_OF[error.kind] : undefined) ?? 'failing';
}

export interface StatusRow {
  /** `undefined` before the first attempt. */
  readonly state: LogTypeState | undefined;
  /** When an attempt last went well. */
  readonly successAt: string | undefined;
  readonly lastError: { readonly time: string; readonly message: string } | undefined;
  /** Sign-ins came without the policies that were applied to them. */
  readonly lacksPolicies: boolean;
}

/** Reads the row. */
export async function readStatusRow(deps: Deps, logType: string): Promise<StatusRow> {
  const values = await valuesOf(deps, logType);
  const text = (name: string) => (values[name] === undefined ? undefined : String(values[name]));
  const message = text('error');
  return {
    state: text('state') as LogTypeState | undefined,
    successAt: text('successAt'),
    lastError: message === undefined ? undefined : { time: text('errorAt') ?? '', message },
    lacksPolicies: values.lacksPolicies === true,
  };
}

/**
 * Notes that a turn went well. Writes only when the row would change by more than a minute.
 * @param lacksPolicies whether sign-ins came without the policies applied to them; `undefined` where nothing came.
 */
export async function recordSuccess(deps: Deps, logType: LogType, lacksPolicies?: boolean): Promise<void> {
  const time = isoNow(deps);
  const before = await valuesOf(deps, logType.name);
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
 */
export async function recordFailure(
  deps: Deps,
  logType: LogType,
  ledger: Ledger | undefined,
  error: unknown,
): Promise<void> {
  const state = stateAfter(error);
  const cause = messageOf(error).replace(/\.$/, '');
  const next = nextStep(state, logType);
  const message = `collecting ${logType.name} after ${standOf(ledger)} failed: ${cause}. ${next}`;
  deps.log('warn', message, { logType: logType.name, state, kind: error instanceof Error ? error.name : typeof error });
  try {
    const before = await valuesOf(deps, logType.name);
    await write(deps, logType, { ...before, state, errorAt: isoNow(deps), error: message.slice(0, 2000) });
  } catch (unwritten) {
    deps.log('error', `the status of ${logType.name} could not be noted: ${messageOf(unwritten)}`, {
      logType: logType.name,
      state,
    });
  }
}

function standOf(ledger: Ledger | undefined): string {
  if (!ledger) return 'a watermark that could not be read';
  return ledger.head ? formatSeconds(ledger.head.to) : 'the start of the walk';
}

async function valuesOf(deps: Deps, logType: string): Promise<RowValues> {
  return (await deps.state.get(partitionOf(deps, logType), STATUS_ROW))?.values ?? {};
}

async function write(deps: Deps, logType: LogType, values: RowValues): Promise<void> {
  await deps.state.commit(partitionOf(deps, logType.name), [{ kind: 'upsert', key: STATUS_ROW, values }]);
}

function isoNow(deps: Deps): string {
  return formatSeconds(nowSeconds(deps));
}
