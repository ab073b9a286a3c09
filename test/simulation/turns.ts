/**
 * Whose turn it is: runs any number of instances one step at a time, in the order that a seed decides.
 *
 * A step ends where its task waits for a turn, which it does before every call to the outside. Only one task runs
 * between two turns, so the same seed gives the same run, threads of zlib or not. Unlike `support/scheduler.ts` tasks may
 * come while others run, and a call may be held back until somebody wakes it.
 */
export type Turns = ReturnType<typeof createTurns>;

export function createTurns(random: () => number) {
  const waiting: (() => void)[] = [];
  const held: (() => void)[] = [];
  let busy = false;
  let quiet: (() => void) | undefined;

  function next(): void {
    if (busy) return;
    const [go] = waiting.splice(Math.floor(random() * waiting.length), 1);
    busy = go !== undefined;
    if (go) go();
    else quiet?.();
  }

  function leave(into: (() => void)[]): Promise<void> {
    return new Promise((resolve) => {
      if (!busy) throw new Error('a task made two calls at once: its schedule would depend on threads');
      into.push(resolve);
      busy = false;
      next();
    });
  }

  return {
    /** Resolves when it is the caller's turn. */
    turn: () => leave(waiting),
    /** As `turn`, but not before the next `wake`. */
    hold: () => leave(held),
    /** Whether any task is held back. */
    isHolding: () => held.length > 0,
    /** Lets the held tasks wait for their turn as others do. */
    wake() {
      waiting.push(...held.splice(0));
    },
    /** Adds a task. It must do all its waiting through `turn` and `hold`, and never reject. */
    spawn(task: () => Promise<void>) {
      waiting.push(() => {
        void task().finally(() => {
          busy = false;
          next();
        });
      });
    },
    /** Runs what waits, and what that brings, until all of it has ended or is held. */
    run(): Promise<void> {
      return new Promise((resolve) => {
        quiet = resolve;
        next();
      });
    },
  };
}
