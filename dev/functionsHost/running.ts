/**
 * What is running right now: HTTP invocations, and timer runs from the moment they are asked for until their last retry.
 *
 * `GET /admin/host/status` shows it; shutting down waits for it to become empty.
 */

export interface RunningEntry {
  readonly name: string;
  readonly invocationId: string;
}

export interface Running {
  list(): RunningEntry[];
  /** Lists `name` until the work has settled; resolves or rejects as the work does. */
  track<T>(name: string, invocationId: string, work: Promise<T>): Promise<T>;
  /** Resolves when nothing is running. */
  idle(): Promise<void>;
}

/** An empty register. */
export function createRunning(): Running {
  const entries = new Map<string, RunningEntry>();
  let waiting: (() => void)[] = [];

  const remove = (invocationId: string) => {
    entries.delete(invocationId);
    if (entries.size > 0) return;
    for (const resolve of waiting) resolve();
    waiting = [];
  };

  return {
    list: () => [...entries.values()],
    track: (name, invocationId, work) => {
      entries.set(invocationId, { name, invocationId });
      return work.finally(() => remove(invocationId));
    },
    idle: () => (entries.size === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
  };
}
