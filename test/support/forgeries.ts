/** Tokens that somebody might try, none of which is worth anything. Each is what the headers of a request carry. */
import { createPublicKey } from 'node:crypto';
import { exportJWK, exportPKCS8, exportSPKI, importPKCS8, type JWTPayload, SignJWT } from 'jose';
import { assemble, claimsOf, forge, KEY, KID, OID, STRANGER, sign } from './tokens.ts';

export interface Forgery {
  readonly name: string;
  readonly headers: Readonly<Record<string, string>>;
  /** 401 where nobody is known, 403 where somebody is who has no role of ours. */
  readonly status: 401 | 403;
}

const OTHER = '11111111-2222-4333-8444-555555555555';
const HOUR = 3600;

/** Claims that make a token of somebody, somewhere or some time else; `undefined` leaves one out. */
const wrongClaims = (issuer: string, now: number): Readonly<Record<string, Readonly<Record<string, unknown>>>> => ({
  'another issuer': { iss: issuer.replace('127.0.0.1', 'login.example') },
  'an issuer with a slash more': { iss: `${issuer}/` },
  'an issuer in capitals': { iss: issuer.toUpperCase() },
  'an issuer of version 1.0': { iss: 'https://sts.windows.net/5b1c8e0a-7d24-4f6e-9c3b-2a90d1e4f785/' },
  'the issuer among others': { iss: [issuer] },
  'no issuer': { iss: undefined },
  'another audience': { aud: OTHER },
  'the audience of Graph': { aud: '00000003-0000-0000-c000-000000000000' },
  'the audience among others': { aud: [claimsOf(issuer, now).aud, OTHER] },
  'the audience alone in a list': { aud: [claimsOf(issuer, now).aud] },
  'the audience as a URI': { aud: `api://${claimsOf(issuer, now).aud}` },
  'the audience in capitals': { aud: String(claimsOf(issuer, now).aud).toUpperCase() },
  'an empty audience': { aud: '' },
  'no audience': { aud: undefined },
  'another tenant': { tid: OTHER },
  'no tenant': { tid: undefined },
  'a tenant in a list': { tid: [claimsOf(issuer, now).tid] },
  'version 1.0': { ver: '1.0' },
  'a version that is a number': { ver: 2 },
  'no version': { ver: undefined },
  'an end an hour ago': { exp: now - HOUR },
  'an end 61 s ago': { exp: now - 61 },
  'an end as a text': { exp: String(now + HOUR) },
  'an end beyond numbers': { exp: null },
  'no end': { exp: undefined },
  'a beginning in an hour': { nbf: now + HOUR },
  'a beginning in 62 s': { nbf: now + 62 },
  'a beginning as a text': { nbf: 'now' },
  'no beginning': { nbf: undefined },
  nobody: { oid: undefined },
  'an empty name': { oid: '' },
  'a name that is none': { oid: `${OID}\n{"oid":"x"}` },
  'names in a list': { oid: [OID] },
  'no app': { azp: undefined },
  'an app that is none': { azp: '../app' },
  'no subject': { sub: undefined },
  'the nonce of an id token': { nonce: 'n' },
  'the hash of an id token': { at_hash: 'h' },
  'the code of an id token': { c_hash: 'h' },
  'no scope, and another subject': { scp: undefined },
  'an empty scope': { scp: '' },
  'what an id token has': { scp: undefined, azp: undefined, nonce: 'n', name: 'A', preferred_username: 'a@b' },
});

const ROLES: Readonly<Record<string, unknown>> = {
  'no roles': undefined,
  'an empty list of roles': [],
  'a role in small letters': ['archive.read', 'archive.export', 'archive.verify', 'archive.admin'],
  'a role in capitals': ['ARCHIVE.READ'],
  'a role with a space': [' Archive.Read', 'Archive.Admin '],
  'roles of another app': ['Directory.Read.All', 'Admin', '*'],
  'roles in a text': 'Archive.Read Archive.Export Archive.Verify Archive.Admin',
  'roles in an object': { 'Archive.Admin': true },
  'roles in a list of lists': [['Archive.Read', 'Archive.Export', 'Archive.Verify', 'Archive.Admin']],
};

const wrongHeaders = async (): Promise<Readonly<Record<string, Readonly<Record<string, unknown>>>>> => ({
  'the address of a key': { jku: 'http://127.0.0.1:1/keys' },
  'the address of a certificate': { x5u: 'http://127.0.0.1:1/cert' },
  'a key': { jwk: await exportJWK(STRANGER.publicKey) },
  'a certificate': { x5c: ['MIIB'] },
  'an empty list of what is critical': { crit: [] },
  'what is critical': { crit: ['exp'], exp: 1 },
  'bytes as they stand': { b64: false, crit: ['b64'] },
  'a compressed body': { zip: 'DEF' },
  'no key id': { kid: undefined },
  'an empty key id': { kid: '' },
  'a key id that is a number': { kid: 7 },
  'a key id that is a path': { kid: '../../../../etc/passwd' },
  'a key id that is an address': { kid: 'http://127.0.0.1:1/keys' },
  'a key id that asks a database': { kid: "x' UNION SELECT 'k" },
  'the algorithm none': { alg: 'none' },
  'the algorithm None': { alg: 'None' },
  'no algorithm': { alg: undefined },
  'RS384 in place of RS256': { alg: 'RS384' },
  'PS256 in place of RS256': { alg: 'PS256' },
  'HS256 over our signature': { alg: 'HS256' },
  'ES256 over our signature': { alg: 'ES256' },
  'a list of algorithms': { alg: ['RS256'] },
});

