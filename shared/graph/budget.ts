/**
 * The request budget: how often all instances of the app together may ask Graph.
 *
 * Graph counts requests per app and tenant, while timers may run on several instances at once. One row in table storage
 * holds when the last request was granted; a grant is one conditional write of that row, and the table's own clock times
 * it, so that clocks of instances do not matter. Grants are spaced evenly, `interval` apart, and void when not used soon.
 * A request reaches Graph later than its grant was due, by up to that and its way there; a pace leaves room for both, so
 * that no span of Graph's limit can hold more requests than it allows, wherever it starts.
 */
import type { Clock } from '../clock.ts';
import type { Row, StateStore } from '../storage/port.ts';

/** How grants follow one another. */
export interface Pace {
  /** Milliseconds between two grants. */
  readonly intervalMs: number;
  /** A grant that would be used this much later than its slot is void: the spacing would no longer hold. */
  readonly validMs: number;
}

/**
 * The pace for the reports: Graph allows 5 in 10 s. At 4, six requests span 12.5 s less what the first was late: a second
 * until it is void, and 1.5 s on its way.
 */
export function reportsPace(perTenSeconds: number): Pace {
  return { intervalMs: 10_000 / perTenSeconds, validMs: 1000 };
}

/**
 * The pace for Identity Protection: Graph allows 1 in a second, and there is none to spare. So grants are twice as far
 * apart: half a second until one is void, and half a second on its way.
 */
export function riskPace(perSecond: number): Pace {
  return { intervalMs: 2000 / perSecond, validMs: 500 };
}

export interface Budget {
  /** Resolves when one request may be sent, at once. Rejects when `signal` is aborted. */
  grant(signal: AbortSignal): Promise<void>;
  /** Milliseconds between two grants. */
  readonly intervalMs: number;
}

const PARTITION = 'budget';

export function createBudget(state: StateStore, clock: Clock, name: string, { intervalMs, validMs }: Pace): Budget {
  return {
    intervalMs,
    async grant(signal) {
      for (;;) {
        signal.throwIfAborted();
        const slot = await reserve(state, clock, name, intervalMs);
        if (slot === undefined) continue;
        await clock.sleep(slot.waitMs, signal);
        // A slow table, or a process that was stopped (a paused container, a full CPU), makes it late: ask anew.
        if (clock.elapsed() - slot.takenAfter - slot.waitMs < validMs) return;
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
