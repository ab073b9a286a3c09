/** What the Graph-compatible routes refuse: always in Graph's shape, before any storage call, nothing ignored. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Deps } from '../../shared/deps.ts';
import { LedgerBehind } from '../../shared/ledger.ts';
import { seal } from '../../shared/query/seal.ts';
import { ContainerMissing } from '../../shared/storage/port.ts';
import { createWorld, rows, TENANT_ID, worldOf } from '../support/flowHarness.ts';
import { askGraph, type GraphAnswer, INVOCATION, listed } from '../support/graphApi.ts';

const AUDITS = '/v1.0/auditLogs/directoryAudits';
const SIGN_INS = '/beta/auditLogs/signIns';
const RISK = '/v1.0/identityProtection/riskDetections';

/** Dependencies that count what is asked of the storage. */
function watched(): { deps: Deps; calls: () => number } {
  let calls = 0;
  const deps = createWorld({ logTypes: ['interactiveSignIns', 'directoryAudits', 'riskDetections'] }).instance(
    (_call, run) => {
      calls += 1;
      return run();
    },
  );
  return { deps, calls: () => calls };
}

interface GraphError {
  readonly code: string;
  readonly message: string;
  readonly innerError: Record<string, string>;
}

/** The error of an answer that must have Graph's shape. */
function errorOf({ headers, text }: GraphAnswer): GraphError {
  expect(headers['content-type']).toBe('application/json');
  expect(headers['request-id']).toBe(INVOCATION);
  const { error, ...more } = JSON.parse(text) as { error: GraphError };
  expect(more).toEqual({});
  expect(Object.keys(error)).toEqual(['code', 'message', 'innerError']);
  expect(error.innerError).toEqual({
    date: '2026-11-20T12:20:00',
    'request-id': INVOCATION,
    'client-request-id': headers['client-request-id'],
  });
  expect(text).not.toMatch(/\.ts:\d+/);
  return error;
}

const NOT_ALLOWED =
  /^Query option '\w+' is not allowed\. To allow it, set the 'AllowedQueryOptions' property on EnableQueryAttribute or QueryValidationSettings\.$/;
const PAGE_SIZE = /^Invalid page size specified: '\d+'\. Must be between 1 and (500|1000) inclusive\.$/;
const NO_PROPERTY = (name: string, type: string) =>
  `Invalid filter clause: Could not find a property named '${name}' on type 'microsoft.graph.${type}'.`;

