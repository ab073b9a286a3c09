/**
 * The one error class of the development host: something that whoever started it can put right.
 *
 * Its message is one line that says what is wrong and what to do next. Every other error is a fault of the host or of
 * the app and is shown with its stack.
 */

/** A refusal to start. `cause`, where there is one, is the app's own error and is shown below the message. */
export class HostError extends Error {
  override readonly name = 'HostError';
}

/** The message of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The stack of anything thrown, its message where there is none. */
export function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
