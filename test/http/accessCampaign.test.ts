/** A thousand requests, faults included: each leaves exactly one record, and the records can be proved. */
import { hash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { verify } from '../../shared/archive/verify.ts';
import { signLedgers } from '../../shared/checkpoint.ts';
import { collectAccess } from '../../shared/collectAccess.ts';
import { openEvidence } from '../../shared/evidence.ts';
import type { Route } from '../../shared/http/route.ts';
import { ROUTES } from '../../shared/http/routes.ts';
import { ACCESS_LOG_TYPE } from '../../shared/logTypes.ts';
import type { Signing } from '../../shared/proof/signing.ts';
import { campaign, type Seen } from '../support/accessCampaign.ts';
import { accessRecords, waiting } from '../support/accessWorld.ts';
import { TENANT_ID, type World } from '../support/flowHarness.ts';
import { filesOf } from '../support/signedArchive.ts';
import { signingInstance } from '../support/signingWorld.ts';
import { unzip } from '../support/unzip.ts';

const isRefused = ({ problem }: Seen) => problem?.startsWith('Every request leaves a record') === true;

let world: World;
let seen: Seen[];
let signing: Signing;
let records: Record<string, unknown>[];
let byRequest: Map<unknown, Record<string, unknown>[]>;

beforeAll(async () => {
  ({ world, seen, signing } = await campaign(1400, 20261120));
  // Whatever is still open has had its time.
  world.advance(16 * 60);
  while ((await collectAccess(world.instance())).more);
  records = [...accessRecords(world).values()];
  byRequest = Map.groupBy(
    records.filter(({ kind }) => kind === 'request'),
    ({ invocationId }) => invocationId,
  );
}, 120_000);

const reads = () => seen.filter(({ isRead }) => isRead);
const withToken = () => reads().filter(({ caller }) => caller !== 'nobody');
const noted = () => withToken().filter((request) => !isRefused(request));
const refused = () => reads().filter(isRefused);
const operationOf = ({ method, route }: Record<string, unknown>) => `${method} ${route}`;
const recordOf = ({ id }: Seen) => byRequest.get(id)?.[0] ?? {};

const files = (of: World): Map<string, Buffer> =>
  new Map(
    [...of.stores.containers].flatMap(([container, blobs]) =>
      [...blobs]
        .filter(([name]) => name.includes('archiveAccess'))
        .map(([name, bytes]) => [`${container}/${name}`, bytes]),
    ),
  );

describe('a thousand requests with everything that can go wrong', () => {
  it('had it all', () => {
    expect(withToken().length).toBeGreaterThanOrEqual(1000);
    expect(new Set(seen.map(({ status }) => status))).toEqual(
      new Set([200, 201, 202, 400, 401, 403, 404, 405, 409, 415, 429, 500, 503]),
    );
    expect(new Set(records.map(({ outcome, kind }) => outcome ?? kind))).toEqual(
      new Set(['complete', 'clientLeft', 'failed', 'unfinished', 'count']),
    );
  });

  it('came to every operation, and only what is a read left a record', () => {
    const operations = Object.values<Route>(ROUTES).flatMap(({ access, operations: all }) =>
      all.filter(() => access !== 'public').map(({ method, path }) => `${method} ${path}`),
    );
    const withRecord = new Set(records.map(operationOf));
    expect(operations.filter((operation) => !withRecord.has(operation))).toEqual([]);
    const isPublic = seen.filter(({ isRead }) => !isRead);
    expect(new Set(isPublic.map(({ status }) => status))).toEqual(new Set([200, 429]));
    expect(isPublic.filter(({ id }) => byRequest.has(id))).toEqual([]);
  });

  it('and records match one to one', () => {
    expect(
      noted()
        .map(({ id }) => id)
        .sort(),
    ).toEqual([...byRequest.keys()].filter((id) => !refused().some((each) => each.id === id)).sort());
    expect([...byRequest.values()].filter(({ length }) => length !== 1)).toEqual([]);
    expect(waiting(world)).toEqual([]);
  });

  it('are refused where they could not be noted: counted, and no record says that one was answered', () => {
    const counts = records.filter(({ kind }) => kind === 'count');
    const sumOf = (name: string) => counts.reduce((sum, record) => sum + Number(record[name]), 0);
    expect([sumOf('notRecorded'), sumOf('withoutToken')]).toEqual([
      refused().length,
      reads().length - withToken().length,
    ]);
    expect(refused().length).toBeGreaterThan(50);
    for (const request of refused()) {
      expect(request).toMatchObject({ status: 503, fault: expect.stringMatching(/^row/) });
      expect(byRequest.get(request.id)?.map(({ outcome }) => outcome) ?? ['unfinished']).toEqual(['unfinished']);
    }
  });

  it('say who asked, also whom nothing was given', () => {
    for (const request of noted()) {
      const { oid, appId, roles } = recordOf(request);
      expect({ ...request, caller: { oid, appId, roles, cookie: false } }).toEqual(request);
    }
  });

  it('say what the client was answered, byte for byte where it has the whole answer', () => {
    for (const request of noted()) {
      const { outcome, status, problem, bytes, sha256 } = recordOf(request);
      if (request.fault === 'end') expect([request.id, outcome, status]).toEqual([request.id, 'unfinished', null]);
      else {
        expect([request.id, outcome === 'complete']).toEqual([request.id, request.whole]);
        expect([request.id, status, problem !== null]).toEqual([
          request.id,
          request.status,
          request.problem !== undefined,
        ]);
      }
      if (outcome !== 'complete') continue;
      expect([request.id, bytes ?? 0, sha256 ?? hash('sha256', '')]).toEqual([
        request.id,
        request.bytes,
        request.sha256,
      ]);
    }
  });

  it('say what they were about, except what is of the archive as a whole', () => {
    const answered = records.filter(({ outcome, status }) => outcome === 'complete' && Number(status) < 300);
    const lacking = (name: string) => new Set(answered.filter((record) => record[name] === null).map(operationOf));
    const whole = ['logs', 'coverage', 'status', 'holds', 'integrity/keys'].map((path) => `GET /api/${path}`);
    expect(lacking('logType')).toEqual(new Set([...whole, 'HEAD /api/logs']));
    const ranged = ['logs', 'segments', 'evidence'].map((name) => `GET /api/${name}/{logType}`);
    const ofBodies = ['POST /api/sweeps', 'POST /api/holds', 'DELETE /api/holds/{id}'];
    const ofGraph = 'GET /api/graph/{version}/auditLogs/directoryAudits';
    for (const operation of [...ranged, ...ofBodies, ofGraph]) expect(lacking('from')).not.toContain(operation);
  });

  it('count the records that were delivered', () => {
    const counted = new Set(records.filter(({ records: count }) => count !== null).map(operationOf));
    const ofLogType = ['logs', 'evidence', 'integrity/proofs/record'].map((name) => `GET /api/${name}/{logType}`);
    const delivering = [...ofLogType.slice(0, 2), `${ofLogType[2]}/{id}`, 'GET /api/subjects'];
    const audits = 'GET /api/graph/{version}/auditLogs/directoryAudits';
    expect([...delivering, audits, `${audits}/{id}`].filter((operation) => !counted.has(operation))).toEqual([]);
    const of = (path: string, more: Record<string, unknown>) =>
      new Set(
        records
          .filter((record) => record.path === path && record.outcome === 'complete' && record.status === 200)
          .filter((record) => Object.entries(more).every(([name, value]) => record[name] === value))
          .map(({ records: count }) => count),
      );
    const exported = '/api/logs/directoryAudits';
    expect(of(exported, { limit: '7' })).toEqual(new Set([7]));
    expect(of(exported, { filter: "id eq 'row-3'" })).toEqual(new Set([1]));
    expect(of(exported, { purpose: 'Prüfung 1' })).toEqual(new Set([300]));
    expect(of('/api/graph/v1.0/auditLogs/directoryAudits', { limit: '3' })).toEqual(new Set([3]));
  });

  it('make a ledger that can be proved', async () => {
    const signer = await signing.current();
    const instance = signingInstance(world, signing);
    await signLedgers(instance, new AbortController().signal);
    const report = await verify(filesOf(files(world)), { keys: [hash('sha256', signer.spki)], segments: 'full' });
    expect(report).toMatchObject({ verdict: 'proved', kind: 'archive', errors: 0 });
    expect(report.ledgers.map(({ log }) => log)).toEqual([`${TENANT_ID}/archiveAccess`]);
    // A crash before an entry leaves segments that no entry names: that is all that may be said.
    expect(new Set(report.findings.map(({ code }) => code)).difference(new Set(['segment-unreferenced']))).toEqual(
      new Set(),
    );
    // Evidence of the access log is that of any log type.
    const logType = ACCESS_LOG_TYPE;
    const range = { from: '2026-11-20T12:30:00.0000000Z', to: '2026-11-20T13:00:00.0000000Z' };
    const { body } = await openEvidence(instance, { logType, range, ids: undefined, verifier: Buffer.of() });
    const zip = Buffer.concat(await Array.fromAsync(body));
    const bundle = await verify(filesOf(unzip(zip)), { keys: [hash('sha256', signer.spki)] });
    expect(bundle).toMatchObject({ verdict: 'proved', kind: 'evidence', errors: 0 });
  });
});