describe('a request that is not served', () => {
  it.each([
    ['', 'Invalid version: . There are v1.0 and beta.'],
    ['/v2.0/auditLogs/signIns', 'Invalid version: v2.0. There are v1.0 and beta.'],
    ['/v1.0', "Resource not found for the segment ''."],
    ['/v1.0/users', "Resource not found for the segment 'users'."],
    ['/v1.0/auditLogs', "Resource not found for the segment ''."],
    ['/v1.0/auditLogs/signUps', "Resource not found for the segment 'signUps'."],
    ['/v1.0/auditLogs/riskyUsers', "Resource not found for the segment 'riskyUsers'."],
    ['/beta/riskyUsers', "Resource not found for the segment 'riskyUsers'."],
    [
      '/v1.0/auditLogs/customSecurityAttributeAudits',
      "Resource not found for the segment 'customSecurityAttributeAudits'.",
    ],
    ['/v1.0/auditLogs/directoryAudits/$count', "Resource not found for the segment '$count'."],
    ['/v1.0/auditLogs/directoryAudits/a/history', "Resource not found for the segment 'history'."],
    ["/v1.0/auditLogs/directoryAudits('a')", "Resource not found for the segment 'directoryAudits('a')'."],
    [`${AUDITS}?$top=0`, PAGE_SIZE],
    [`${AUDITS}?$top=-1`, /^Invalid value '-1' for \$top query option found\./],
    [`${AUDITS}?$top=ten`, /^Invalid value 'ten' for \$top query option found\./],
    [`${AUDITS}?$top=`, /^Invalid value '' for \$top query option found\./],
    [`${AUDITS}?$top=1.5`, /^Invalid value '1.5' for \$top query option found\./],
    [`${RISK}?$top=1000`, "Invalid page size specified: '1000'. Must be between 1 and 500 inclusive."],
    [`${RISK}?$top=0`, "Invalid page size specified: '0'. Must be between 1 and 500 inclusive."],
    [`${AUDITS}?$skip=10`, NOT_ALLOWED],
    [`${AUDITS}?$expand=x`, NOT_ALLOWED],
    [`${AUDITS}?$search=x`, NOT_ALLOWED],
    [`${AUDITS}?$apply=x`, NOT_ALLOWED],
    [`${AUDITS}?$format=json`, NOT_ALLOWED],
    [`${AUDITS}/a?$filter=id eq 'a'`, NOT_ALLOWED],
    [`${AUDITS}/a?$top=1`, NOT_ALLOWED],
    [`${RISK}?$count=true`, NOT_ALLOWED],
    [`${SIGN_INS}?$count=true`, NOT_ALLOWED],
    [`${AUDITS}?$count=maybe`, /^Invalid value 'maybe' for \$count query option found\./],
    [`${AUDITS}?$deltatoken=x`, "The query parameter '$deltatoken' is not supported."],
    [`${AUDITS}?filter=id eq 'a'`, "The query parameter 'filter' is not supported."],
    [`${AUDITS}?=activityDateTime ge 2026-11-20`, "The query parameter '' is not supported."],
    [
      `${AUDITS}?$top=1&$top=1`,
      "Query option '$top' was specified more than once, but it must be specified at most once.",
    ],
    [
      `${AUDITS}?$top=1&$Top=2`,
      "Query option '$top' was specified more than once, but it must be specified at most once.",
    ],
    [
      `${AUDITS}?$filter=activityDateTime ge 2026-11-20&(id eq 'a')`,
      /^The query parameter '\(id eq 'a'\)' is not supported\.$/,
    ],
    [`${AUDITS}?$orderby=id`, "Invalid orderby clause: 'id'. It can be activityDateTime, followed by asc or desc."],
    [`${AUDITS}?$orderby=activityDateTime up`, /^Invalid orderby clause:/],
    [`${AUDITS}?$orderby=activityDateTime desc,id`, /^Invalid orderby clause:/],
    [`${AUDITS}?$orderby=`, /^Invalid orderby clause:/],
    [`${AUDITS}?$select=`, /^'' in '\$select' is not the name of a top-level field\./],
    [`${AUDITS}?$select=initiatedBy/user`, /^'initiatedBy\/user' in '\$select' is not the name/],
    [`${AUDITS}?$filter=`, /^Invalid filter clause: '\$filter' is wrong at character 1: expected /],
    [`${AUDITS}?$filter=id eq`, /^Invalid filter clause: '\$filter' is wrong at character 6: expected .*, found /],
    [`${AUDITS}?$filter=activityDateTime ge '2026-11-20'`, /^Invalid filter clause: .*expected a time without quotes/],
    [`${AUDITS}?$filter=createdDateTime ge 2026-11-20`, NO_PROPERTY('createdDateTime', 'directoryAudit')],
    [`${RISK}?$filter=createdDateTime ge 2026-11-20`, NO_PROPERTY('createdDateTime', 'riskDetection')],
    [
      "/v1.0/auditLogs/signIns?$filter=signInEventTypes/any(t: t eq 'interactiveUser')",
      NO_PROPERTY('signInEventTypes', 'signIn'),
    ],
    [`${SIGN_INS}?$filter=signInEventTypes/any(t: t eq 'nobody')`, /^Invalid filter clause: no sign-in can have such/],
    [
      `${SIGN_INS}?$filter=signInEventTypes/any(t: t eq 'managedIdentity')`,
      /segment 'signIns'\. This archive does not keep managedIdentitySignIns: it is not in LOG_TYPES\.$/,
    ],
    ['/beta/auditLogs/customSecurityAttributeAudits', /This archive does not keep customSecurityAttributeAudits/],
    ['/v1.0/identityProtection/riskyUsers/a', /This archive does not keep riskyUsers/],
  ])('is a 400 in the words of Graph: %s', async (target, message) => {
    const { deps, calls } = watched();
    const answer = await askGraph(deps, target);
    expect(answer.status).toBe(400);
    const { code, message: said } = errorOf(answer);
    expect(code).toBe('BadRequest');
    expect(said).toEqual(typeof message === 'string' ? message : expect.stringMatching(message));
    expect(calls()).toBe(0);
  });

  it.each(['%00', 'a%0D%0Ab', '%7F', 'x'.repeat(5000), '%C2%85'])(
    'is a 404 for an id that no record has: %s',
    async (id) => {
      const { deps, calls } = watched();
      const answer = await askGraph(deps, `${AUDITS}/${id}`);
      expect([answer.status, errorOf(answer).code, calls()]).toEqual([404, 'Request_ResourceNotFound', 0]);
      expect(answer.text.length).toBeLessThan(700);
    },
  );
});

