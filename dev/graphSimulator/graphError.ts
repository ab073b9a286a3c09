/**
 * Graph's error answers, word for word as documented (https://learn.microsoft.com/graph/errors) or reported in issues
 * of Graph's documentation and SDKs.
 */

/** An answer in place of a page. */
export class GraphError extends Error {
  override readonly name = 'GraphError';
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

/** What ties an answer to its request. */
export interface RequestIds {
  readonly requestId: string;
  readonly clientRequestId: string;
}

/** The body of an error answer. `now` is the simulated time in milliseconds since 1970. */
export function errorBody(
  { code, message }: GraphError,
  { requestId, clientRequestId }: RequestIds,
  now: number,
): string {
  const date = new Date(now).toISOString().slice(0, 19);
  const innerError = { date, 'request-id': requestId, 'client-request-id': clientRequestId };
  return JSON.stringify({ error: { code, message, innerError } });
}

export const badRequest = (message: string) => new GraphError(400, 'BadRequest', message);

export const invalidFilter = () => badRequest('Invalid filter clause');

export const unknownProperty = (property: string, type: string) =>
  badRequest(`Invalid filter clause: Could not find a property named '${property}' on type 'microsoft.graph.${type}'.`);

export const notAllowed = (option: string) =>
  badRequest(
    `Query option '${option}' is not allowed. To allow it, set the 'AllowedQueryOptions' property on EnableQueryAttribute or QueryValidationSettings.`,
  );

export const invalidPageSize = (text: string, most: number) =>
  badRequest(`Invalid page size specified: '${text}'. Must be between 1 and ${most} inclusive.`);

/** `minimum` is midnight UTC of the oldest day that may be asked for, in milliseconds since 1970. */
export function tooOld(timeField: string, minimum: number): GraphError {
  const day = new Date(minimum);
  const us = `${day.getUTCMonth() + 1}/${day.getUTCDate()}/${day.getUTCFullYear()} 12:00:00 AM`;
  return badRequest(
    `Specified argument was out of the range of valid values. (Parameter 'Minimum allowed time for ${timeField} is ${us}')`,
  );
}

export const noSegment = (segment: string) => badRequest(`Resource not found for the segment '${segment}'.`);

export const unlicensed = () =>
  new GraphError(
    403,
    'Authentication_RequestFromNonPremiumTenantOrB2CTenant',
    "Neither tenant is B2C or tenant doesn't have premium license",
  );

/** https://github.com/microsoftgraph/microsoft-graph-explorer-v4/issues/3165 */
export const forbidden = (permission: string) =>
  new GraphError(
    403,
    'Authentication_MSGraphPermissionMissing',
    `Calling principal does not have required MSGraph permissions ${permission}`,
  );

export const gatewayTimeout = () =>
  new GraphError(504, 'UnknownError', 'The gateway did not receive a response in time.');

export const noToken = () => new GraphError(401, 'InvalidAuthenticationToken', 'Access token is empty.');

export const expiredToken = () =>
  new GraphError(401, 'InvalidAuthenticationToken', 'Lifetime validation failed, the token is expired.');

export const nullSkipToken = () => new GraphError(400, 'UnknownError', 'Invalid Skip Token, skip token is null');

export const invalidSkipToken = () => new GraphError(400, '', 'Invalid Skip Token');

/** The reports' throttle; `correlationId` is a GUID. */
export const reportsThrottled = (correlationId: string, headers: Readonly<Record<string, string>> = {}) =>
  new GraphError(
    429,
    'UnknownError',
    `This request is throttled. Please try again after the value specified in the Retry-After header. CorrelationId: ${correlationId}`,
    headers,
  );

/** Identity Protection's throttle, which says nothing of when. */
export const riskThrottled = (headers: Readonly<Record<string, string>> = {}) =>
  new GraphError(429, 'TooManyRequests', 'Please retry again later.', headers);
