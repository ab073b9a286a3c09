/** What App Service's sign-in tells the app of who asks, in headers that nobody else may bring. */
import type { Session } from './sessions.ts';

const OURS = /^x-ms-(?:token-|client-principal)/;

/** Whether a header, in lower case, is one that only the platform may set. */
export function isPlatforms(name: string): boolean {
  return OURS.test(name);
}

/** As learn.microsoft.com/azure/app-service/configure-authentication-user-identities and …-oauth-tokens list them. */
export function headersOf(session: Session | undefined): Record<string, string> {
  if (!session) return {};
  const { person, oid, accessToken, idToken, expiresOn } = session;
  const principal = { auth_typ: 'aad', claims: claimsOf(session), name_typ: 'preferred_username', role_typ: 'roles' };
  return {
    'x-ms-token-aad-access-token': accessToken,
    'x-ms-token-aad-id-token': idToken,
    'x-ms-token-aad-expires-on': expiresOn,
    'x-ms-client-principal': Buffer.from(JSON.stringify(principal)).toString('base64'),
    'x-ms-client-principal-id': oid,
    'x-ms-client-principal-name': person.name,
    'x-ms-client-principal-idp': 'aad',
  };
}

/** Who it is, as `/.auth/me` and the principal say it. */
export function claimsOf({ person, oid }: Session): readonly { readonly typ: string; readonly val: string }[] {
  return [
    { typ: 'preferred_username', val: person.name },
    { typ: 'http://schemas.microsoft.com/identity/claims/objectidentifier', val: oid },
    ...person.roles.map((val) => ({ typ: 'roles', val })),
  ];
}
