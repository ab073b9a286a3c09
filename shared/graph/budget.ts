/**
 * The request budget: how often all instances of the app together may ask Graph.
 *
 * Graph counts requests per app and tenant, while timers may run on several instances at once. One row in table storage
 * holds when the last request was granted; a grant is one conditional write of that row, and the table's own clock times
 * it, so that clocks of instances do not matter. Grants are spaced evenly, `interval` apart: with 4 of the 5 allowed per
 * 10 s, and a grant void when it is not used within a second, no window of 10 s can hold more than 5 requests, wherever
 * it starts.
 */
import type { Clock } from '../clock.ts';
import type { Row, StateStore } from '../storage/port.ts';

export interface Budget {
  /** Resolves when one request may be sent, at once. Send it within a second. Rejects when `signal` is aborted. */
  grant(signal: AbortSignal): Promise<void>;
  /** Milliseconds between two grants. */
  readonly intervalMs: number;
}

const PARTITION = 'budget';
/** A grant that would be used this much later than its slot is void: the spacing would no longer hold. */
const VALID_MS = 1000;

export function createBudget(state: StateStore, clock: Clock, name: string, intervalMs: number): Budget {
  return {
    intervalMs,
    async grant(signal) {
      for (;;) {
        signal.throwIfAborted();
        const slot = await reserve(state, clock, name, intervalMs);
        if (slot === undefined) continue;
        await clock.sleep(slot.waitMs, signal);
        // A slow table, or a process that was stopped (a paused container, a full CPU), makes it late: ask anew.
        if (clock.elapsed() - slot.takenAfter - slot.waitMs < VALID_MS) return;
      }
    },
  };
}

interface Slot {
  /** Milliseconds from when the row was written until the slot is due. */
  readonly waitMs: number;
  /** When the write was sent, by `clock.elapsed()`: the row was not written before. */
  readonly takenAfter: number;
}

/**
 * Takes the next slot, or returns `undefined` when another instance was faster.
 *
 * The row keeps `previous`: when the grant before the newest was due. The newest is due `interval` later, or when the
 * row was written if that is later still; so a reader needs no clock but the table's.
 */
async function reserve(state: StateStore, clock: Clock, name: string, intervalMs: number): Promise<Slot | undefined> {
  const row = await state.get(PARTITION, name);
  const previous = row ? Math.round(dueOf(row, intervalMs)) : 0;
  const values = { previous };
  const change = row
    ? ({ kind: 'replace', key: name, values, etag: row.etag } as const)
    : ({ kind: 'insert', key: name, values } as const);
  const takenAfter = clock.elapsed();
  if ((await state.commit(PARTITION, [change])) === 'conflict') return undefined;
  const mine = await state.get(PARTITION, name);
  // Somebody took the slot after ours already: when our row was written is lost, and with it the slot. It is rare.
  if (mine?.values.previous !== previous) return undefined;
  return { waitMs: Math.max(0, previous + intervalMs - mine.writtenAt), takenAfter };
}

function dueOf(row: Row, intervalMs: number): number {
  return Math.max(row.writtenAt, Number(row.values.previous) + intervalMs);
}
