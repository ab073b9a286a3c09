/** A sign-in service: real keys, real signatures, and a server on this machine that publishes the keys. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { TENANT_ID } from './flowHarness.ts';

export const AUDIENCE = '0f8a6c2e-93b1-4d57-8e20-6b5d4c3a2f10';
export const OID = '9c3b2a90-d1e4-4f78-8e20-0f8a6c2e2f10';
export const CLIENT_APP = '6b5d4c3a-2f10-4d57-9c3b-93b1a6d3e7b8';

/** Of this run; made once, for it takes a while. */
export const KEY = await generateKeyPair('RS256', { extractable: true });
export const STRANGER = await generateKeyPair('RS256', { extractable: true });
export const KID = 'the-key';

export interface SignInService extends AsyncDisposable {
  readonly issuer: string;
  /** Settings of an app that trusts it. */
  readonly settings: Readonly<Record<string, string>>;
  /** Paths that were asked for. */
  readonly asked: string[];
}

/** @param answer what is answered instead of the keys. */
export async function startSignIn(answer?: { readonly status: number; readonly body: string }): Promise<SignInService> {
  const keys = JSON.stringify({ keys: [{ ...(await exportJWK(KEY.publicKey)), kid: KID, use: 'sig' }] });
  const path = `/${TENANT_ID}/discovery/v2.0/keys`;
  const asked: string[] = [];
  const server = createServer(({ url }, response) => {
    asked.push(String(url));
    response.statusCode = url === path ? (answer?.status ?? 200) : 404;
    response.end(answer?.body ?? keys);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}/${TENANT_ID}/v2.0`;
  return {
    issuer,
    settings: { AUTH_MODE: 'entra', AUTH_ISSUER: issuer, AUTH_AUDIENCE: AUDIENCE },
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The claims of a user's access token. @param now milliseconds since 1970. */
export function claimsOf(issuer: string, now: number, more: Readonly<Record<string, unknown>> = {}): JWTPayload {
  const seconds = Math.floor(now / 1000);
  return {
    iss: issuer,
    aud: AUDIENCE,
    iat: seconds,
    nbf: seconds,
    exp: seconds + 3600,
    tid: TENANT_ID,
    ver: '2.0',
    oid: OID,
    sub: 'pairwise-subject',
    azp: CLIENT_APP,
    scp: 'user_impersonation',
    roles: ['Archive.Read', 'Archive.Export', 'Archive.Verify', 'Archive.Admin'],
    ...more,
  };
}

/** Signs claims; a header parameter or claim that is `undefined` is left out. */
export function sign(
  claims: JWTPayload,
  header: Readonly<Record<string, unknown>> = {},
  key: Parameters<SignJWT['sign']>[0] = KEY.privateKey,
): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: KID, ...header }).sign(key);
}

/** A token of parts that nobody would sign: whatever signature is given, or none. */
export function assemble(header: unknown, claims: unknown, signature = ''): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part(header)}.${part(claims)}.${signature}`;
}

/** Signs any header with our key, also what a library would refuse to sign. */
export async function forge(header: unknown, claims: unknown): Promise<string> {
  const unsigned = assemble(header, claims).slice(0, -1);
  const bytes = await crypto.subtle.sign('RSASSA-PKCS1-v1_5', KEY.privateKey, Buffer.from(unsigned));
  return `${unsigned}.${Buffer.from(bytes).toString('base64url')}`;
}
