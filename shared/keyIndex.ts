/**
 * The keys that sign a ledger's checkpoints, as its `key` entries tell of them: one table row each, so that a checkpoint
 * is opened without reading the ledger. Written only by `applyLedger`.
 */
import type { Entry, KeyEntry } from './archive/entry.ts';
import { numberKey } from './archive/names.ts';
import type { TableDeps } from './deps.ts';
import { partitionOf } from './segmentIndex.ts';
import { listPrefix, type RowChange } from './storage/port.ts';

/** A key and the entry that announces it. */
export interface KnownKey {
  readonly seq: number;
  /** When the entry was made. */
  readonly time: string;
  readonly key: KeyEntry['key'];
}

const PREFIX = 'key|';

/** The changes that reflect one entry. */
export function keyChanges(entry: Entry): RowChange[] {
  if (entry.kind !== 'key') return [];
  const { seq, time, key } = entry;
  const values = { seq, time, key: JSON.stringify(key) };
  return [{ kind: 'upsert', key: `${PREFIX}${numberKey(seq)}`, values }];
}

/** Every key of a ledger, oldest first. */
export async function knownKeys(deps: TableDeps, logType: string): Promise<KnownKey[]> {
  const keys: KnownKey[] = [];
  for await (const { values } of listPrefix(deps.state, partitionOf(deps, logType), PREFIX)) {
    const { seq, time, key } = values;
    keys.push({ seq: Number(seq), time: String(time), key: JSON.parse(String(key)) as KeyEntry['key'] });
  }
  return keys;
}

/** The public keys, DER. */
export async function knownSpkis(deps: TableDeps, logType: string): Promise<Buffer[]> {
  return (await knownKeys(deps, logType)).map(({ key }) => Buffer.from(key.spki, 'base64'));
}
