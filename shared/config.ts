/**
 * The settings: environment in, one validated, frozen object out.
 *
 * Everything is checked at once and every problem is named, so that an operator mends them in one go. A value that is
 * malformed, or a name that starts like ours but is not one of ours (a slip of the keyboard), refuses to start. Secret
 * values are never repeated in an error. The platform's own names are not ours to judge.
 */
import { DAY, HOUR } from './archive/hours.ts';
import { type KeySettings, readKeys } from './config/keys.ts';
import { type LogTypeSettings, readLogTypes } from './config/logTypes.ts';
import { readerOf } from './config/reader.ts';
import { readSignIn, type SignInSettings } from './config/signIn.ts';
import { readSource, type SourceSettings } from './config/source.ts';
import { readStores, type StoreSettings } from './config/stores.ts';
import { SETTINGS } from './settings.ts';

export interface Config extends SourceSettings, SignInSettings, KeySettings, LogTypeSettings, StoreSettings {
  readonly settleMinutes: number;
  /** Ages at which a span is read again, in seconds, ascending. */
  readonly sweepAges: readonly number[];
  readonly runBudgetSeconds: number;
  readonly graphReportsPer10Seconds: number;
  readonly graphRiskPerSecond: number;
  /** Requests that one instance works on at a time. */
  readonly maxParallelRequests: number;
  /** Whether a request must say in `X-Purpose` what it is for. */
  readonly purposeRequired: boolean;
  /** NCRONTAB. */
  readonly checkpointSchedule: string;
  readonly verifySchedule: string;
  readonly expireSchedule: string;
}

/** One or more settings are wrong. The message names each, what it got (never a secret) and what it wants. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(
      `The settings are not usable; nothing was started.\n${problems.map((problem) => `  - ${problem}`).join('\n')}`,
    );
    this.problems = problems;
  }
}

/** Every setting that this module reads; local.settings.sample.json is held to it. */
export const SETTING_NAMES: readonly string[] = Object.keys(SETTINGS);

/**
 * Reads the settings.
 * @param env the process environment.
 * @throws ConfigError naming every problem at once.
 */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const reader = readerOf(env);
  const { get, problems } = reader;
  const config: Config = {
    ...readSource(reader),
    ...readSignIn(reader),
    ...readKeys(reader),
    ...readLogTypes(reader),
    ...readStores(reader),
    settleMinutes: get('SETTLE_MINUTES') ?? 15,
    sweepAges: get('SWEEP_AGES') ?? [2 * HOUR, DAY, 3 * DAY, 7 * DAY, 25 * DAY],
    runBudgetSeconds: get('RUN_BUDGET_SECONDS') ?? 600,
    graphReportsPer10Seconds: get('GRAPH_REPORTS_PER_10S') ?? 4,
    graphRiskPerSecond: get('GRAPH_RISK_PER_SECOND') ?? 1,
    maxParallelRequests: get('MAX_PARALLEL_REQUESTS') ?? 64,
    purposeRequired: get('PURPOSE_REQUIRED') ?? false,
    checkpointSchedule: get('CHECKPOINT_SCHEDULE') ?? '0 5 * * * *',
    verifySchedule: get('VERIFY_SCHEDULE') ?? '0 35 3 * * *',
    expireSchedule: get('EXPIRE_SCHEDULE') ?? '0 20 * * * *',
  };
  if (problems.length > 0) throw new ConfigError(problems);
  return Object.freeze(config);
}
