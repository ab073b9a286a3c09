import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { slicePage } from '../../shared/archive/page.ts';
import { type FailureKind, failureFrom, failureOf, GraphFailure, TRIES } from '../../shared/graph/failure.ts';
import { TransportError } from '../../shared/graph/transport.ts';

const NOW = Date.parse('2026-11-21T08:00:00Z');

function answerOf(status: number, body: string, headers: Record<string, string> = {}) {
  return { status, headers, body: Buffer.from(body) };
}

const error = (code: string, message: string) =>
  JSON.stringify({ error: { code, message, innerError: { date: '2026-11-21T08:00:00', 'request-id': 'inner' } } });

interface Row {
  readonly case: string;
  readonly status: number;
  readonly body: string;
  readonly kind: FailureKind;
}

const GUID = 'd2a1c0de-0000-4000-8000-000000000001';
const HTML = `<!DOCTYPE html><HTML><body>Our services aren't available right now. secret-row</body></HTML>`;

/** The bodies are those that were seen in the field; each row says what it means for us. */
const ANSWERS: readonly Row[] = [
  {
    case: 'a throttle of any workload',
    status: 429,
    body: '{"error":{"code":"TooManyRequests","innerError":{"code":"429","date":"2020-08-18T12:51:51","message":"Please retry after","request-id":"x","status":"429"},"message":"Please retry again later."}}',
    kind: 'throttled',
  },
  {
    case: 'a throttle of reports, new wording',
    status: 429,
    body: error(
      'UnknownError',
      `This request is throttled. Please try again after the value specified in the Retry-After header. CorrelationId: ${GUID}`,
    ),
    kind: 'throttled',
  },
  {
    case: 'a throttle of reports, old wording',
    status: 429,
    body: error('', `This request is throttled. Please try again after some time. CorrelationId: ${GUID}`),
    kind: 'throttled',
  },
  { case: 'a throttle without a body', status: 429, body: '', kind: 'throttled' },
  { case: 'a throttle as HTML', status: 429, body: HTML, kind: 'throttled' },
  { case: 'a bad filter', status: 400, body: error('BadRequest', 'Invalid filter clause'), kind: 'refused' },
  {
    case: 'a filter on a property that is not there',
    status: 400,
    body: error(
      'BadRequest',
      "Invalid filter clause: Could not find a property named 'createdDateTime' on type 'microsoft.graph.directoryAudit'.",
    ),
    kind: 'refused',
  },
  {
    case: 'a lower bound that is too old',
    status: 400,
    body: error(
      'BadRequest',
      "Specified argument was out of the range of valid values. (Parameter 'Minimum allowed time for activityDateTime is 2/5/2023 12:00:00 AM')",
    ),
    kind: 'tooOld',
  },
  {
    case: 'a lower bound that is too old, with another status',
    status: 500,
    body: error('UnknownError', "(Parameter 'Minimum allowed time for activityDateTime is 2/5/2023 12:00:00 AM')"),
    kind: 'tooOld',
  },
  {
    case: 'a page size that is too large',
    status: 400,
    body: error('BadRequest', "Invalid page size specified: '1000'. Must be between 1 and 500 inclusive."),
    kind: 'refused',
  },
  { case: 'a bad day', status: 400, body: error('UnknownError', 'Unsupported Query.'), kind: 'transient' },
  {
    case: 'a lost skip token',
    status: 400,
    body: error('UnknownError', 'Invalid Skip Token, skip token is null'),
    kind: 'paging',
  },
  {
    case: 'a bad skip token',
    status: 400,
    body: '{"error":{"code":"","message":"Invalid Skip Token"}}',
    kind: 'paging',
  },
  {
    case: 'an expired skip token',
    status: 400,
    body: error('DirectoryPageTokenNotFoundException', 'The page token is gone.'),
    kind: 'paging',
  },
  { case: 'a skip token in one word', status: 410, body: error('Gone', 'The $skiptoken has expired'), kind: 'paging' },
  { case: 'gone', status: 410, body: error('Gone', ''), kind: 'paging' },
  {
    case: 'a tenant without a licence',
    status: 403,
    body: error(
      'Authentication_RequestFromNonPremiumTenantOrB2CTenant',
      "Neither tenant is B2C or tenant doesn't have premium license",
    ),
    kind: 'unlicensed',
  },
  {
    case: 'a feature without a licence',
    status: 403,
    body: error('Forbidden', 'Your tenant is not licensed for this feature.'),
    kind: 'unlicensed',
  },
  {
    case: 'a permission that is missing',
    status: 403,
    body: error('Authorization_RequestDenied', 'Insufficient privileges to complete the operation.'),
    kind: 'forbidden',
  },
  { case: 'a 403 without a body', status: 403, body: '', kind: 'forbidden' },
  { case: 'a 403 of the gateway, as HTML', status: 403, body: HTML, kind: 'transient' },
  {
    case: 'a log that this cloud does not have',
    status: 400,
    body: error('BadRequest', "Resource not found for the segment 'signIns'."),
    kind: 'absent',
  },
  {
    case: 'the same with 404',
    status: 404,
    body: error('BadRequest', "Resource not found for the segment 'signIns'."),
    kind: 'absent',
  },
  { case: 'a 404 with an empty message', status: 404, body: error('UnknownError', ''), kind: 'absent' },
  {
    case: 'a token that was refused',
    status: 401,
    body: error('InvalidAuthenticationToken', 'Lifetime validation failed, the token is expired.'),
    kind: 'token',
  },
  { case: 'a 401 without a body', status: 401, body: '', kind: 'token' },
  { case: 'a request that took too long', status: 408, body: '', kind: 'slow' },
  { case: 'a gateway that waited too long', status: 504, body: HTML, kind: 'slow' },
  { case: 'an error of the server', status: 500, body: error('UnknownError', ''), kind: 'transient' },
  { case: 'a bad gateway', status: 502, body: '', kind: 'transient' },
  { case: 'a service that is away', status: 503, body: error('serviceNotAvailable', 'Try later.'), kind: 'transient' },
  { case: 'a quota of the whole service', status: 509, body: '', kind: 'transient' },
  { case: 'a redirect', status: 302, body: 'Object moved', kind: 'transient' },
  { case: 'a success without content', status: 204, body: '', kind: 'transient' },
];

