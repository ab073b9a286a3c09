/**
 * Links that a page may carry to lead a token astray, and some that only look like it.
 *
 * `home` and `spy` are authorities, such as `127.0.0.1:7071`: where the token belongs, and where somebody waits for it.
 */
export type Link = readonly [name: string, link: (home: string, spy: string) => string];

/** Links that lead, or try to lead, away from `home`. `spy` listens and is waiting for a token. */
export const HOSTILE: readonly Link[] = [
  ['another port', (_, spy) => `http://${spy}/v1.0/x`],
  ['another port, host in words', (_, spy) => `http://localhost:${portOf(spy)}/v1.0/x`],
  ['the same port, host in words', (home) => `http://localhost:${portOf(home)}/v1.0/x`],
  ['no port', (home) => `http://${hostOf(home)}/v1.0/x`],
  ['https', (home) => `https://${home}/v1.0/x`],
  ['another scheme', (home) => `ftp://${home}/v1.0/x`],
  ['ws', (home) => `ws://${home}/v1.0/x`],
  ['a file', () => 'file:///etc/passwd'],
  ['data', () => 'data:application/json,{"value":[]}'],
  ['javascript', (home) => `javascript://${home}/%0aalert(1)`],
  ['blob', (home) => `blob:http://${home}/v1.0/x`],
  ['a suffix host', (home) => `http://${home}.example.com/v1.0/x`],
  ['a suffix host without a dot', (home) => `http://${hostOf(home)}example.com:${portOf(home)}/v1.0/x`],
  ['a prefix host', (home) => `http://evil${home}/v1.0/x`],
  ['a sub-domain', (home) => `http://evil.${home}/v1.0/x`],
  ['a trailing dot', (home) => `http://${hostOf(home)}.example.:${portOf(home)}/v1.0/x`],
  ['home as user', (home, spy) => `http://${hostOf(home)}@${spy}/v1.0/x`],
  ['home as user and password', (home, spy) => `http://${home}@${spy}/v1.0/x`],
  ['a user at home', (home) => `http://user@${home}/v1.0/x`],
  ['a user with a password at home', (home) => `http://user:secret@${home}/v1.0/x`],
  ['two at signs', (home, spy) => `http://${home}@${home}@${spy}/v1.0/x`],
  ['a backslash in the user', (home, spy) => `http:\\\\${home}@${spy}/v1.0/x`],
  ['an escaped slash in the user', (home, spy) => `http://${home}%2f@${spy}/v1.0/x`],
  ['an escaped backslash in the user', (home, spy) => `http://${home}%5c@${spy}/v1.0/x`],
  ['escaped dots', (_, spy) => `http://127%2e0%2e0%2e1:${portOf(spy)}/v1.0/x`],
  ['an escaped at sign in the user', (home, spy) => `http://${hostOf(home)}%40x@${spy}/v1.0/x`],
  ['full-width digits', (_, spy) => `http://１２７.0.0.1:${portOf(spy)}/v1.0/x`],
  ['an ideographic full stop', (_, spy) => `http://127。0。0。1:${portOf(spy)}/v1.0/x`],
  ['a decimal IP', (_, spy) => `http://2130706433:${portOf(spy)}/v1.0/x`],
  ['an octal IP', (_, spy) => `http://0177.0.0.1:${portOf(spy)}/v1.0/x`],
  ['a hexadecimal IP', (_, spy) => `http://0x7f000001:${portOf(spy)}/v1.0/x`],
  ['a short IP', (_, spy) => `http://127.1:${portOf(spy)}/v1.0/x`],
  ['IPv6', (_, spy) => `http://[::1]:${portOf(spy)}/v1.0/x`],
  ['IPv4 in IPv6', (_, spy) => `http://[::ffff:127.0.0.1]:${portOf(spy)}/v1.0/x`],
  ['any address', (_, spy) => `http://0.0.0.0:${portOf(spy)}/v1.0/x`],
  ['the metadata service', () => 'http://169.254.169.254/metadata/identity/oauth2/token?resource=x'],
  ['protocol-relative', (_, spy) => `//${spy}/v1.0/x`],
  ['relative', () => '/v1.0/x'],
  ['a query alone', () => '?$skiptoken=x'],
  ['no slashes', (_, spy) => `http:${spy}/v1.0/x`],
  ['many slashes', (_, spy) => `http:////${spy}/v1.0/x`],
  ['white space before', (_, spy) => ` http://${spy}/v1.0/x`],
  ['a tab within the scheme', (_, spy) => `ht\ttp://${spy}/v1.0/x`],
  ['a line break within the host', (_, spy) => `http://127.0.\n0.1:${portOf(spy)}/v1.0/x`],
  ['NUL in the host', (home, spy) => `http://${hostOf(home)}\0@${spy}/v1.0/x`],
  ['a fragment that looks like home', (home, spy) => `http://${spy}#@${home}/v1.0/x`],
  ['a query that looks like home', (home, spy) => `http://${spy}?@${home}/v1.0/x`],
  ['empty', () => ''],
  ['no URL', () => 'http://'],
];

const hostOf = (authority: string) => authority.split(':')[0];
const portOf = (authority: string) => authority.split(':')[1];

/** Links that look like the ones above and do lead home. */
export const HOMELY: readonly Link[] = [
  ['a backslash before an at sign', (home, spy) => `http://${home}\\@${spy}/v1.0/x`],
  ['a slash before an at sign', (home, spy) => `http://${home}/@${spy}/v1.0/x`],
  ['a query with an at sign', (home, spy) => `http://${home}?@${spy}/v1.0/x`],
  ['a fragment with an at sign', (home, spy) => `http://${home}#@${spy}/v1.0/x`],
  ['two slashes before another host', (home, spy) => `http://${home}//${spy}/v1.0/x`],
  ['a whole URL as path', (home, spy) => `http://${home}/http://${spy}/v1.0/x`],
  ['escaped dots in the host', (home) => `http://127%2e0%2e0%2e1:${portOf(home)}/v1.0/x`],
  ['upper case', (home) => `HTTP://${home}/v1.0/x`],
  ['an empty user', (home) => `http://@${home}/v1.0/x`],
];
