/** Keys for worlds that sign, and what a stored ledger must look like to whoever trusts only such a key. */
import { generateKeyPairSync } from 'node:crypto';
import { type OpenedCheckpoint, openCheckpoint } from '../../shared/archive/checkpoint.ts';
import { localSigner } from '../../shared/archive/localSigner.ts';
import { leafHash } from '../../shared/archive/merkle.ts';
import type { Signer } from '../../shared/archive/note.ts';
import type { Signing, SigningDeps } from '../../shared/proof/signing.ts';
import { DefinedTree } from './definedTree.ts';
import { TENANT_ID, type World } from './flowHarness.ts';
import { type Around, plainly } from './storeHooks.ts';

/** A new key in this process. */
export function newSigner(): Signer {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return localSigner(String(privateKey.export({ format: 'pem', type: 'pkcs8' })));
}

/** What an app is given that signs with these keys. */
export function signingWith(current: Signer | Error, previous?: Signer | 'lost'): Signing {
  return {
    current: async () => {
      if (current instanceof Error) throw current;
      return current;
    },
    previous: async () => previous,
  };
}

/** One instance of the app that signs. */
export function signingInstance(world: World, signing: Signing, around: Around = plainly): SigningDeps {
  return { ...world.instance(around), signing };
}

/** The bytes of a ledger's entries, in order. */
export function storedEntries(world: World, logType: string): Buffer[] {
  const blobs = [...(world.stores.containers.get('ledger') ?? [])].sort(([a], [b]) => (a < b ? -1 : 1));
  return blobs.filter(([name]) => name.startsWith(`${TENANT_ID}/${logType}/0`)).map(([, bytes]) => bytes);
}

/**
 * The checkpoints of a ledger by size, each opened with the keys and compared with the root over the stored entries by
 * the recursion of RFC 6962.
 */
export function storedCheckpoints(
  world: World,
  logType: string,
  signers: readonly Signer[],
): Map<number, OpenedCheckpoint> {
  const prefix = `${TENANT_ID}/${logType}/checkpoints/`;
  const tree = new DefinedTree(Buffer.concat(storedEntries(world, logType).map(leafHash)));
  const found = new Map<number, OpenedCheckpoint>();
  for (const [name, bytes] of world.stores.containers.get('ledger') ?? []) {
    if (!name.startsWith(prefix)) continue;
    const opened = openCheckpoint(
      bytes,
      `${TENANT_ID}/${logType}`,
      signers.map(({ spki }) => spki),
    );
    const root = tree.root(0, opened.size);
    if (!root.equals(opened.root) || opened.size !== Number(name.slice(prefix.length))) {
      throw new Error(`the checkpoint ${name} is not that of the entries`);
    }
    found.set(opened.size, opened);
  }
  return found;
}

/** The blobs of a container by name. */
export function blobsOf(world: World, container: string): Record<string, string> {
  const blobs = world.stores.containers.get(container) ?? new Map<string, Buffer>();
  return Object.fromEntries([...blobs].map(([name, bytes]) => [name, bytes.toString('hex')]));
}