describe('an answer of Graph', () => {
  it.each(ANSWERS)('with status $status is $kind: $case', ({ status, body, kind }) => {
    const failure = failureOf(answerOf(status, body, { 'request-id': GUID }), NOW);
    expect(failure).toBeInstanceOf(GraphFailure);
    expect(failure.kind).toBe(kind);
    expect(failure.message).toMatch(new RegExp(`^Graph answered ${status}: .* \\(request-id ${GUID}\\)$`, 's'));
  });

  it.each([
    { kind: 'throttled', again: true },
    { kind: 'transient', again: true },
    { kind: 'token', again: true },
    { kind: 'broken', again: true },
    { kind: 'slow', again: true },
    { kind: 'unlicensed', again: true },
    { kind: 'paging', again: false },
    { kind: 'filterIgnored', again: false },
    { kind: 'tooOld', again: false },
    { kind: 'forbidden', again: false },
    { kind: 'absent', again: false },
    { kind: 'refused', again: false },
  ] as const)('that is $kind is worth asking for again: $again', ({ kind, again }) => {
    expect(TRIES.has(kind)).toBe(again);
  });

  it.each([
    { body: error('BadRequest', 'Invalid filter clause'), shown: 'BadRequest: Invalid filter clause' },
    { body: error('', 'Invalid Skip Token'), shown: 'no code: Invalid Skip Token' },
    { body: error('UnknownError', ''), shown: 'UnknownError: ' },
    { body: '', shown: 'no JSON of 0 characters' },
    { body: 'upstream connect error', shown: 'no JSON of 22 characters' },
    { body: HTML, shown: `an HTML page of ${HTML.length} characters` },
    { body: '{}', shown: 'no code: ' },
    { body: '[]', shown: 'no code: ' },
    { body: '"text"', shown: 'no code: ' },
    { body: '{"error":null}', shown: 'no code: ' },
    { body: '{"error":"text"}', shown: 'no code: ' },
    { body: 'null', shown: 'no JSON of 4 characters' },
    { body: '{"error":{"code":"x"', shown: 'no JSON of 20 characters' },
  ])('is told as "$shown"', ({ body, shown }) => {
    expect(failureOf(answerOf(400, body), NOW).message).toBe(`Graph answered 400: ${shown} (request-id none)`);
  });

  it('is told without any content of a record, whatever the body holds of them', () => {
    const record = '{"id":"secret-row","userPrincipalName":"secret-row@example.com"}';
    for (const body of [
      `{"value":[${record}]}`,
      `{"value":[${record},{"id":"x"{"error":{"code":"BadRequest"`,
      record,
      `[${record}]`,
      `<html>${record}</html>`,
      `{"error":{"code":"x","message":"y","innerError":${record}}}`,
      `{"error":${record}}`,
      `{"error":{"code":${record},"message":${record}}}`,
    ]) {
      for (const status of [400, 403, 500]) {
        const failure = failureOf(answerOf(status, body), NOW);
        expect(`${failure.message} ${failure.stack} ${JSON.stringify(failure)}`).not.toContain('secret-row');
      }
    }
  });

  it('is told in a few hundred characters, however long its body', () => {
    const bodies = [error('x'.repeat(500), 'y'.repeat(3000)), error('x', 'y'.repeat(10_000_000)), 'z'.repeat(100_000)];
    for (const body of bodies) expect(failureOf(answerOf(400, body), NOW).message.length).toBeLessThan(500);
  });

  it('is told whatever its body is', () => {
    fc.assert(
      fc.property(fc.integer({ min: 201, max: 599 }), fc.oneof(fc.string(), fc.json()), (status, body) => {
        expect(failureOf(answerOf(status, body), NOW)).toBeInstanceOf(GraphFailure);
      }),
    );
  });

  it('carries the pause that Graph asks for', () => {
    const pauses = ['2.128', '120', undefined].map(
      (header) => failureOf(answerOf(429, '', header === undefined ? {} : { 'retry-after': header }), NOW).retryAfterMs,
    );
    expect(pauses).toEqual([2128, 120_000, undefined]);
  });
});

