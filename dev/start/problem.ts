/**
 * The two ways in which `npm start` ends early on purpose. Everything else is a fault of the program and shows its stack.
 */

/** Something the person at the keyboard can mend. The message is one line that says what is wrong and what to do. */
export class StartProblem extends Error {
  override readonly name = 'StartProblem';
}

/** Somebody asked the program to end. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  readonly signal: NodeJS.Signals;

  constructor(signal: NodeJS.Signals) {
    super(`stopped by ${signal}`);
    this.signal = signal;
  }
}

/** What an error says, in one line. */
export function oneLine(error: unknown): string {
  const { message, cause } = error instanceof Error ? error : { message: String(error), cause: undefined };
  const because = cause instanceof Error && cause.message ? ` (${cause.message})` : '';
  return `${message}${because}`.replace(/\s*\n\s*/g, ' ');
}