/** @param now milliseconds since 1970. */
export async function forgeries(issuer: string, now: number): Promise<Forgery[]> {
  const right = claimsOf(issuer, now);
  const seconds = Math.floor(now / 1000);
  const valid = await sign(right);
  const [head = '', body = '', signature = ''] = valid.split('.');
  const header = { alg: 'RS256', typ: 'JWT', kid: KID };
  const changed = Buffer.from(JSON.stringify({ ...right, oid: OTHER })).toString('base64url');
  const spki = Buffer.from(await exportSPKI(KEY.publicKey));
  const der = createPublicKey(spki).export({ type: 'spki', format: 'der' });
  const hmac = (secret: Buffer) => new SignJWT(right).setProtectedHeader({ ...header, alg: 'HS256' }).sign(secret);

  const bearer = (name: string, token: string, status: 401 | 403 = 401): Forgery => ({
    name,
    headers: { authorization: `Bearer ${token}` },
    status,
  });
  const claimed = (more: Readonly<Record<string, unknown>>) => sign({ ...right, ...more } as JWTPayload);

  return Promise.all([
    { name: 'nothing', headers: {}, status: 401 as const },
    ...Object.entries(wrongClaims(issuer, seconds)).map(async ([name, more]) =>
      bearer(name, await forge(header, { ...right, ...more })),
    ),
    ...Object.entries(ROLES).map(async ([name, roles]) => bearer(name, await claimed({ roles }), 403)),
    ...Object.entries(await wrongHeaders()).map(async ([name, more]) =>
      bearer(name, await forge({ ...header, ...more }, right)),
    ),
    bearer('the algorithm none and no signature', assemble({ ...header, alg: 'none' }, right)),
    bearer('HS256 with the text of the public key', await hmac(spki)),
    bearer('HS256 with the bytes of the public key', await hmac(der)),
    bearer('a real signature of RS512', await signWith('RS512', right)),
    bearer('a real signature of PS256', await signWith('PS256', right)),
    bearer("a stranger's signature", await sign(right, {}, STRANGER.privateKey)),
    bearer("a stranger's signature with his key id", await sign(right, { kid: 'stranger' }, STRANGER.privateKey)),
    bearer('no signature', `${head}.${body}.`),
    bearer('two parts', `${head}.${body}`),
    bearer('five parts', `${head}.${body}.${signature}.${body}.${signature}`),
    bearer('claims that were changed', `${head}.${changed}.${signature}`),
    bearer('half a signature', `${head}.${body}.${signature.slice(0, 100)}`),
    bearer('a signature of zeros', `${head}.${body}.${'A'.repeat(signature.length)}`),
    bearer('padding', `${valid}=`),
    bearer('a NUL escaped', `${valid}%00`),
    bearer('claims that are no object', await forge(header, [right])),
    bearer('claims that are null', await forge(header, null)),
    bearer('a header that is no object', await forge('RS256', right)),
    bearer('a header that is not JSON', `${Buffer.from('{').toString('base64url')}.${body}.${signature}`),
    bearer('64 KB', await claimed({ padding: 'x'.repeat(48_000) })),
    bearer('16 KB and a little', await claimed({ padding: 'x'.repeat(12_000) })),
    bearer('a word', 'let-me-in'),
    { name: 'an empty bearer', headers: { authorization: 'Bearer ' }, status: 401 as const },
    { name: 'another scheme', headers: { authorization: `Basic ${valid}` }, status: 401 as const },
    { name: 'no scheme', headers: { authorization: valid }, status: 401 as const },
    { name: 'two tokens', headers: { authorization: `Bearer ${valid}, Bearer ${valid}` }, status: 401 as const },
    { name: 'a token and a word', headers: { authorization: `Bearer ${valid} x` }, status: 401 as const },
    {
      name: 'two different tokens in two headers',
      headers: { authorization: `Bearer ${valid}`, 'x-ms-token-aad-access-token': await claimed({ jti: 'other' }) },
      status: 401 as const,
    },
    { name: 'a bad session beside no token', headers: { 'x-ms-token-aad-access-token': 'x' }, status: 401 as const },
    {
      name: 'another scheme beside a session',
      headers: { authorization: 'Basic x', 'x-ms-token-aad-access-token': valid },
      status: 401 as const,
    },
    { name: 'the id token of a session', headers: { 'x-ms-token-aad-id-token': valid }, status: 401 as const },
    { name: 'a token in a cookie', headers: { cookie: `AppServiceAuthSession=${valid}` }, status: 401 as const },
    { name: 'a function key', headers: { 'x-functions-key': 'master' }, status: 401 as const },
    { name: 'who asks, in words', headers: principalOf(), status: 401 as const },
  ]);
}

/** Signs with our own key, as another algorithm. */
async function signWith(alg: string, claims: JWTPayload): Promise<string> {
  const key = await importPKCS8(await exportPKCS8(KEY.privateKey), alg);
  return sign(claims, { alg }, key);
}

/** What App Service adds to a request that it has checked, and anybody can write who reaches the app without it. */
export function principalOf(): Record<string, string> {
  const claims = ['Archive.Read', 'Archive.Export', 'Archive.Verify', 'Archive.Admin'].map((val) => ({
    typ: 'roles',
    val,
  }));
  const principal = { auth_typ: 'aad', name_typ: 'name', role_typ: 'roles', claims };
  return {
    'x-ms-client-principal': Buffer.from(JSON.stringify(principal)).toString('base64'),
    'x-ms-client-principal-id': OID,
    'x-ms-client-principal-name': 'admin@contoso.com',
    'x-ms-client-principal-idp': 'aad',
  };
}
