/**
 * Runs several instances at once, one step at a time, in an order that a seed decides.
 *
 * A step ends where an instance waits for its turn, which it does before every call to the outside. Only one instance
 * runs between two turns, so the same seed gives the same run, threads of zlib or not.
 */
export function createScheduler(random: () => number) {
  const waiting: (() => void)[] = [];
  let running = 0;

  function next(): void {
    if (running > 0 || waiting.length === 0) return;
    const [go] = waiting.splice(Math.floor(random() * waiting.length), 1);
    running += 1;
    go?.();
  }

  return {
    /** Resolves when it is the caller's turn. */
    turn(): Promise<void> {
      return new Promise((resolve) => {
        waiting.push(resolve);
        running -= 1;
        next();
      });
    },
    /** Runs the tasks to their ends; each must do all its waiting through `turn`. */
    async run(tasks: readonly (() => Promise<void>)[]): Promise<void> {
      running = tasks.length;
      const ended = tasks.map((task) =>
        task().finally(() => {
          running -= 1;
          next();
        }),
      );
      await Promise.all(ended);
    },
  };
}

/** A small seeded generator of numbers in [0, 1) (mulberry32, public domain). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
