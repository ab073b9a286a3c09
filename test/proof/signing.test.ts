/** The keys that sign: a vault's, a file's, and what is refused of them. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign as nodeSign } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { fingerprint, isSignedBy } from '../../shared/archive/ecdsa.ts';
import { ConfigError, readConfig } from '../../shared/config.ts';
import { createSigning, NoSigningKey } from '../../shared/proof/signing.ts';
import { type VaultKey, vaultSigner } from '../../shared/proof/vaultSigner.ts';
import { LEAST } from '../configTable.ts';

const folder = mkdtempSync(join(tmpdir(), 'signing-'));
afterAll(() => rmSync(folder, { recursive: true }));

const KEY_ID = `https://vault.vault.azure.net/keys/checkpoints/${'a1'.repeat(16)}`;
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const SPKI = publicKey.export({ format: 'der', type: 'spki' });

/** What Key Vault does: it signs a digest it is given, and answers r and s. The digest alone fixes the bytes here. */
function fakeVault(known: ReadonlyMap<string, Buffer>): VaultKey & { asked: string[] } {
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const asked: string[] = [];
  return {
    asked,
    publicKey: async () => ({ x: Buffer.from(x, 'base64url'), y: Buffer.from(y, 'base64url') }),
    sign: async (sha256) => {
      const digest = Buffer.from(sha256).toString('hex');
      asked.push(digest);
      const bytes = known.get(digest);
      if (!bytes) throw new Error('the vault was given another digest');
      return nodeSign('sha256', bytes, { key: privateKey, dsaEncoding: 'ieee-p1363' });
    },
  };
}

describe('the signer of a vault', () => {
  it('gives the SHA-256 of the bytes to the vault and its answer as DER, whatever the numbers are', async () => {
    const texts = Array.from({ length: 300 }, (_unused, n) => Buffer.from(`text ${n}`));
    const vault = fakeVault(new Map(texts.map((bytes) => [fingerprint(bytes), bytes])));
    const signer = await vaultSigner(vault);
    expect(Buffer.from(signer.spki)).toEqual(SPKI);
    const lengths = new Set<number>();
    for (const bytes of texts) {
      const der = await signer.sign(bytes);
      lengths.add(der.length);
      expect(isSignedBy(SPKI, bytes, der)).toBe(true);
    }
    // Numbers that need a zero in front, or are shorter than 32 bytes, came by.
    expect([...lengths].toSorted()).toEqual(expect.arrayContaining([70, 71, 72]));
    expect(vault.asked).toEqual(texts.map((bytes) => fingerprint(bytes)));
  });

  it('passes on what the vault says, and refuses an answer that is no signature', async () => {
    const vault = { ...fakeVault(new Map()), sign: async () => Buffer.alloc(65) };
    await expect((await vaultSigner(vault)).sign(Buffer.from('x'))).rejects.toThrow(/64 bytes/);
    const away = { ...vault, publicKey: () => Promise.reject(new Error('no answer')) };
    await expect(vaultSigner(away)).rejects.toThrow('no answer');
  });
});

describe('the signing of the settings', () => {
  const never = () => Promise.reject(new Error('no vault is needed'));
  const pem = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const KEY_PEM = String(privateKey.export({ format: 'pem', type: 'sec1' }));

  it('opens a file, and a vault by its key id, when it is asked and no sooner', async () => {
    const opened: string[] = [];
    const openVault = async (keyId: string) => {
      opened.push(keyId);
      return fakeVault(new Map());
    };
    const config = readConfig({ ...LEAST, SIGNING_KEY: KEY_ID, SIGNING_KEY_PREVIOUS: pem('old.pem', KEY_PEM) });
    const signing = createSigning(config, openVault);
    expect(opened).toEqual([]);
    expect(Buffer.from((await signing.current()).spki)).toEqual(SPKI);
    await signing.current();
    expect(opened).toEqual([KEY_ID]);
    const previous = await signing.previous();
    expect(
      typeof previous === 'object' && isSignedBy(SPKI, Buffer.from('x'), await previous.sign(Buffer.from('x'))),
    ).toBe(true);
  });

  it('asks again for a key that could not be reached', async () => {
    let tries = 0;
    const openVault = async () => {
      tries += 1;
      if (tries === 1) throw new Error('the vault did not answer');
      return fakeVault(new Map());
    };
    const { current } = createSigning(readConfig({ ...LEAST, SIGNING_KEY: KEY_ID }), openVault);
    await expect(current()).rejects.toThrow('did not answer');
    expect(Buffer.from((await current()).spki)).toEqual(SPKI);
  });

  it('has no key without a setting, and knows a lost one', async () => {
    const none = createSigning(readConfig(LEAST), never);
    await expect(none.current()).rejects.toThrow(NoSigningKey);
    expect(await none.previous()).toBeUndefined();
    expect(await createSigning(readConfig({ ...LEAST, SIGNING_KEY_PREVIOUS: 'lost' }), never).previous()).toBe('lost');
  });

  it('refuses a file that is no private key of P-256, without repeating it', async () => {
    const other = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey.export({
      format: 'pem',
      type: 'pkcs8',
    });
    const publicPem = createPublicKey(createPrivateKey(KEY_PEM)).export({ format: 'pem', type: 'spki' });
    for (const text of ['', 'x', String(other), String(publicPem), KEY_PEM.slice(0, 80)]) {
      const { current } = createSigning(
        { signingKey: { pemPath: pem('bad.pem', text) }, previousSigningKey: undefined },
        never,
      );
      const error = await current().catch((thrown: Error) => thrown);
      expect(error).toBeInstanceOf(RangeError);
      expect(String(error)).not.toContain(text.slice(30, 60) || 'BEGIN');
    }
    await expect(
      createSigning(
        { signingKey: { pemPath: join(folder, 'none.pem') }, previousSigningKey: undefined },
        never,
      ).current(),
    ).rejects.toThrow(/ENOENT/);
  });

  it.each(['SIGNING_KEY', 'SIGNING_KEY_PREVIOUS'])(
    'refuses a file as %s in Azure, and takes a vault and a lost key there',
    (name) => {
      const azure = { ...LEAST, WEBSITE_INSTANCE_ID: 'x' };
      expect(() => readConfig({ ...azure, [name]: '.local/signing-key.pem' })).toThrow(ConfigError);
      expect(() => readConfig({ ...azure, [name]: '.local/signing-key.pem' })).toThrow(`${name} is a file`);
      expect(() => readConfig({ ...azure, [name]: KEY_ID, SIGNING_KEY_PREVIOUS: 'lost' })).not.toThrow();
    },
  );
});