describe('what was thrown', () => {
  const thrownBy = (act: () => unknown): unknown => {
    try {
      act();
    } catch (thrown) {
      return thrown;
    }
    return expect.fail('nothing was thrown');
  };

  it('stays what it is when it is a failure of Graph already', () => {
    const failure = new GraphFailure('paging', 'x', { retryAfterMs: 5 });
    expect(failureFrom(failure)).toBe(failure);
  });

  it.each<{ thrown: unknown; kind: FailureKind; message: string }>([
    {
      thrown: new TransportError('timeout', 'no whole answer within 1 s'),
      kind: 'slow',
      message: 'no whole answer within 1 s',
    },
    { thrown: new TransportError('tooLarge', 'too large'), kind: 'broken', message: 'too large' },
    { thrown: new TransportError('cut', 'broke off'), kind: 'broken', message: 'broke off' },
    {
      thrown: Object.assign(new Error('connect ECONNREFUSED 10.0.0.1:443'), { code: 'ECONNREFUSED' }),
      kind: 'transient',
      message: 'no answer from Graph (ECONNREFUSED)',
    },
    {
      thrown: Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND' }),
      kind: 'transient',
      message: 'no answer from Graph (ENOTFOUND)',
    },
    {
      thrown: Object.assign(new Error('no identity'), { name: 'CredentialUnavailableError' }),
      kind: 'transient',
      message: 'no answer from Graph (CredentialUnavailableError)',
    },
    { thrown: 'a text', kind: 'transient', message: 'no answer from Graph (string)' },
    { thrown: undefined, kind: 'transient', message: 'no answer from Graph (undefined)' },
  ])('is $kind: $message', ({ thrown, kind, message }) => {
    const failure = failureFrom(thrown);
    expect(failure).toMatchObject({ kind, message, cause: thrown, retryAfterMs: undefined });
  });

  it.each([
    '{"value":[{"id":"secret-row"},{"id":"x"{ "error": {"code":"BadRequest","message":"The property \'category[Nullable=False]\' of type \'Edm.String\' has a null value, which is not allowed."',
    '{"value":[{"id":"secret-row"}',
    '{"value":[{"id":"secret-row"}]}}',
    '<html>secret-row</html>',
    '{"error":{"code":"UnknownError","message":"secret-row"}}',
    '',
  ])('is broken when a page of status 200 is: %s', (body) => {
    const thrown = thrownBy(() => slicePage(Buffer.from(body), { timeField: 'createdDateTime' }));
    const failure = failureFrom(thrown);
    expect(failure.kind).toBe('broken');
    expect(failure.message).not.toContain('secret-row');
    expect(failure.cause).toBe(thrown);
  });
});
