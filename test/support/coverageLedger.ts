/** Ledgers of reads, made by hand and damaged by hand: removed and shortened entries in a chain that holds. */
import { hash } from 'node:crypto';
import { type Entry, encodeEntry, type HourCounts } from '../../shared/archive/entry.ts';
import { formatSeconds } from '../../shared/archive/time.ts';
import type { LogType } from '../../shared/logTypes.ts';
import type { Range } from '../../shared/query/range.ts';
import type { World } from './flowHarness.ts';

/** A read that a ledger tells of; seconds since 1970. */
export interface ToldRead {
  readonly from: number;
  readonly to: number;
  readonly at: number;
  readonly why?: 'head' | 'sweep' | 'snapshot';
  readonly hours?: Readonly<Record<string, HourCounts>>;
}

type Body<Kind extends Entry> = Kind extends Entry ? Omit<Kind, 'seq' | 'prev'> : never;
/** An entry without its place in the chain. */
export type EntryBody = Body<Exclude<Entry, { kind: 'opaque' }>>;

/** The range of so many seconds since 1970. */
export const rangeOf = (from: number, to: number): Range => ({
  from: formatSeconds(from).replace('Z', '.0000000Z'),
  to: formatSeconds(to).replace('Z', '.0000000Z'),
});

/** What an entry that says so little is made of: no records, no segments. */
export function readBody(world: World, type: LogType, { from, to, at, why = 'head', hours = {} }: ToldRead): EntryBody {
  const sum = (name: keyof HourCounts) => Object.values(hours).reduce((total, counts) => total + counts[name], 0);
  const span = { from: formatSeconds(from), to: formatSeconds(to) };
  const counts = { fetched: sum('new') + sum('changed'), new: sum('new'), changed: sum('changed'), duplicate: 0 };
  const rest = { vanished: sum('vanished'), hours, graphDate: formatSeconds(at), requestIds: [] };
  return {
    ...headOf(world, type, at),
    kind: 'read',
    read: { why, ...span, api: type.api, pages: 1, ...counts, ...rest },
    segments: [],
  };
}

/** A `config` entry: it reads nothing, so it stands well where another entry was taken out. */
export function configBody(world: World, type: LogType, at: number, sweepAges: readonly string[]): EntryBody {
  const sourceRetentionDays = type.sourceRetentionDays ?? null;
  return {
    ...headOf(world, type, at),
    kind: 'config',
    config: { retentionDays: 2555, sweepAges, sourceRetentionDays, api: type.api },
  };
}

/** Makes these the whole ledger, chained anew, and forgets what the table knew. */
export function writeLedger(world: World, type: LogType, bodies: readonly EntryBody[]): void {
  const blobs = world.stores.containers.get('ledger');
  if (!blobs) throw new Error('there is no ledger');
  for (const name of [...blobs.keys()]) if (name.startsWith(folderOf(world, type))) blobs.delete(name);
  world.stores.partitions.delete(`${world.config.tenantId}|${type.name}`);
  let prev = '0'.repeat(64);
  for (const [seq, { v, log, kind, time, app, ...rest }] of bodies.entries()) {
    const bytes = encodeEntry({ v, log, seq, prev, kind, time, app, ...rest } as Entry);
    blobs.set(`${folderOf(world, type)}${String(seq).padStart(12, '0')}.json`, bytes);
    prev = hash('sha256', bytes);
  }
}

/** The ledger as it is stored. */
export function ledgerBodies(world: World, type: LogType): EntryBody[] {
  const blobs = world.stores.containers.get('ledger') ?? new Map<string, Buffer>();
  const names = [...blobs.keys()].filter((name) => name.startsWith(folderOf(world, type))).sort();
  return names.map((name) => {
    const {
      seq: _seq,
      prev: _prev,
      ...body
    } = JSON.parse(String(blobs.get(name))) as EntryBody & Record<string, unknown>;
    return body as EntryBody;
  });
}

function folderOf(world: World, type: LogType): string {
  return `${world.config.tenantId}/${type.name}/`;
}

function headOf(world: World, type: LogType, at: number) {
  return { v: 1, log: `${world.config.tenantId}/${type.name}`, time: formatSeconds(at), app: '0.1.0' } as const;
}