describe('hostile paths and queries', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      '..',
      '.',
      '%2e%2e',
      '%2e',
      '%00',
      '%0d%0aX: y',
      '%2F',
      '%5C',
      '%',
      '%zz',
      '',
      ' ',
      'http:',
      '$metadata',
    ),
    fc.constantFrom(
      'v1.0',
      'beta',
      'auditLogs',
      'signIns',
      'identityProtection',
      'riskDetections',
      "('a')",
      '__proto__',
    ),
    fc.string({ unit: 'binary', maxLength: 40 }).map(encodeURIComponent),
    fc.constant('x'.repeat(8192)),
  );
  const names = [
    '$filter',
    '$top',
    '$orderby',
    '$select',
    '$count',
    '$skiptoken',
    '$skip',
    '$SkipToken',
    'x',
    '',
    '__proto__',
  ];
  const value = fc.oneof(
    fc.constantFrom(
      '',
      '1',
      '-1',
      '1e9',
      '99999999999999999999',
      'true',
      'NaN',
      'null',
      '[]',
      '{}',
      "id eq '",
      '\0',
      'a\r\nb',
    ),
    fc.constantFrom('activityDateTime', 'activityDateTime asc', "id eq 'x' and", '(((((', 'x'.repeat(8192)),
    fc.string({ unit: 'binary', maxLength: 60 }),
  );
  const isWell = (status: number) => [200, 400, 404, 414].includes(status);

  it('are answered in the shape of Graph, never with a 500, and a 400 before any storage call', async () => {
    const { deps, calls } = watched();
    const pairs = fc.array(fc.tuple(fc.constantFrom(...names), value), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 6 }), pairs, async (path, query) => {
        const known = path.length % 2 === 0 ? AUDITS : '';
        const before = calls();
        const answer = await askGraph(deps, `${known}/${path.join('/')}?${new URLSearchParams(query)}`);
        expect(isWell(answer.status)).toBe(true);
        if (answer.status !== 200) errorOf(answer);
        if (answer.status === 400) expect(calls()).toBe(before);
        for (const text of Object.values(answer.headers)) expect(text).toMatch(/^[\x20-\x7e]*$/);
      }),
      { numRuns: 500 },
    );
  });

  it.each(['a\tb', 'x'.repeat(101), 'ä', '<script>'])(
    'a client-request-id that is not plain is not repeated: %j',
    async (id) => {
      const { deps } = watched();
      const headers = /^[\x20-\x7e]*$/.test(id)
        ? { 'client-request-id': id }
        : { 'client-request-id': encodeURIComponent(id) };
      const answer = await askGraph(deps, `${AUDITS}?$top=0`, headers);
      expect(answer.headers['client-request-id']).toBe(INVOCATION);
    },
  );

  it('a client-request-id is repeated', async () => {
    const id = '0b9d1a3e-5c5e-4f0e-9d53-2f6fbb1f7a10';
    const { deps } = watched();
    const answer = await askGraph(deps, `${AUDITS}?$top=0`, { 'client-request-id': id });
    expect([answer.headers['client-request-id'], errorOf(answer).innerError['client-request-id']]).toEqual([id, id]);
    expect((await askGraph(deps, AUDITS, { 'client-request-id': id })).headers['client-request-id']).toBe(id);
  });
});

