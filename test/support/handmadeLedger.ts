/** Ledgers made by hand: entries that no flow wrote, for tests of what reads them. */
import { hash } from 'node:crypto';
import { encodeEntry } from '../../shared/archive/entry.ts';
import { formatSeconds } from '../../shared/archive/time.ts';
import { seconds, TENANT_ID, type World } from './flowHarness.ts';

const AUDITS = 'directoryAudits';

/** The name of an entry of the directory audits. */
export const nameOf = (seq: number) => `${TENANT_ID}/${AUDITS}/${String(seq).padStart(12, '0')}.json`;

/** The stored ledgers, to be damaged. */
export function ledgerOf(world: World): Map<string, Buffer> {
  const blobs = world.stores.containers.get('ledger');
  if (!blobs) throw new Error('there is no ledger');
  return blobs;
}

/** Appends an entry that says one span was read, or lost: seconds since 1970. */
export function appendSpan(world: World, [from, to]: readonly [number, number], kind: 'read' | 'gap' = 'read'): void {
  const blobs = ledgerOf(world);
  const seq = entryCount(blobs);
  const before = blobs.get(nameOf(seq - 1));
  const prev = before ? hash('sha256', before) : '0'.repeat(64);
  const head = { v: 1, log: `${TENANT_ID}/${AUDITS}`, seq, prev, time: '2026-11-20T12:20:00Z', app: '0.1.0' } as const;
  const span = { from: formatSeconds(from), to: formatSeconds(to) };
  const counts = { pages: 1, fetched: 0, new: 0, changed: 0, duplicate: 0, vanished: 0, hours: {} };
  const read = { why: 'request', ...span, api: 'v1.0', ...counts, graphDate: span.to, requestIds: [] } as const;
  const gap = { ...span, cause: 'a test', recoverableUntil: null };
  const entry = kind === 'gap' ? ({ ...head, kind, gap } as const) : ({ ...head, kind, read, segments: [] } as const);
  blobs.set(nameOf(seq), encodeEntry(entry));
}

/** Where the first entry of `fillLedger` begins: seconds since 1970. */
export const START = seconds('2026-11-20T10:00:00Z');

/** Appends silent reads of a second each, up to `count` entries in all. */
export function fillLedger(world: World, count: number): void {
  for (let seq = entryCount(ledgerOf(world)); seq < count; seq += 1) appendSpan(world, [START + seq, START + seq + 1]);
}

/** Checkpoints lie beside the entries. */
function entryCount(blobs: ReadonlyMap<string, Buffer>): number {
  return [...blobs.keys()].filter((name) => name.endsWith('.json')).length;
}
