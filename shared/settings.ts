/**
 * The settings as data: what each wants, in words and as a reader of its text.
 */
import { DAY, HOUR } from './archive/hours.ts';
import { GUID } from './archive/names.ts';
import { parseDuration } from './archive/schedule.ts';
import { parseSimulatedTime, type SimulatedTime } from './clock.ts';
import { ACCESS_LOG_TYPE, LOG_TYPES, type LogType } from './logTypes.ts';

/** Where a key is that signs checkpoints: in a Key Vault, or in a file on a developer's machine. */
export type SigningKey = { readonly keyId: string } | { readonly pemPath: string };

export interface Setting<T> {
  readonly wants: string;
  /** `undefined` means malformed. */
  readonly read: (text: string) => T | undefined;
  readonly secret?: boolean;
}

const wholeNumber = (unit: string, least: number, most: number): Setting<number> => ({
  wants: `a whole number of ${unit} from ${least} to ${most}`,
  read: (text) => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    return value >= least && value <= most ? value : undefined;
  },
});

const FLAGS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['false', false],
]);

const flag = (wants: string): Setting<boolean> => ({ wants, read: (text) => FLAGS.get(text) });

const guid: Setting<string> = {
  wants: 'a GUID such as 2f6b9a3e-0d2c-4b55-9c1f-6a1d3e7b8c90',
  read: (text) => (GUID.test(text.toLowerCase()) ? text.toLowerCase() : undefined),
};

const origin: Setting<string> = {
  wants: 'https://host without a path, or http://127.0.0.1:port for a local simulator',
  read: (text) => {
    const url = URL.parse(text);
    const allowed = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname));
    return allowed && (text === url.origin || text === `${url.origin}/`) ? url.origin : undefined;
  },
};

const serviceUri: Setting<string> = {
  wants: 'an https URL such as https://account.blob.core.windows.net, with nothing after host and path',
  read: (text) => {
    const url = URL.parse(text);
    const bare = url && !/[?#@\s]/.test(text);
    return bare && url.protocol === 'https:' ? text.replace(/\/$/, '') : undefined;
  },
};

/** NCRONTAB with seconds: six fields. What a field may say is for the Functions host to judge. */
const schedule: Setting<string> = {
  wants: "six fields of NCRONTAB, such as '0 5 * * * *' for five minutes past every hour",
  read: (text) => (/^[\w*,/-]+(?: [\w*,/-]+){5}$/.test(text) ? text : undefined),
};

/** Key identifiers: learn.microsoft.com/azure/key-vault/general/about-keys-secrets-certificates. */
const KEY_ID = /^https:\/\/[a-z0-9-]+(?:\.[a-z0-9-]+)+\/keys\/[a-zA-Z0-9-]{1,127}\/[0-9a-f]{32}$/;

const signingKey: Setting<SigningKey> = {
  wants:
    "a Key Vault key id with its version, https://<vault>/keys/<name>/<version>, or on a developer's machine the path of a .pem file",
  read: (text) => {
    if (KEY_ID.test(text)) return { keyId: text };
    return /^(?!\w+:\/\/)[^\n]+\.pem$/.test(text) ? { pemPath: text } : undefined;
  },
};

/** Every log type that may be named, the access log too. */
export const KNOWN: ReadonlyMap<string, LogType> = new Map([...LOG_TYPES, [ACCESS_LOG_TYPE.name, ACCESS_LOG_TYPE]]);

/** Every setting by its name. */
export const SETTINGS = {
  TENANT_ID: guid,
  GRAPH_BASE_URL: origin,
  LOG_TYPES: {
    wants: `a comma list of ${[...LOG_TYPES.keys()].join(', ')}`,
    read: (text: string) => {
      const names = text.split(',').map((name) => name.trim());
      return names.every((name) => KNOWN.has(name)) && new Set(names).size === names.length ? names : undefined;
    },
  } satisfies Setting<string[]>,
  SETTLE_MINUTES: wholeNumber('minutes', 0, 1440),
  SWEEP_AGES: {
    wants: 'a comma list of 1 to 16 ISO 8601 durations from PT1H to P365D, ascending, such as PT2H,P1D,P3D,P7D,P25D',
    read: (text: string) => {
      const ages = text.split(',').map((age) => parseDuration(age.trim()) ?? 0);
      const ascending = ages.every((age, n) => age > (ages[n - 1] ?? 0) && age >= HOUR && age <= 365 * DAY);
      return ascending && ages.length <= 16 ? ages : undefined;
    },
  } satisfies Setting<number[]>,
  RUN_BUDGET_SECONDS: wholeNumber('seconds', 10, 3600),
  GRAPH_REPORTS_PER_10S: wholeNumber('requests per 10 seconds', 1, 100_000),
  GRAPH_RISK_PER_SECOND: wholeNumber('requests per second', 1, 10_000),
  RETENTION_DAYS: wholeNumber('days', 1, 146_000),
  SOURCE_RETENTION_DAYS: wholeNumber('days', 1, 3650),
  AZURE_CLIENT_ID: guid,
  ArchiveStorage: {
    wants: 'a storage connection string (local stack only)',
    read: (text: string) =>
      /(^|;)(AccountName|BlobEndpoint)=/i.test(text) || text === 'UseDevelopmentStorage=true' ? text : undefined,
    secret: true,
  } satisfies Setting<string>,
  ArchiveStorage__blobServiceUri: serviceUri,
  ArchiveStorage__tableServiceUri: serviceUri,
  AUTH_MODE: {
    wants: "'entra', or 'none' on a developer's machine",
    read: (text: string) => (text === 'entra' || text === 'none' ? text : undefined),
  } satisfies Setting<'entra' | 'none'>,
  AUTH_ISSUER: {
    wants:
      'https://<authority>/<TENANT_ID>/v2.0, such as https://login.microsoftonline.com/<TENANT_ID>/v2.0, or on a ' +
      "developer's machine the same at http://127.0.0.1:<port>",
    read: (text: string) => {
      const url = URL.parse(text);
      const allowed = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname));
      return allowed && text === `${url.origin}${url.pathname}` && url.pathname.endsWith('/v2.0') ? text : undefined;
    },
  } satisfies Setting<string>,
  AUTH_AUDIENCE: {
    wants: "the app registration's client id, a GUID, or its api:// URI, as tokens name it in the claim aud",
    read: (text: string) => guid.read(text) ?? (/^api:\/\/[\w.~/-]{1,240}$/.test(text) ? text : undefined),
  } satisfies Setting<string>,
  MAX_PARALLEL_REQUESTS: wholeNumber('requests at a time', 1, 10_000),
  PURPOSE_REQUIRED: flag("'true' or 'false'"),
  SIGNING_KEY: signingKey,
  SIGNING_KEY_PREVIOUS: {
    wants: `${signingKey.wants}, or 'lost'`,
    read: (text: string) => (text === 'lost' ? ('lost' as const) : signingKey.read(text)),
  } satisfies Setting<SigningKey | 'lost'>,
  CHECKPOINT_SCHEDULE: schedule,
  VERIFY_SCHEDULE: schedule,
  EXPIRE_SCHEDULE: schedule,
  EXPIRE_ENABLED: flag("'true', or 'false' to delete nothing"),
  EXPIRE_CLIENT_ID: guid,
  SIMULATED_CLOCK: {
    wants: '<UTC time>*<speed>, such as 2026-11-21T08:00:00Z*60, and only with a local GRAPH_BASE_URL',
    read: parseSimulatedTime,
  } satisfies Setting<SimulatedTime>,
};

/** Whether a host name is this machine's. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}