describe('a $skiptoken', () => {
  async function begun() {
    const { world, type } = worldOf('directoryAudits');
    world.graph.add(type.name, ...rows(type, 20, '2026-11-20T06:10:00Z', 60));
    await world.collectAll(type.name);
    const deps = world.instance();
    const link = (await listed(deps, `${AUDITS}?$top=5`))['@odata.nextLink'] ?? '';
    return { world, deps, link, token: link.slice(link.indexOf('$skiptoken=') + '$skiptoken='.length) };
  }

  it('may go with another $top, $select and spelling of its name', async () => {
    const { deps, token } = await begun();
    const { value } = await listed(deps, `${AUDITS}?$top=2&$select=id&$skipToken=${token}`);
    expect(value).toEqual([{ id: 'row-14' }, { id: 'row-13' }]);
  });

  it('that is empty is refused as Graph refuses it', async () => {
    const answer = await askGraph((await begun()).deps, `${AUDITS}?$skiptoken=`);
    expect([answer.status, errorOf(answer)]).toMatchObject([
      400,
      { code: 'UnknownError', message: 'Invalid Skip Token, skip token is null' },
    ]);
  });

  it('that was tampered with, or is of another query, is refused as Graph refuses it', async () => {
    const { deps, link, token } = await begun();
    const [text = '', sum] = token.split('.');
    const forged = (change: (parts: unknown[]) => void) => {
      const parts = JSON.parse(Buffer.from(text, 'base64url').toString()) as unknown[];
      change(parts);
      return `${Buffer.from(JSON.stringify(parts)).toString('base64url')}.${sum}`;
    };
    for (const target of [
      link.replace(token, `x${token}`),
      link.replace(token, `${token}x`),
      link.replace(token, token.slice(0, -1)),
      link.replace(token, `${token}.x`),
      link.replace(
        token,
        forged((parts) => (parts[5] = [0])),
      ),
      link.replace(token, 'x'.repeat(8000)),
      link.replace('v1.0', 'beta'),
      `${link}&$orderby=activityDateTime`,
      `${link}&$filter=id eq 'row-1'`,
      link.replace('directoryAudits', 'provisioning'),
    ]) {
      const answer = await askGraph(createWorldDeps(deps), target);
      expect([target, answer.status]).toEqual([target, 400]);
      expect(errorOf(answer)).toMatchObject({ code: '', message: 'Invalid Skip Token' });
    }
  });

  const createWorldDeps = (deps: Deps): Deps => ({ ...deps, config: createWorld().config });

  it.each([
    'null',
    '{}',
    '[]',
    'not json',
    '[2,"2026-11-20T00:00:00.0000000Z","2026-11-20T12:00:00.0000000Z","",[0],[0],null]',
    '[1,"0001-01-01T00:00:00.0000000Z","2026-11-20T12:00:00.0000000Z","",[0],[0],null]',
    '[1,"2026-11-20T00:00:00.0000000Z","9999-12-31T23:59:59.0000000Z","9999-12-31T23",[0],[0],null]',
    '[1,"2026-11-20T00:00:00Z","2026-11-20T12:00:00.0000000Z","",[0],[0],null]',
    '[1,"2026-11-20T00:00:00.0000000Z","2026-11-20T12:00:00.0000000Z","2026-11-20",[0],[0],null]',
    '[1,"2026-11-20T00:00:00.0000000Z","2026-11-20T12:00:00.0000000Z","2026-11-21T00",[0],[0],null]',
    '[1,"2026-11-20T00:00:00.0000000Z","2026-11-20T12:00:00.0000000Z","",[0,0],[0,0],null]',
    '[1,"2026-11-20T00:00:00.0000000Z","2026-11-20T12:00:00.0000000Z","",[0],[-1],null]',
    '[1,"2026-11-20T00:00:00.0000000Z","2026-11-20T12:00:00.0000000Z","",[0.5],[0],null]',
    '[1,"2026-11-20T00:00:00.0000000Z","2026-11-20T12:00:00.0000000Z","",[0],["0"],null]',
    '[1,"2026-11-20T00:00:00.0000000Z","2026-11-20T12:00:00.0000000Z","",[0],[0],"7"]',
  ])('that somebody made himself, with a right checksum, is refused before any storage call: %s', async (text) => {
    const { deps, calls } = watched();
    const token = seal('skiptoken', text, ['v1.0', 'auditLogs/directoryAudits', '', 'desc']);
    const answer = await askGraph(deps, `${AUDITS}?$skiptoken=${token}`);
    expect([answer.status, errorOf(answer).message, calls()]).toEqual([400, 'Invalid Skip Token', 0]);
  });

  it('that leads to what is not kept any more is refused as Graph refuses an old one', async () => {
    const { world, deps, link } = await begun();
    for (const [container, blobs] of world.stores.containers) if (container.startsWith('archive-')) blobs.clear();
    const answer = await askGraph(deps, link);
    expect([answer.status, errorOf(answer).code]).toEqual([400, 'Directory_ExpiredPageToken']);
    expect((await askGraph(deps, AUDITS)).status).toBe(500);
  });

  it('of an archive that held more is refused', async () => {
    const { world, link } = await begun();
    const empty = worldOf('directoryAudits').world;
    const answer = await askGraph(empty.instance(), link);
    expect(answer.status).toBe(400);
    expect(errorOf(answer).message).toMatch(/^Invalid Skip Token: /);
    expect((await askGraph(world.instance(), link)).status).toBe(200);
  });
});

describe('what goes wrong behind a request', () => {
  it.each([
    [new LedgerBehind('the index of directoryAudits is 2000 entries behind its ledger'), 503, 'ServiceUnavailable'],
    [new ContainerMissing('ledger'), 503, 'ServiceUnavailable'],
    [new Error('secret'), 500, 'InternalServerError'],
  ])('is told in the shape of Graph: %s', async (error, status, code) => {
    const { world } = worldOf('directoryAudits');
    const deps = world.instance(() => Promise.reject(error));
    const answer = await askGraph(deps, AUDITS);
    expect([answer.status, errorOf(answer).code]).toEqual([status, code]);
    expect(answer.text).not.toContain('secret');
    expect(answer.headers['retry-after']).toBe(error instanceof LedgerBehind ? '10' : undefined);
  });

  it('is a 401 where tokens would be needed', async () => {
    const { world } = worldOf('directoryAudits');
    const deps = { ...world.instance(), config: { ...world.config, authMode: 'entra' as const, tenantId: TENANT_ID } };
    const answer = await askGraph(deps, AUDITS);
    expect([answer.status, errorOf(answer).code]).toEqual([401, 'InvalidAuthenticationToken']);
  });
});
