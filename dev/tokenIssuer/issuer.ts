/**
 * A token issuer for this machine: what Microsoft Entra ID is to the app, with a key that is made at its start and a page
 * less: `GET /<tenant>/token?roles=…` gives a token to anybody. In Azure the app refuses to start with such an issuer.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { ROLES, type Role } from '../../shared/access/caller.ts';
import type { Clock } from '../../shared/clock.ts';
import { answerJson, answerText, listenOnLoopback } from '../loopback.ts';
import { AUDIENCE, claimsOf, KINDS, type Kind, type Subject } from './claims.ts';

export interface TokenIssuerOptions {
  /** GUID. */
  readonly tenantId: string;
  /** That of the app that is to believe the tokens. */
  readonly clock: Pick<Clock, 'now'>;
}

export interface TokenIssuer {
  /** Settings of an app that trusts it. */
  readonly settings: Readonly<Record<string, string>>;
  /** Signs a token. */
  sign(kind: Kind, subject: Subject): Promise<string>;
  /** Where anybody on this machine gets an access token with these roles. */
  tokenUrl(...roles: Role[]): string;
  close(): Promise<void>;
}

const KID = 'made-at-start';
/** Who asks where the request does not say. */
const SOMEBODY = '6f0d3c8e-71ab-4e29-b5d4-c2a8e9f01b37';
const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Makes the key and listens on any free port. */
export async function startTokenIssuer({ tenantId, clock }: TokenIssuerOptions): Promise<TokenIssuer> {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const keys = [{ ...(await exportJWK(publicKey)), kid: KID, use: 'sig', alg: 'RS256' }];
  const server = await listenOnLoopback(0, 'Token issuer', (request, response, url) => answer(request, response, url));
  const authority = `${server.url}/${tenantId}`;
  const issuer = `${authority}/v2.0`;

  const sign = (kind: Kind, subject: Subject) =>
    new SignJWT(claimsOf(kind, subject, issuer, tenantId, Math.floor(clock.now() / 1000)))
      .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: KID })
      .sign(privateKey);

  /** By the path behind the tenant. */
  const documents: Readonly<Record<string, unknown>> = {
    // The app does not read it: it knows where an issuer of Entra keeps its keys. Other clients do.
    '/v2.0/.well-known/openid-configuration': {
      issuer,
      jwks_uri: `${authority}/discovery/v2.0/keys`,
      token_endpoint: `${authority}/token`,
      id_token_signing_alg_values_supported: ['RS256'],
    },
    '/discovery/v2.0/keys': { keys },
  };

  async function answer({ method }: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const path = url.pathname.startsWith(`/${tenantId}/`) ? url.pathname.slice(tenantId.length + 1) : '';
    if (method !== 'GET') return answerText(response, 405, 'It is asked with GET.');
    if (Object.hasOwn(documents, path)) return answerJson(response, documents[path]);
    if (path !== '/token') return answerText(response, 404, `Tokens are at /${tenantId}/token?roles=Archive.Read`);
    const asked = readTokenQuery(url.searchParams);
    if (typeof asked === 'string') return answerText(response, 400, asked);
    answerText(response, 200, await sign(asked.kind, asked.subject));
  }

  return {
    settings: { AUTH_MODE: 'entra', AUTH_ISSUER: issuer, AUTH_AUDIENCE: AUDIENCE },
    sign,
    tokenUrl: (...roles) => `${authority}/token?roles=${roles.join(',')}`,
    close: server.close,
  };
}

/** What is asked for, or what is wrong with it. */
function readTokenQuery(query: URLSearchParams): { kind: Kind; subject: Subject } | string {
  const unknown = [...query.keys()].find((name) => !['roles', 'oid', 'kind'].includes(name));
  if (unknown !== undefined) return `'${unknown.slice(0, 40)}' is not a parameter; roles, oid and kind are.`;
  const roles = (query.get('roles') ?? '').split(',').filter(Boolean);
  const foreign = roles.find((role) => !ROLES.includes(role as Role));
  if (foreign !== undefined) return `'${foreign.slice(0, 40)}' is not a role; there are ${ROLES.join(', ')}.`;
  const oid = query.get('oid') ?? SOMEBODY;
  if (!GUID.test(oid)) return `oid wants a GUID such as ${SOMEBODY}.`;
  const kind = query.get('kind') ?? 'user';
  if (!Object.hasOwn(KINDS, kind)) return `kind wants one of ${Object.keys(KINDS).join(', ')}.`;
  return { kind: kind as Kind, subject: { oid, roles: roles as Role[] } };
}
