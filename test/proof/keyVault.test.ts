/** The requests that Key Vault gets from its own client, answered as its REST API documents them. */
import { generateKeyPairSync, sign as nodeSign } from 'node:crypto';
import { createHttpHeaders, type PipelineRequest, type PipelineResponse } from '@azure/core-rest-pipeline';
import { describe, expect, it } from 'vitest';
import { fingerprint, isSignedBy } from '../../shared/archive/ecdsa.ts';
import { openVaultKey } from '../../shared/proof/keyVault.ts';
import { vaultSigner } from '../../shared/proof/vaultSigner.ts';
import { CANARIES } from '../support/canaries.ts';

const VERSION = '0a'.repeat(16);
const KEY_ID = `https://archive.vault.azure.net/keys/checkpoints/${VERSION}`;
const CHALLENGE =
  'Bearer authorization="https://login.microsoftonline.com/a-tenant", resource="https://vault.azure.net"';
const credential = { getToken: async () => ({ token: CANARIES.bearer, expiresOnTimestamp: Date.now() + 3_600_000 }) };

/** A vault with one key. It challenges whoever brings no token, as the real one does. */
function fakeVault(curve: string, bytesOf: ReadonlyMap<string, Buffer>, refuse?: number) {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: curve });
  const { x, y, crv } = publicKey.export({ format: 'jwk' });
  const seen: string[] = [];
  const answer = (request: PipelineRequest, status: number, body: object, headers = {}): PipelineResponse => ({
    request,
    status,
    headers: createHttpHeaders({ 'content-type': 'application/json', ...headers }),
    bodyAsText: JSON.stringify(body),
  });
  const sendRequest = async (request: PipelineRequest): Promise<PipelineResponse> => {
    const { pathname } = new URL(request.url);
    if (request.headers.get('authorization') !== `Bearer ${CANARIES.bearer}`)
      return answer(request, 401, {}, { 'www-authenticate': CHALLENGE });
    seen.push(`${request.method} ${pathname}`);
    if (refuse !== undefined)
      return answer(request, refuse, { error: { code: 'Forbidden', message: 'no such right' } });
    if (request.method === 'GET')
      return answer(request, 200, { key: { kid: KEY_ID, kty: 'EC', crv, x, y }, attributes: {} });
    const { alg, value } = JSON.parse(String(request.body)) as { alg: string; value: string };
    const bytes = bytesOf.get(Buffer.from(value, 'base64url').toString('hex'));
    if (alg !== 'ES256' || !bytes) return answer(request, 400, { error: { code: 'BadParameter', message: 'x' } });
    const raw = nodeSign('sha256', bytes, { key: privateKey, dsaEncoding: 'ieee-p1363' });
    return answer(request, 200, { kid: KEY_ID, value: raw.toString('base64url') });
  };
  return { seen, spki: publicKey.export({ format: 'der', type: 'spki' }), client: { sendRequest } };
}

describe('a key in Key Vault', () => {
  const bytes = Buffer.from('what is signed');
  const known = new Map([[fingerprint(bytes), bytes]]);

  it('signs the SHA-256 with ES256, by its version, and never leaves', async () => {
    const vault = fakeVault('P-256', known);
    const signer = await vaultSigner(await openVaultKey(KEY_ID, credential, vault.client));
    expect(Buffer.from(signer.spki)).toEqual(vault.spki);
    expect(isSignedBy(vault.spki, bytes, await signer.sign(bytes))).toBe(true);
    expect(vault.seen[0]).toBe(`GET /keys/checkpoints/${VERSION}`);
    expect(vault.seen.at(-1)).toBe(`POST /keys/checkpoints/${VERSION}/sign`);
  });

  it('of another curve is refused, with what to do', async () => {
    const key = await openVaultKey(KEY_ID, credential, fakeVault('P-384', known).client);
    await expect(vaultSigner(key)).rejects.toThrow(/is not a key of the curve P-256: make an EC key/);
  });

  it('that the app may not use is an error that says so', async () => {
    const key = await openVaultKey(KEY_ID, credential, fakeVault('P-256', known, 403).client);
    await expect(vaultSigner(key)).rejects.toThrow(/no such right/);
  });
});
