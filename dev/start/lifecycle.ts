/**
 * The life of one `npm start`: what can end it, and how everything it started is ended then.
 *
 * A signal, the death of the parent, a closed output or a process that was lost aborts one signal that everything waits
 * on; then the clean-ups run, the last one first, since who writes must end before what it writes to.
 */
import { FOLDER } from './folders.ts';
import { Interrupted, oneLine, StartProblem } from './problem.ts';

export interface Lifecycle {
  /** Aborted when the program shall end; the reason says why. */
  readonly signal: AbortSignal;
  /** Ends the program because of a problem that came from outside the present step. */
  fail(problem: StartProblem): void;
  /** From now on Ctrl-C is the ordinary way to end: exit code 0. */
  isUp(): void;
  /** Adds a clean-up. */
  onEnd(cleanUp: () => unknown): void;
  /** Tells what went wrong, once, and answers the exit code. */
  exitCodeOf(error: unknown): number;
  /** Runs the clean-ups. */
  end(): Promise<void>;
}

const EXIT_CODES: Readonly<Partial<Record<NodeJS.Signals, number>>> = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 };
const PARENT_CHECK_MS = 1000;

/** Begins it: from here on the process does not die of a signal but ends in order. Call once. */
export function createLifecycle(): Lifecycle {
  const controller = new AbortController();
  const { signal } = controller;
  const cleanUps: (() => unknown)[] = [];
  let up = false;

  const interrupt = (name: NodeJS.Signals) => {
    if (signal.aborted) return;
    controller.abort(new Interrupted(name));
    process.stderr.write('\nStopping: a window that is being read is dropped, what is committed stays.\n');
  };
  // Ctrl-C may arrive more than once, from the terminal and from npm: all but the first say nothing new.
  for (const name of Object.keys(EXIT_CODES) as NodeJS.Signals[]) process.on(name, () => interrupt(name));
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && interrupt('SIGTERM'), PARENT_CHECK_MS).unref();
  // `npm start | head` closes the output; what it started must not stay.
  process.stdout.on('error', () => interrupt('SIGTERM'));

  return {
    signal,
    fail: (problem) => controller.abort(problem),
    isUp: () => {
      up = true;
    },
    onEnd: (cleanUp) => cleanUps.push(cleanUp),
    exitCodeOf: (error) => {
      // What fails because of the abort says less than the reason for it.
      const cause: unknown = signal.aborted ? signal.reason : error;
      if (cause instanceof Interrupted) return up ? 0 : (EXIT_CODES[cause.signal] ?? 1);
      process.stderr.write(`${wordsFor(cause)}\n`);
      return 1;
    },
    end: async () => {
      for (const cleanUp of cleanUps.reverse()) {
        try {
          await cleanUp();
        } catch (error) {
          // The others must have their turn.
          process.stderr.write(`${oneLine(error)}\n`);
        }
      }
    },
  };
}

/** A problem that a person can mend is a line; a fault of the program shows its stack. */
function wordsFor(error: unknown): string {
  if (error instanceof StartProblem) return error.message;
  const { path, syscall } = error as NodeJS.ErrnoException;
  if (path !== undefined && syscall !== undefined) {
    return `${oneLine(error)}. ${FOLDER} must be a folder that can be written; move what is in the way.`;
  }
  return (error instanceof Error && error.stack) || String(error);
}
