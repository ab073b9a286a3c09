/**
 * Refusals in Graph's own words and shape.
 *
 * The words are those of Microsoft Graph and of the OData library under it where these are known; what follows a colon
 * says what is right, which Graph leaves out.
 */
import type { HttpResponseInit } from '@azure/functions';
import type { Call } from './call.ts';
import { clientRequestId, deletedHeader, graphHeaders } from './graphHeaders.ts';
import { PRIVATE, Problem } from './problem.ts';

/** `title` is Graph's `code`. */
class GraphProblem extends Problem {}

/** What Graph calls the problems that every route may have. */
const CODES: Readonly<Record<number, string>> = {
  400: 'BadRequest',
  401: 'InvalidAuthenticationToken',
  403: 'Authorization_RequestDenied',
  404: 'Request_ResourceNotFound',
  414: 'BadRequest',
  429: 'TooManyRequests',
  431: 'BadRequest',
  500: 'InternalServerError',
  503: 'ServiceUnavailable',
};

/** Characters of what was sent that a message repeats. */
const SHOWN = 80;

export const badRequest = (message: string): Problem => new GraphProblem(400, 'BadRequest', message);

export const invalidFilter = (why: string): Problem => badRequest(`Invalid filter clause: ${why}`);

export const unknownProperty = (name: string, typeName: string): Problem =>
  invalidFilter(`Could not find a property named '${name.slice(0, SHOWN)}' on type 'microsoft.graph.${typeName}'.`);

export const noSegment = (segment: string, why = ''): Problem =>
  badRequest(`Resource not found for the segment '${segment.slice(0, SHOWN)}'.${why}`);

export const invalidVersion = (version: string): Problem =>
  badRequest(`Invalid version: ${version.slice(0, SHOWN)}. There are v1.0 and beta.`);

export const optionNotAllowed = (option: string): Problem =>
  badRequest(
    `Query option '${option}' is not allowed. To allow it, set the 'AllowedQueryOptions' property on EnableQueryAttribute or QueryValidationSettings.`,
  );

export const optionNotSupported = (name: string): Problem =>
  badRequest(`The query parameter '${name.slice(0, SHOWN)}' is not supported.`);

export const optionRepeated = (name: string): Problem =>
  badRequest(
    `Query option '${name.slice(0, SHOWN)}' was specified more than once, but it must be specified at most once.`,
  );

export const invalidTop = (text: string): Problem =>
  badRequest(
    `Invalid value '${text.slice(0, SHOWN)}' for $top query option found. The $top query option requires a non-negative integer value.`,
  );

export const invalidPageSize = (text: string, most: number): Problem =>
  badRequest(`Invalid page size specified: '${text.slice(0, SHOWN)}'. Must be between 1 and ${most} inclusive.`);

export const nullSkipToken = (): Problem =>
  new GraphProblem(400, 'UnknownError', 'Invalid Skip Token, skip token is null');

export const invalidSkipToken = (): Problem => new GraphProblem(400, '', 'Invalid Skip Token');

export const expiredSkipToken = (): Problem =>
  new GraphProblem(
    400,
    'Directory_ExpiredPageToken',
    'The specified page token value has expired and can no longer be included in your request.',
  );

/** @param deleted records that were deleted with proof, of which it may have been one. */
export const noRecord = (id: string, deleted = 0): Problem =>
  new GraphProblem(
    404,
    'Request_ResourceNotFound',
    `Resource '${id.slice(0, SHOWN)}' does not exist or one of its queried reference-property objects are not present.`,
    {},
    deletedHeader(deleted),
  );

/** A problem as Graph answers it. */
export function graphError(problem: Problem, call: Pick<Call, 'request' | 'id' | 'deps'>): HttpResponseInit {
  const { status, message, title, headers } = problem;
  const code = problem instanceof GraphProblem ? title : (CODES[status] ?? 'UnknownError');
  const innerError = {
    date: new Date(call.deps.clock.now()).toISOString().slice(0, 19),
    'request-id': call.id,
    'client-request-id': clientRequestId(call),
  };
  return {
    status,
    headers: {
      ...PRIVATE,
      ...graphHeaders(call),
      'content-type': 'application/json',
      ...headers,
    },
    body: JSON.stringify({ error: { code, message, innerError } }),
  };
}
