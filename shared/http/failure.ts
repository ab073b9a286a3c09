/**
 * Errors that handlers throw. What a client may know becomes a problem; everything else is logged under the request's id
 * and answered as a 500 that names that id.
 */
import type { Deps } from '../deps.ts';
import { LedgerBehind, LedgerTorn } from '../ledger.ts';
import { BadFilter } from '../query/badFilter.ts';
import { BadQuery } from '../query/range.ts';
import { SegmentDeleted } from '../segments.ts';
import { ContainerMissing } from '../storage/port.ts';
import { ClientLeft } from './connection.ts';
import { Problem } from './problem.ts';

/** What a client is told of an error. @param id under which the log knows the request. */
export function asProblem(deps: Deps, error: unknown, id: string, functionName: string): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof BadFilter) {
    const { message, parameter, position, expected } = error;
    return new Problem(400, 'Bad filter', message, { parameter, position, expected });
  }
  if (error instanceof BadQuery)
    return new Problem(400, 'Bad parameter', error.message, { parameter: error.parameter });
  // Nobody reads it.
  if (error instanceof ClientLeft) return new Problem(499, 'Client left', error.message);
  if (error instanceof LedgerBehind) {
    return new Problem(
      503,
      'Index is being rebuilt',
      `${error.message}. Try again shortly.`,
      {},
      { 'retry-after': '10' },
    );
  }
  if (error instanceof SegmentDeleted) {
    return new Problem(503, 'Deleted meanwhile', error.message, {}, { 'retry-after': '1' });
  }
  report(deps, error, id, functionName);
  if (error instanceof ContainerMissing || error instanceof LedgerTorn)
    return new Problem(503, 'Archive not usable', error.message);
  return new Problem(
    500,
    'Internal error',
    'The request failed and nothing was left out silently. Give this id to the operator.',
  );
}

/** Logs an error of a request. */
export function report(deps: Deps, error: unknown, id: string, functionName: string): void {
  deps.log('error', `request to ${functionName} failed: ${causeOf(error)}`, {
    invocationId: id,
    stack: stackOf(error),
  });
}

function causeOf(error: unknown): string {
  if (error instanceof SyntaxError) return 'SyntaxError: what was read is not JSON';
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

/** The message of `JSON.parse` quotes what it was given, which may be a record, and so does the stack that begins with it. */
function stackOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (!(error instanceof SyntaxError)) return error.stack;
  return error.stack
    ?.split('\n')
    .filter((line) => /^ {4}at /.test(line))
    .join('\n');
}
