/** Signs the ledgers of a world, as the timers would: a `key` entry first, then checkpoints. */
import { hash } from 'node:crypto';
import { signCheckpoint } from '../../shared/archive/checkpoint.ts';
import { type Entry, encodeEntry, GENESIS_PREV } from '../../shared/archive/entry.ts';
import { announceKey } from '../../shared/archive/keyEntry.ts';
import { leafHash, rootOf } from '../../shared/archive/merkle.ts';
import { checkpointName, entryName, ledgerName, parseEntryName } from '../../shared/archive/names.ts';
import type { Signer } from '../../shared/archive/note.ts';
import { formatSeconds } from '../../shared/archive/time.ts';
import type { World } from './flowHarness.ts';

/** Appends the entry that announces a key. */
export async function announce(world: World, logType: string, signer: Signer): Promise<void> {
  const entries = storedEntries(world, logType);
  const last = entries.at(-1);
  const log = ledgerName(world.config.tenantId, logType);
  const entry: Entry = {
    v: 1,
    log,
    seq: entries.length,
    prev: last ? hash('sha256', last) : GENESIS_PREV,
    kind: 'key',
    time: formatSeconds(Math.floor(world.clock.now() / 1000)),
    app: '0.1.0',
    key: await announceKey(log, signer.spki),
  };
  ledgerOf(world).set(entryName(world.config.tenantId, logType, entry.seq), encodeEntry(entry));
}

/** Signs a checkpoint over all entries there are and stores it. Returns its bytes. */
export async function signNewest(world: World, logType: string, signer: Signer): Promise<Buffer> {
  const entries = storedEntries(world, logType);
  const root = rootOf(Buffer.concat(entries.map((bytes) => leafHash(bytes))));
  const log = ledgerName(world.config.tenantId, logType);
  const note = await signCheckpoint({ log, size: entries.length, root }, [signer]);
  ledgerOf(world).set(checkpointName(world.config.tenantId, logType, entries.length), note);
  return note;
}

/** Everything in the containers of a world, as a copied archive folder holds it. */
export function archiveFiles({ stores }: World): Map<string, Buffer> {
  const all = [...stores.containers].flatMap(([container, blobs]) =>
    [...blobs].map(([name, bytes]): [string, Buffer] => [`${container}/${name}`, bytes]),
  );
  return new Map(all);
}

function ledgerOf({ stores }: World): Map<string, Buffer> {
  const blobs = stores.containers.get('ledger');
  if (!blobs) throw new Error('there is no ledger');
  return blobs;
}

function storedEntries(world: World, logType: string): Buffer[] {
  const own = [...ledgerOf(world)].filter(([name]) => parseEntryName(name)?.logType === logType);
  return own.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, bytes]) => bytes);
}
