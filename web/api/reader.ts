/**
 * A range that is being read: pages of records, streamed one after another for as long as more are wanted. What breaks goes
 * on where it broke, so that every record arrives once.
 */
import type { Claims } from './claims.ts';
import type { Pages } from './pages.ts';
import { type Trouble, troubleOf } from './trouble.ts';

export interface Reading {
  /** `paused`: as many as were wanted are here, and there are more. */
  readonly phase: 'asking' | 'reading' | 'paused' | 'whole' | 'failed';
  readonly claims: Claims | undefined;
  readonly trouble: Trouble | undefined;
}

export interface Reader {
  current(): Reading;
  /** Reads on until there are so many records in all, or all there are; after a trouble too. */
  readTo(records: number): void;
  /** Stops what is under way; what arrived stays. */
  stop(): void;
}

export interface Receiver {
  /** Records as they arrive. */
  onLines(lines: readonly string[]): void;
  /** Nothing that arrived counts any more: the reading begins anew. */
  onAnew(): void;
  /** There is more, or `current()` gives something else. */
  onChange(): void;
}

/** Records of a page: a first one that is there at once, then larger ones. */
export interface PageSizes {
  readonly first: number;
  readonly later: number;
}

export function createReader(pages: Pages, sizes: PageSizes, receiver: Receiver): Reader {
  let reading: Reading = { phase: 'asking', claims: undefined, trouble: undefined };
  let received = 0;
  let wanted = 0;
  let controller: AbortController | undefined;

  const become = (changed: Partial<Reading>) => {
    reading = { ...reading, ...changed };
    receiver.onChange();
  };
  const listener = {
    // Those of the first answer are of the whole range, and later ones rest on the same entries.
    onClaims: (made: Claims) => become({ phase: 'reading', claims: reading.claims ?? made }),
    onLines: (lines: readonly string[]) => {
      received += lines.length;
      receiver.onLines(lines);
      receiver.onChange();
    },
  };

  const beginAnew = () => {
    received = 0;
    reading = { ...reading, claims: undefined };
    pages.beginAnew();
    receiver.onAnew();
  };

  const run = async () => {
    if (controller || reading.phase === 'whole') return;
    controller = new AbortController();
    // What the cursor led to is gone for good: only a new beginning can be whole.
    if (reading.trouble?.kind === 'gone') beginAnew();
    reading = { ...reading, trouble: undefined };
    try {
      while (!pages.isWhole() && received < wanted) {
        become({ phase: received === 0 ? 'asking' : 'reading' });
        await pages.load(received === 0 ? sizes.first : sizes.later, controller.signal, listener);
      }
      controller = undefined;
      become({ phase: pages.isWhole() ? 'whole' : 'paused' });
    } catch (error) {
      controller = undefined;
      become({ phase: 'failed', trouble: troubleOf(error) });
    }
  };

  return {
    current: () => reading,
    readTo: (records) => {
      wanted = Math.max(wanted, records);
      void run();
    },
    stop: () => controller?.abort(),
  };
}
