/**
 * The settings: environment in, one validated, frozen object out.
 *
 * Everything is checked at once and every problem is named, so that an operator mends them in one go. A value that is
 * malformed, or a name that starts like ours but is not one of ours (a slip of the keyboard), refuses to start. Secret
 * values are never repeated in an error. The platform's own names are not ours to judge.
 */
import { DAY, HOUR } from './archive/hours.ts';
import type { SimulatedTime } from './clock.ts';
import { ACCESS_LOG_TYPE, LOG_TYPES, type LogType } from './logTypes.ts';
import { isLoopback, KNOWN, SETTINGS, type Setting, type SigningKey } from './settings.ts';

export type StorageSettings =
  | { readonly connectionString: string }
  | { readonly blobServiceUri: string; readonly tableServiceUri: string; readonly clientId?: string };

export interface Config {
  readonly tenantId: string;
  /** Origin of Microsoft Graph, without a slash at the end. */
  readonly graphBaseUrl: string;
  /** Graph runs on this machine: it gets a fixed token instead of a credential. */
  readonly graphIsLocal: boolean;
  /** Client id of the user-assigned identity, if one is named. */
  readonly clientId: string | undefined;
  /** The log types to pull, with the source retention that the settings give them, and the access log. */
  readonly logTypes: readonly LogType[];
  /** Every log type there is: what one that is switched off has left is still held, deleted, signed and found. */
  readonly everyLogType: readonly LogType[];
  readonly settleMinutes: number;
  /** Ages at which a span is read again, in seconds, ascending. */
  readonly sweepAges: readonly number[];
  readonly runBudgetSeconds: number;
  readonly graphReportsPer10Seconds: number;
  readonly graphRiskPerSecond: number;
  /** Days a segment of this log type must be kept. */
  retentionDays(logType: string): number;
  readonly storage: StorageSettings;
  readonly authMode: 'entra' | 'none';
  /** Who issues tokens, as in their claim `iss`: `<authority>/<tenant>/v2.0`. */
  readonly authIssuer: string;
  /** Whom tokens are for, as in their claim `aud`; there is one where `authMode` is `entra`. */
  readonly authAudience: string | undefined;
  /** Requests that one instance works on at a time. */
  readonly maxParallelRequests: number;
  /** Whether a request must say in `X-Purpose` what it is for. */
  readonly purposeRequired: boolean;
  /** Without one, no checkpoints are signed. */
  readonly signingKey: SigningKey | undefined;
  /** The key that signed before and vouches for the new one; `lost` where it cannot any more. */
  readonly previousSigningKey: SigningKey | 'lost' | undefined;
  /** NCRONTAB. */
  readonly checkpointSchedule: string;
  readonly verifySchedule: string;
  readonly expireSchedule: string;
  /** Whether anything is ever deleted. */
  readonly expireEnabled: boolean;
  /** Client id of the identity that may delete, and does nothing else. */
  readonly expireClientId: string | undefined;
  readonly simulatedTime: SimulatedTime | undefined;
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

/** Settings that exist once for each log type, as `NAME__<logType>`. */
const PER_LOG_TYPE = new Set<string>(['RETENTION_DAYS', 'SOURCE_RETENTION_DAYS']);
/** Read by the Functions host out of the trigger definitions, not by this module. */
const READ_ELSEWHERE = new Set(['PULL_SCHEDULE']);
const OUR_PREFIXES =
  /^(TENANT_|GRAPH_|LOG_TYPE|PULL_SCHED|SETTLE_|SWEEP_|RUN_BUDGET|RETENTION_|SOURCE_RETENTION|AUTH_MODE|AUTH_ISS|AUTH_AUD|MAX_PARALLEL|PURPOSE_|Archive|SIMULATED_|SIGNING_|CHECKPOINT_|VERIFY_|EXPIRE_)/i;
/** What a secret that went into the wrong setting looks like: a connection string, a signed URL, a user in a URL. */
const LOOKS_SECRET = /(key|sig|signature|secret|password|pwd|token)=|:\/\/[^/]*@/i;

type Name = keyof typeof SETTINGS;
type ValueOf<N extends Name> = Exclude<ReturnType<(typeof SETTINGS)[N]['read']>, undefined>;

/**
 * Reads the settings.
 * @param env the process environment.
 * @throws ConfigError naming every problem at once.
 */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const problems = unknownNames(env);
  const get = <N extends Name>(name: N, variable: string = name): ValueOf<N> | undefined => {
    const text = env[variable];
    if (text === undefined || text === '') return undefined;
    const setting = SETTINGS[name] as Setting<ValueOf<N>>;
    const value = setting.read(text);
    if (value === undefined) problems.push(`${variable} got ${shown(setting, text)}; it wants ${setting.wants}.`);
    return value;
  };
  const required = <T>(value: T | undefined, name: Name, placeholder: T): T => {
    if (value === undefined && !env[name]) problems.push(`${name} is missing; it wants ${SETTINGS[name].wants}.`);
    return value ?? placeholder;
  };

