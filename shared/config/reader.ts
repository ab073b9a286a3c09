/** Reads single settings out of an environment, and gathers what is wrong with them. */
import { LOG_TYPES } from '../logTypes.ts';
import { KNOWN, SETTINGS, type Setting } from '../settings.ts';

export type Name = keyof typeof SETTINGS;
export type ValueOf<N extends Name> = Exclude<ReturnType<(typeof SETTINGS)[N]['read']>, undefined>;

export interface Reader {
  /** What is wrong so far: each names the setting, what it got (never a secret) and what it wants. */
  readonly problems: string[];
  /** The platform says so by a name of its own. */
  readonly isInAzure: boolean;
  /**
   * Reads a setting.
   * @param variable its name in the environment, where that is another.
   * @returns `undefined` where it is not given or malformed; a problem says which.
   */
  get<N extends Name>(name: N, variable?: string): ValueOf<N> | undefined;
  /** Whether anything is given, right or not. */
  isGiven(name: Name): boolean;
  /** Makes it a problem that a setting is not given. */
  require(name: Name): void;
}

/** Settings that exist once for each log type, as `NAME__<logType>`. */
const PER_LOG_TYPE = new Set<string>(['RETENTION_DAYS', 'SOURCE_RETENTION_DAYS']);
/** Read by the Functions host out of the trigger definitions, not by us. */
const READ_ELSEWHERE = new Set(['PULL_SCHEDULE']);
const OUR_PREFIXES =
  /^(TENANT_|GRAPH_|LOG_TYPE|PULL_SCHED|SETTLE_|SWEEP_|RUN_BUDGET|RETENTION_|SOURCE_RETENTION|AUTH_MODE|AUTH_ISS|AUTH_AUD|MAX_PARALLEL|PURPOSE_|Archive|SIMULATED_|SIGNING_|CHECKPOINT_|VERIFY_|EXPIRE_)/i;
/** What a secret that went into the wrong setting looks like: a connection string, a signed URL, a user in a URL. */
const LOOKS_SECRET = /(key|sig|signature|secret|password|pwd|token)=|:\/\/[^/]*@/i;

/** A name that starts like ours but is not one of ours is a problem from the beginning. */
export function readerOf(env: NodeJS.ProcessEnv): Reader {
  const problems = unknownNames(env);
  return {
    problems,
    isInAzure: Boolean(env.WEBSITE_INSTANCE_ID),
    get<N extends Name>(name: N, variable: string = name) {
      const text = env[variable];
      if (text === undefined || text === '') return undefined;
      const setting = SETTINGS[name] as Setting<ValueOf<N>>;
      const value = setting.read(text);
      if (value === undefined) problems.push(`${variable} got ${shown(setting, text)}; it wants ${setting.wants}.`);
      return value;
    },
    isGiven: (name) => Boolean(env[name]),
    require(name) {
      if (!env[name]) problems.push(`${name} is missing; it wants ${SETTINGS[name].wants}.`);
    },
  };
}

function unknownNames(env: NodeJS.ProcessEnv): string[] {
  return Object.keys(env)
    .filter((variable) => OUR_PREFIXES.test(variable) && !isKnown(variable))
    .map((variable) => `${variable} is not a setting; check its spelling (local.settings.sample.json lists all).`);
}

function isKnown(variable: string): boolean {
  const [name = '', ...logType] = variable.split('__');
  if (logType.length > 0 && PER_LOG_TYPE.has(name)) {
    return (name === 'SOURCE_RETENTION_DAYS' ? LOG_TYPES : KNOWN).has(logType.join('__'));
  }
  return variable !== 'SOURCE_RETENTION_DAYS' && (variable in SETTINGS || READ_ELSEWHERE.has(variable));
}

function shown(setting: { secret?: boolean }, text: string): string {
  return setting.secret || LOOKS_SECRET.test(text) ? `a value of ${text.length} characters` : `'${text.slice(0, 80)}'`;
}
