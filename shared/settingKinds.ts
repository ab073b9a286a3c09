/** Kinds of values that settings have. */

/** What a setting may say, and what it means. */
export interface Setting<T> {
  readonly wants: string;
  /** `undefined` means malformed. */
  readonly read: (text: string) => T | undefined;
  readonly secret?: boolean;
}

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export const wholeNumber = (unit: string, least: number, most: number): Setting<number> => ({
  wants: `a whole number of ${unit} from ${least} to ${most}`,
  read: (text) => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    return value >= least && value <= most ? value : undefined;
  },
});

export const guid: Setting<string> = {
  wants: 'a GUID such as 2f6b9a3e-0d2c-4b55-9c1f-6a1d3e7b8c90',
  read: (text) => (GUID.test(text) ? text.toLowerCase() : undefined),
};

export const origin: Setting<string> = {
  wants: 'https://host without a path, or http://127.0.0.1:port for a local simulator',
  read: (text) => {
    const url = URL.parse(text);
    const allowed = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname));
    return allowed && (text === url.origin || text === `${url.origin}/`) ? url.origin : undefined;
  },
};

export const serviceUri: Setting<string> = {
  wants: 'an https URL such as https://account.blob.core.windows.net, with nothing after host and path',
  read: (text) => {
    const url = URL.parse(text);
    const bare = url && !/[?#@\s]/.test(text);
    return bare && url.protocol === 'https:' ? text.replace(/\/$/, '') : undefined;
  },
};

/** NCRONTAB with seconds: six fields. What a field may say is for the Functions host to judge. */
export const schedule: Setting<string> = {
  wants: "six fields of NCRONTAB, such as '0 5 * * * *' for five minutes past every hour",
  read: (text) => (/^[\w*,/-]+(?: [\w*,/-]+){5}$/.test(text) ? text : undefined),
};

/** Who issues tokens, as their claim `iss` says it. */
export const issuer: Setting<string> = {
  wants:
    'https://<authority>/<TENANT_ID>/v2.0, such as https://login.microsoftonline.com/<TENANT_ID>/v2.0, or on a ' +
    "developer's machine the same at http://127.0.0.1:<port>",
  read: (text) => {
    const url = URL.parse(text);
    const allowed = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname));
    return allowed && text === `${url.origin}${url.pathname}` && url.pathname.endsWith('/v2.0') ? text : undefined;
  },
};

export const audience: Setting<string> = {
  wants: "the app registration's client id, a GUID, or its api:// URI, as tokens name it in the claim aud",
  read: (text) => guid.read(text) ?? (/^api:\/\/[\w.~/-]{1,240}$/.test(text) ? text : undefined),
};

export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}
