/**
 * Counting what gets no record of its own: requests without a valid token, and those whose record could not be written.
 *
 * Anybody can send them, so none of them writes. They are counted in memory and added to the row of the minute once in a
 * minute at most; a crash loses what was counted since, of this instance.
 */
import { randomUUID } from 'node:crypto';
import type { AccessCounts } from './record.ts';
import { type AccessStore, addCounts } from './rows.ts';

type Counted = keyof AccessCounts;

interface Batch {
  readonly id: string;
  readonly minute: number;
  readonly counts: AccessCounts;
}

const MINUTE_MS = 60_000;
/** Between the first that is counted and the row, and between attempts. */
const FLUSH_MS = MINUTE_MS;
const NOTHING: AccessCounts = { withoutToken: 0, notRecorded: 0 };

export interface Counter {
  count(what: Counted): void;
  /** Adds what was counted to the row of the minute. @throws when that fails; the next flush tries again. */
  flush(): Promise<void>;
}

/** The first millisecond of its minute. */
const minuteOf = (now: number) => Math.floor(now / MINUTE_MS) * MINUTE_MS;

/**
 * @param onFailure told when a flush by the timer failed.
 * @param later runs something after so many milliseconds without keeping the process alive.
 */
export function createCounter(
  store: AccessStore,
  clock: { now(): number },
  onFailure: (error: unknown) => void,
  later: (run: () => void, milliseconds: number) => void = (run, ms) => void setTimeout(run, ms).unref(),
): Counter {
  let waiting: Record<Counted, number> = { ...NOTHING };
  let batch: Batch | undefined;
  let isPlanned = false;
  let flushing: Promise<void> = Promise.resolve();

  const isEmpty = () => batch === undefined && waiting.withoutToken === 0 && waiting.notRecorded === 0;

  function plan(): void {
    if (isPlanned || isEmpty()) return;
    isPlanned = true;
    later(() => {
      isPlanned = false;
      flush().catch(onFailure).finally(plan);
    }, FLUSH_MS);
  }

  /**
   * A batch keeps its id until it is certain that a row has it, because an answer may have been lost; and its minute until
   * that lies too far back and has no row any more. A row that did take it, said nothing, and was collected while nothing
   * could be asked of the table makes it count twice: rather that than not at all.
   */
  async function storeBatch(): Promise<void> {
    if (!batch) return;
    const now = clock.now();
    if (!(await addCounts(store, batch.minute, batch.id, batch.counts, now))) {
      batch = { ...batch, minute: minuteOf(now) };
      await addCounts(store, batch.minute, batch.id, batch.counts, now);
    }
    batch = undefined;
  }

  async function storeAll(): Promise<void> {
    await storeBatch();
    if (isEmpty()) return;
    batch = { id: randomUUID(), minute: minuteOf(clock.now()), counts: waiting };
    waiting = { ...NOTHING };
    await storeBatch();
  }

  function flush(): Promise<void> {
    flushing = flushing.catch(() => {}).then(storeAll);
    return flushing;
  }

  return {
    count(what) {
      waiting[what] += 1;
      plan();
    },
    flush,
  };
}
