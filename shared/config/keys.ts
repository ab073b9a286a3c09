/** Settings of signing: with which key. */
import type { SigningKey } from '../settings.ts';
import type { Reader } from './reader.ts';

export interface KeySettings {
  /** Without one, no checkpoints are signed. */
  readonly signingKey: SigningKey | undefined;
  /** The key that signed before and vouches for the new one; `lost` where it cannot any more. */
  readonly previousSigningKey: SigningKey | 'lost' | undefined;
}

export function readKeys({ get, isInAzure, problems }: Reader): KeySettings {
  const keys: KeySettings = { signingKey: get('SIGNING_KEY'), previousSigningKey: get('SIGNING_KEY_PREVIOUS') };
  if (isInAzure) problems.push(...localKeys(keys));
  return keys;
}

/** A key in a file can be copied by whoever can read it, and then proves nothing. */
function localKeys(keys: KeySettings): string[] {
  const named = { SIGNING_KEY: keys.signingKey, SIGNING_KEY_PREVIOUS: keys.previousSigningKey };
  return Object.entries(named)
    .filter(([, key]) => typeof key === 'object' && 'pemPath' in key)
    .map(([name]) => `${name} is a file, which is for a developer's machine; in Azure it wants a Key Vault key id.`);
}