  const graphBaseUrl = get('GRAPH_BASE_URL') ?? 'https://graph.microsoft.com';
  const graphIsLocal = isLoopback(new URL(graphBaseUrl).hostname);
  const simulatedTime = get('SIMULATED_CLOCK');
  if (simulatedTime && !graphIsLocal) problems.push(`SIMULATED_CLOCK wants ${SETTINGS.SIMULATED_CLOCK.wants}.`);
  const authMode = get('AUTH_MODE') ?? 'entra';
  if (authMode === 'none' && env.WEBSITE_INSTANCE_ID) {
    problems.push("AUTH_MODE is 'none', which would open the archive to everybody; in Azure it wants 'entra'.");
  }
  const tenantId = required(get('TENANT_ID'), 'TENANT_ID', '');
  const authIssuer = get('AUTH_ISSUER') ?? `https://login.microsoftonline.com/${tenantId}/v2.0`;
  const authAudience = get('AUTH_AUDIENCE');
  // Of a mode that is malformed enough has been said.
  if ((env.AUTH_MODE || 'entra') === 'entra') {
    required(authAudience, 'AUTH_AUDIENCE', '');
    problems.push(...wrongIssuer(authIssuer, tenantId, env.WEBSITE_INSTANCE_ID !== undefined));
  }
  const keys = { signingKey: get('SIGNING_KEY'), previousSigningKey: get('SIGNING_KEY_PREVIOUS') };
  if (env.WEBSITE_INSTANCE_ID) problems.push(...localKeys(keys));
  const names = get('LOG_TYPES') ?? [...LOG_TYPES.values()].filter((row) => !row.optional).map((row) => row.name);
  const retentionDefault = get('RETENTION_DAYS') ?? 2555;
  const retention = new Map(
    [...KNOWN.keys()].map((name) => [name, get('RETENTION_DAYS', `RETENTION_DAYS__${name}`) ?? retentionDefault]),
  );
  // Who reads leaves a trace, whatever is pulled: leaving the access log out of the list does not switch it off.
  const kept = [...new Set([...names, ACCESS_LOG_TYPE.name])];
  const known = new Map(
    [...KNOWN.keys()].map((name) => [
      name,
      withSourceRetention(name, get('SOURCE_RETENTION_DAYS', `SOURCE_RETENTION_DAYS__${name}`)),
    ]),
  );
  const logTypes = kept.map((name) => known.get(name) as LogType);

