/** The keys that sign checkpoints: the one in force, and the one before it, which vouches for it. */
import { readFile } from 'node:fs/promises';
import { localSigner } from '../archive/localSigner.ts';
import type { Signer } from '../archive/note.ts';
import type { Config } from '../config.ts';
import type { Deps } from '../deps.ts';
import { onceItWorks } from '../onceItWorks.ts';
import type { SigningKey } from '../settings.ts';
import { type VaultKey, vaultSigner } from './vaultSigner.ts';

export interface Signing {
  /** The key in force. @throws when none is set, or it cannot be reached; asking again tries again. */
  current(): Promise<Signer>;
  /** The key before it. `lost`: nobody can vouch. `undefined`: none is set. */
  previous(): Promise<Signer | 'lost' | undefined>;
}

/** What the flows that sign are handed. */
export interface SigningDeps extends Deps {
  readonly signing: Signing;
}

/** No key signs yet. */
export class NoSigningKey extends Error {
  override readonly name = 'NoSigningKey';
}

/** The signers of the settings; each is opened when first asked for. */
export function createSigning(
  { signingKey, previousSigningKey }: Pick<Config, 'signingKey' | 'previousSigningKey'>,
  openVault: (keyId: string) => Promise<VaultKey>,
): Signing {
  const open = async (key: SigningKey): Promise<Signer> =>
    'keyId' in key ? vaultSigner(await openVault(key.keyId)) : localSigner(await readFile(key.pemPath, 'utf8'));
  return {
    current: onceItWorks(async () => {
      if (signingKey) return open(signingKey);
      throw new NoSigningKey('there is no key to sign with: set SIGNING_KEY to the id of a P-256 key in Key Vault');
    }),
    previous: onceItWorks(async () =>
      typeof previousSigningKey === 'object' ? open(previousSigningKey) : previousSigningKey,
    ),
  };
}
