/**
 * Storage ports with something around every call: to record the calls, to fail or crash at one, to hold one back.
 *
 * A listing counts as one call: it is read whole when its first item is asked for.
 */
import type { ExpireDeps } from '../../shared/expiry/deps.ts';
import type { BlobStore, Deleter, StateStore } from '../../shared/storage/port.ts';

export interface StoreCall {
  readonly op: 'get' | 'list' | 'put' | 'row' | 'rows' | 'commit' | 'delete' | 'exists' | 'held';
  /** `<container>/<name>` or `<partition>/<key>`. */
  readonly target: string;
}

/** Runs around a call; whatever it returns or throws is what the caller sees. */
export type Around = <T>(call: StoreCall, run: () => Promise<T>) => Promise<T>;

export interface Stores {
  readonly blobs: BlobStore;
  readonly state: StateStore;
}

export const plainly: Around = (_call, run) => run();

export function hooked({ blobs, state }: Stores, around: Around): Stores {
  async function* listed<T>(call: StoreCall, items: () => AsyncIterable<T>): AsyncGenerator<T> {
    yield* await around(call, () => Array.fromAsync(items()));
  }
  return {
    blobs: {
      get: (container, name) => around({ op: 'get', target: `${container}/${name}` }, () => blobs.get(container, name)),
      list: (container, prefix) =>
        listed({ op: 'list', target: `${container}/${prefix}` }, () => blobs.list(container, prefix)),
      putIfAbsent: (container, name, bytes) =>
        around({ op: 'put', target: `${container}/${name}` }, () => blobs.putIfAbsent(container, name, bytes)),
    },
    state: {
      get: (partition, key) => around({ op: 'row', target: `${partition}/${key}` }, () => state.get(partition, key)),
      list: (partition, from, to) =>
        listed({ op: 'rows', target: `${partition}/${from}` }, () => state.list(partition, from, to)),
      commit: (partition, changes) => {
        const target = `${partition}/${changes.at(-1)?.key}`;
        return around({ op: 'commit', target }, () => state.commit(partition, changes));
      },
    },
  };
}

/**
 * The same around the two deleters, each with the rights that its identity is deployed with: Azure refuses the others
 * whether there is such a blob or not.
 */
export function hookedDeleters(deleter: Deleter, around: Around): Pick<ExpireDeps, 'deleter' | 'workDeleter'> {
  return {
    deleter: hookedDeleter(
      confined(deleter, (container) => container.startsWith('archive-')),
      around,
    ),
    workDeleter: hookedDeleter(
      confined(deleter, (container) => container === 'work'),
      around,
    ),
  };
}

function confined(deleter: Deleter, isItsOwn: (container: string) => boolean): Deleter {
  const cause = 'HTTP 403 AuthorizationPermissionMismatch';
  return {
    ...deleter,
    delete: async (container, name) =>
      isItsOwn(container) ? deleter.delete(container, name) : { outcome: 'refused', cause },
  };
}

function hookedDeleter(deleter: Deleter, around: Around): Deleter {
  return {
    delete: (container, name) =>
      around({ op: 'delete', target: `${container}/${name}` }, () => deleter.delete(container, name)),
    exists: (container, name) =>
      around({ op: 'exists', target: `${container}/${name}` }, () => deleter.exists(container, name)),
    isHeld: (container) => around({ op: 'held', target: container }, () => deleter.isHeld(container)),
  };
}

/** Records every call before it runs. */
export function recording(calls: StoreCall[]): Around {
  return (call, run) => {
    calls.push(call);
    return run();
  };
}

/**
 * What can go wrong with one call. `error` leaves the caller not knowing; `late` is a request that the network delivers
 * only after the caller has given it up; `twice` is one that is sent again although it had arrived.
 */
export const FAULTS = ['crash before', 'crash after', 'error before', 'error after', 'late', 'twice'] as const;
export type Fault = (typeof FAULTS)[number];

/** The process has died: nothing it still tries has any effect. */
export class Crash extends Error {
  override readonly name = 'Crash';
}

/**
 * Makes call number `at` (from 0) go wrong.
 * @param late collects what the network still holds back; run it when the test wants it to arrive.
 */
export function failing(at: number, fault: Fault, late: (() => Promise<unknown>)[] = []): Around {
  let n = 0;
  let dead = false;
  return async (_call, run) => {
    if (dead) throw new Crash('this process has died');
    n += 1;
    if (n - 1 !== at) return run();
    if (fault === 'late') late.push(run);
    if (fault.endsWith('after') || fault === 'twice') await run();
    if (fault === 'twice') return run();
    dead = fault.startsWith('crash');
    throw dead ? new Crash('the process dies here') : new Error('the store did not answer');
  };
}

/** Runs `meanwhile` once, just before call number `at` (from 0). */
export function interrupted(at: number, meanwhile: () => Promise<void>): Around {
  let n = 0;
  return async (_call, run) => {
    n += 1;
    if (n - 1 === at) await meanwhile();
    return run();
  };
}

/** What a call writes, in a word; reads are `undefined`. */
export function writeOf({ op, target }: StoreCall): string | undefined {
  if (op === 'commit') return target.endsWith('/status') ? 'status' : 'table';
  if (op !== 'put') return undefined;
  return target.startsWith('ledger/') ? 'entry' : 'segment';
}