  const clientId = get('AZURE_CLIENT_ID');
  const [expireEnabled, expireClientId] = [get('EXPIRE_ENABLED') === 'true', get('EXPIRE_CLIENT_ID')];
  const storage = readStorage(get, clientId, problems);
  if (expireEnabled && 'blobServiceUri' in storage) problems.push(...deleterProblems(clientId, expireClientId));
  const config: Config = {
    tenantId,
    graphBaseUrl,
    graphIsLocal,
    clientId,
    logTypes,
    everyLogType: [...known.values()],
    settleMinutes: get('SETTLE_MINUTES') ?? 15,
    sweepAges: get('SWEEP_AGES') ?? [2 * HOUR, DAY, 3 * DAY, 7 * DAY, 25 * DAY],
    runBudgetSeconds: get('RUN_BUDGET_SECONDS') ?? 600,
    graphReportsPer10Seconds: get('GRAPH_REPORTS_PER_10S') ?? 4,
    graphRiskPerSecond: get('GRAPH_RISK_PER_SECOND') ?? 1,
    retentionDays: (logType) => retention.get(logType) ?? retentionDefault,
    storage,
    authMode,
    authIssuer,
    authAudience,
    maxParallelRequests: get('MAX_PARALLEL_REQUESTS') ?? 64,
    purposeRequired: get('PURPOSE_REQUIRED') === 'true',
    ...keys,
    checkpointSchedule: get('CHECKPOINT_SCHEDULE') ?? '0 5 * * * *',
    verifySchedule: get('VERIFY_SCHEDULE') ?? '0 35 3 * * *',
    expireSchedule: get('EXPIRE_SCHEDULE') ?? '0 20 * * * *',
    expireEnabled,
    expireClientId,
    simulatedTime,
  };
  if (problems.length > 0) throw new ConfigError(problems);
  return Object.freeze(config);
}

function readStorage(
  get: <N extends Name>(name: N) => ValueOf<N> | undefined,
  clientId: string | undefined,
  problems: string[],
): StorageSettings {
  const before = problems.length;
  const connectionString = get('ArchiveStorage');
  const blobServiceUri = get('ArchiveStorage__blobServiceUri');
  const tableServiceUri = get('ArchiveStorage__tableServiceUri');
  if (connectionString !== undefined) return { connectionString };
  if (blobServiceUri !== undefined && tableServiceUri !== undefined) {
    return { blobServiceUri, tableServiceUri, ...(clientId === undefined ? {} : { clientId }) };
  }
  // Of a value that is malformed enough has been said.
  if (problems.length > before) return { connectionString: '' };
  problems.push(
    'The archive has no storage: set ArchiveStorage__blobServiceUri and ArchiveStorage__tableServiceUri ' +
      '(managed identity), or ArchiveStorage (connection string, local stack only).',
  );
  return { connectionString: '' };
}

/** Whoever deletes is nobody who writes: a slip of one of the two cannot do both. */
function deleterProblems(clientId: string | undefined, expireClientId: string | undefined): string[] {
  const wants = 'the client id of the identity that may delete, and that does nothing else';
  if (expireClientId === undefined)
    return [`EXPIRE_ENABLED is 'true' and EXPIRE_CLIENT_ID is missing; it wants ${wants}.`];
  if (expireClientId !== clientId) return [];
  return [`EXPIRE_CLIENT_ID is that of AZURE_CLIENT_ID, which writes the archive; it wants ${wants}.`];
}

/** An issuer of another tenant would have every token refused; one on this machine would let anybody in who starts one. */
function wrongIssuer(issuer: string, tenantId: string, inAzure: boolean): string[] {
  const { hostname, pathname } = new URL(issuer);
  if (inAzure && isLoopback(hostname)) {
    return ["AUTH_ISSUER is on this machine, which is for a developer's; in Azure it wants the tenant's own issuer."];
  }
  if (tenantId === '' || pathname.toLowerCase() === `/${tenantId}/v2.0`) return [];
  return [
    `AUTH_ISSUER got '${issuer.slice(0, 80)}', which is not of TENANT_ID; it wants ${SETTINGS.AUTH_ISSUER.wants}.`,
  ];
}

/** A key in a file can be copied by whoever can read it, and then proves nothing. */
function localKeys(keys: Pick<Config, 'signingKey' | 'previousSigningKey'>): string[] {
  const named = { SIGNING_KEY: keys.signingKey, SIGNING_KEY_PREVIOUS: keys.previousSigningKey };
  return Object.entries(named)
    .filter(([, key]) => typeof key === 'object' && 'pemPath' in key)
    .map(([name]) => `${name} is a file, which is for a developer's machine; in Azure it wants a Key Vault key id.`);
}

function withSourceRetention(name: string, days: number | undefined): LogType {
  const logType = KNOWN.get(name);
  if (!logType) throw new Error(`no such log type: ${name}`);
  return days === undefined ? logType : { ...logType, sourceRetentionDays: days };
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
