import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ensureSigningKey } from '../../../dev/start/signingKey.ts';
import { isSignedBy } from '../../../shared/archive/ecdsa.ts';
import { localSigner } from '../../../shared/archive/localSigner.ts';

const folder = mkdtempSync(join(tmpdir(), 'key-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('the local signing key', () => {
  it('is made once, for its owner alone, and signs', async () => {
    const file = join(folder, 'new', 'signing-key.pem');
    ensureSigningKey(file);
    const pem = readFileSync(file, 'utf8');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    ensureSigningKey(file);
    expect(readFileSync(file, 'utf8')).toBe(pem);
    const signer = localSigner(pem);
    expect(isSignedBy(signer.spki, Buffer.from('x'), await signer.sign(Buffer.from('x')))).toBe(true);
  });
});
