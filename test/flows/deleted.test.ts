/** What readers make of a range of which a part was deleted: its own state for each of them, never an error, never silence. */
import { HttpRequest, type HttpResponseInit, InvocationContext } from '@azure/functions';
import { beforeAll, describe, expect, it } from 'vitest';
import { fingerprint } from '../../shared/archive/ecdsa.ts';
import type { VerifyEntry } from '../../shared/archive/entry.ts';
import { verify } from '../../shared/archive/verify.ts';
import { auditLedgers } from '../../shared/audit.ts';
import { collectWindow } from '../../shared/collect.ts';
import { readCoverage } from '../../shared/coverage.ts';
import { openEvidence } from '../../shared/evidence.ts';
import { listSegments } from '../../shared/export.ts';
import { placeHold, releaseHold } from '../../shared/holds.ts';
import { getIntegrity } from '../../shared/http/integrity.ts';
import { respond } from '../../shared/http/respond.ts';
import { ROUTES } from '../../shared/http/routes.ts';
import { applyLedger } from '../../shared/ledger.ts';
import { readStatus } from '../../shared/status.ts';
import { commitRows } from '../support/commits.ts';
import { rangeOf } from '../support/coverageLedger.ts';
import { entriesOf, expire, sign, storedSegments } from '../support/expiring.ts';
import { callLogs, linesIn } from '../support/exportCalls.ts';
import { DAY, row, rows, seconds, type World, worldOf } from '../support/flowHarness.ts';
import { askGraph, type GraphList } from '../support/graphApi.ts';
import { filesOf } from '../support/signedArchive.ts';
import { newSigner, signingWith } from '../support/signingWorld.ts';
import { callSubjects, foundIn } from '../support/subjectCalls.ts';
import { unzip } from '../support/unzip.ts';

const AUDITS = 'directoryAudits';
const SIGNER = newSigner();
const SIGNING = signingWith(SIGNER);
const KEY = fingerprint(SIGNER.spki);
const NEVER = new AbortController().signal;

/** 19 November from 13:00 on: 20 rows an hour for two days, of which all before 20 November 12:05 are deleted. */
async function halfDeleted() {
  const settings = { RETENTION_DAYS: '10', SIGNING_KEY: 'here.pem' };
  const { world, type } = worldOf(AUDITS, { sourceDays: 7, settings });
  const list = rows(type, 900, '2026-11-19T13:00:00Z', 180);
  world.graph.add(AUDITS, ...list);
  await world.collectAll(AUDITS);
  world.advance(DAY);
  await world.collectAll(AUDITS);
  const lines = list.map(({ line }) => line);
  const cursor = (await callLogs(world, `${AUDITS}?from=2026-11-19&to=2026-11-21`)).headers['x-archive-cursor'] ?? '';
  world.advance(9 * DAY);
  for (let run = 0; run < 2; run += 1) {
    await expire(world);
    await sign(world, SIGNING);
  }
  const gone = lines.filter(
    (line) => (JSON.parse(line) as { activityDateTime: string }).activityDateTime < '2026-11-20T12:05',
  );
  return { world, type, lines, gone, kept: lines.filter((line) => !gone.includes(line)), cursor };
}

/** The rows that reflect the ledger. */
function indexRows(world: World) {
  const rowsOf = world.stores.partitions.get(`${world.config.tenantId}|${AUDITS}`) ?? new Map();
  const index = [...rowsOf].filter(([key]) => /^(segment|hold|expiry|class|watermark)/.test(key));
  return Object.fromEntries(index.map(([key, { values }]) => [key, values]));
}

let half: Awaited<ReturnType<typeof halfDeleted>>;
beforeAll(async () => {
  half = await halfDeleted();
});

const JOURNEY = `${AUDITS}?from=2026-11-19T13:00:00Z&to=2026-11-21T10:00:00Z`;

describe('an export', () => {
  it('of a range that is partly deleted gives the rest, and says how many records are gone', async () => {
    const { world, kept, gone } = half;
    const answer = await callLogs(world, JOURNEY);
    expect([answer.status, linesIn(answer)]).toEqual([200, kept]);
    // What is left is worse off than what is gone: the source forgot it before its last sweep.
    expect(answer.headers).toMatchObject({
      'x-archive-deleted': String(gone.length),
      'x-archive-coverage': 'closed',
      'x-archive-covered-to': '2026-11-21T10:00:00Z',
    });
    // An hour of which a part is deleted and a part is kept.
    const hour = await callLogs(world, `${AUDITS}?from=2026-11-20T12:00:00Z&to=2026-11-20T13:00:00Z`);
    expect(linesIn(hour)).toEqual(kept.slice(0, 18));
    expect(hour.headers).toMatchObject({
      'x-archive-coverage': 'deleted',
      'x-archive-covered-to': '2026-11-20T13:00:00Z',
      'x-archive-deleted': '2',
    });
    const head = await callLogs(world, `${AUDITS}?from=2026-11-19T13:00:00Z&to=2026-11-20T20:00:00Z`, {
      method: 'HEAD',
    });
    expect(head.headers).toMatchObject({ 'x-archive-deleted': String(gone.length), 'x-archive-coverage': 'closed' });
    const counted = await callLogs(world, `${JOURNEY}&count=only`);
    expect(JSON.parse(counted.body.toString())).toMatchObject({ records: kept.length });
  });

  it('of a range that is wholly deleted is empty, and says so', async () => {
    const { world } = half;
    const answer = await callLogs(world, `${AUDITS}?from=2026-11-19T14:00:00Z&to=2026-11-19T16:00:00Z`);
    expect([answer.status, linesIn(answer)]).toEqual([200, []]);
    expect(answer.headers).toMatchObject({
      'x-archive-coverage': 'deleted',
      'x-archive-covered-to': '2026-11-19T16:00:00Z',
      'x-archive-deleted': '40',
    });
  });

  it('of what is not deleted says nothing of it', async () => {
    const answer = await callLogs(half.world, `${AUDITS}?from=2026-11-20T14:00:00Z&to=2026-11-20T16:00:00Z`);
    expect(linesIn(answer)).toHaveLength(40);
    expect(answer.headers).not.toHaveProperty('x-archive-deleted');
  });

  it('that was begun before is gone where it needs what is gone', async () => {
    const answer = await callLogs(half.world, `${AUDITS}?from=2026-11-19&to=2026-11-21&cursor=${half.cursor}`);
    expect(answer.status).toBe(410);
  });

  it('raises no alarm of damage', async () => {
    const [status] = await readStatus(half.world.instance(), 1000);
    expect(status?.alarms.filter(({ name }) => name === 'integrity')).toEqual([]);
    expect(status?.deleted).toEqual({ segments: 24, records: half.gone.length });
  });
});

describe('coverage', () => {
  it('has deleted spans with what was read of them, and how much is gone', async () => {
    const { world, type, gone } = half;
    const range = rangeOf(seconds('2026-11-19T13:00:00Z'), seconds('2026-11-21T10:00:00Z'));
    const { spans, nextSweep } = await readCoverage(world.instance(), type, range);
    expect(spans.map(({ from, to, state }) => [from, to, state])).toEqual([
      ['2026-11-19T13:00:00Z', '2026-11-20T13:00:00Z', 'deleted'],
      ['2026-11-20T13:00:00Z', '2026-11-21T10:00:00Z', 'closed'],
    ]);
    expect(spans[0]).toMatchObject({ deleted: { segments: 24, records: gone.length }, firstRead: expect.anything() });
    expect(nextSweep).toBeNull();
  });

  it('flags what is held, until it is released', async () => {
    const { world, type } = await halfDeleted();
    const hold = {
      id: '6b5d4c3a-93b1-4d57-8e20-0f8a6c2e2f10',
      case: 'c'.repeat(64),
      from: '2026-11-20T11:30:00Z',
      to: '2026-11-20T14:00:00Z',
    };
    const range = rangeOf(seconds('2026-11-20T10:00:00Z'), seconds('2026-11-20T16:00:00Z'));
    const spans = async () =>
      (await readCoverage(world.instance(), type, range)).spans.map(({ from, state, held }) => [
        from.slice(11, 13),
        state,
        held,
      ]);
    const free = [
      ['10', 'deleted', undefined],
      ['13', 'closed', undefined],
    ];
    expect(await spans()).toEqual(free);
    const { beingDeleted, deleted } = await placeHold(world.instance(), type, hold);
    // Those of 11:00 and 12:00 went before it came.
    expect([beingDeleted, deleted]).toEqual([[], 2]);
    expect(await spans()).toEqual([
      ['10', 'deleted', undefined],
      ['11', 'deleted', true],
      ['13', 'closed', true],
      ['14', 'closed', undefined],
    ]);
    await releaseHold(world.instance(), type, hold.id);
    expect(await spans()).toEqual(free);
  });

  it('is the same from a table that is made anew', async () => {
    const { world, type } = await halfDeleted();
    const range = rangeOf(seconds('2026-11-19T13:00:00Z'), seconds('2026-11-21T10:00:00Z'));
    const before = await readCoverage(world.instance(), type, range);
    const rowsBefore = indexRows(world);
    world.stores.partitions.clear();
    await applyLedger(world.instance(), AUDITS);
    expect(await readCoverage(world.instance(), type, range)).toEqual(before);
    expect(indexRows(world)).toEqual(rowsBefore);
  });
});

describe('other answers', () => {
  it('of segments list those that are deleted apart', async () => {
    const { world, type } = half;
    const range = { from: '2026-11-20T11:00:00.0000000Z', to: '2026-11-20T14:00:00.0000000Z' };
    const { segments, deleted } = await listSegments(world.instance(), type, range);
    const hoursOf = (list: typeof segments) => list.map(({ minTime }) => minTime.slice(11, 13));
    expect([hoursOf(segments), hoursOf(deleted)]).toEqual([
      ['12', '13'],
      ['11', '12'],
    ]);
    expect(deleted.every(({ deleteSeq }) => deleteSeq !== undefined)).toBe(true);
  });

  it('in the shape of Graph give the rest, and say in a header what is gone', async () => {
    const { world, gone } = half;
    const filter = 'activityDateTime ge 2026-11-20T11:00:00Z and activityDateTime lt 2026-11-20T13:00:00Z';
    const answer = await askGraph(
      world.instance(),
      `/v1.0/auditLogs/directoryAudits?$filter=${encodeURIComponent(filter)}`,
    );
    expect([answer.status, (JSON.parse(answer.text) as GraphList).value.length]).toEqual([200, 18]);
    expect(answer.headers['x-archive-deleted']).toBeDefined();
    const lost = JSON.parse(gone[0] ?? '').id as string;
    const one = await askGraph(world.instance(), `/v1.0/auditLogs/directoryAudits/${lost}`);
    expect([one.status, one.headers['x-archive-deleted']]).toEqual([404, String(gone.length)]);
  });

  it('that prove a record say how many segments cannot be looked into any more', async () => {
    const { world, gone, kept } = half;
    const ask = async (line: string) => {
      const { id } = JSON.parse(line) as { id: string };
      const url = `http://localhost/api/integrity/proofs/record/${AUDITS}/${id}?from=2026-11-19&to=2026-11-22`;
      const handler = respond(world.instance(), ROUTES.integrity, getIntegrity);
      const context = new InvocationContext({ invocationId: 'an-id', functionName: 'integrity' });
      const { status, body } = (await handler(new HttpRequest({ method: 'GET', url }), context)) as HttpResponseInit;
      return {
        status,
        ...(JSON.parse(String(body)) as { deletedSegments?: number; detail?: string; proofs?: unknown[] }),
      };
    };
    expect(await ask(gone[5] ?? '')).toMatchObject({
      status: 404,
      deletedSegments: 24,
      detail: expect.stringContaining('deleted after their retention, with proof'),
    });
    expect(await ask(kept[5] ?? '')).toMatchObject({ status: 200, deletedSegments: 24, proofs: [expect.anything()] });
  });

  it('as evidence hold what is left, and prove the rest of the story', async () => {
    const { world, type } = half;
    const asked = async (from: string, to: string) => {
      const range = { from: `${from}:00:00.0000000Z`, to: `${to}:00:00.0000000Z` };
      const { body: zip } = await openEvidence(world.instance(), { logType: type, range, verifier: Buffer.from('x') });
      return unzip(Buffer.concat(await Array.fromAsync(zip)));
    };
    const partly = await asked('2026-11-20T10', '2026-11-20T15');
    const report = await verify(filesOf(partly), { keys: [KEY] });
    expect(report).toMatchObject({ verdict: 'proved', findings: [] });
    expect(report.ledgers[0]?.segments).toMatchObject({ named: 6, deleted: 3, checked: 3 });
    expect(report.ledgers[0]?.coverage?.spans[0]).toMatchObject({ state: 'deleted', deleted: { segments: 3 } });
    const wholly = await asked('2026-11-19T14', '2026-11-19T16');
    expect([...wholly.keys()].filter((name) => name.startsWith('archive-'))).toEqual([]);
    expect(await verify(filesOf(wholly), { keys: [KEY] })).toMatchObject({ verdict: 'proved', findings: [] });
    // The entry that deletes is the one thing that must not be left out.
    const entry = [...partly.keys()].find((name) => partly.get(name)?.includes('"kind":"delete"')) ?? '';
    partly.delete(entry);
    expect((await verify(filesOf(partly), { keys: [KEY] })).verdict).toBe('broken');
  });

  it('as evidence say what is held, by holds from before anything of the range was read', async () => {
    const { world, type } = worldOf(AUDITS, { sourceDays: 7 });
    world.graph.add(AUDITS, ...rows(type, 300, '2026-11-19T13:00:00Z', 600));
    await world.collectAll(AUDITS);
    const span = { from: '2026-11-20T14:00:00Z', to: '2026-11-20T15:00:00Z' };
    const [id, other] = ['6b5d4c3a-93b1-4d57-8e20-0f8a6c2e2f10', '7b5d4c3a-93b1-4d57-8e20-0f8a6c2e2f10'];
    await placeHold(world.instance(), type, { id, case: 'c'.repeat(64), ...span });
    await placeHold(world.instance(), type, {
      id: other,
      case: 'd'.repeat(64),
      from: span.from,
      to: '2026-11-20T18:00:00Z',
    });
    await releaseHold(world.instance(), type, other);
    world.advance(DAY);
    await world.collectAll(AUDITS);
    await sign(world, SIGNING);
    const range = { from: '2026-11-20T13:00:00.0000000Z', to: '2026-11-20T17:00:00.0000000Z' };
    const { body: zip } = await openEvidence(world.instance(), { logType: type, range, verifier: Buffer.from('x') });
    const report = await verify(filesOf(unzip(Buffer.concat(await Array.fromAsync(zip)))), { keys: [KEY] });
    expect(report).toMatchObject({ verdict: 'proved', findings: [] });
    expect(report.ledgers[0]?.first).toBeGreaterThan(3);
    const flags = report.ledgers[0]?.coverage?.spans.map(({ from, held }) => [from.slice(11, 13), held]);
    expect(flags).toEqual([
      ['13', undefined],
      ['14', true],
      ['15', undefined],
    ]);
  });

  it('of the archive to itself find nothing amiss, and look at nothing that is gone', async () => {
    const { world } = await halfDeleted();
    for (let day = 0; day < 30; day += 1) {
      await auditLedgers(world.instance(), NEVER);
      world.advance(DAY);
    }
    const verified = entriesOf(world, AUDITS).filter((entry): entry is VerifyEntry => entry.kind === 'verify');
    const said = verified.map(({ verify: each }) => each).filter(({ index }) => index !== null);
    expect(said.reduce((sum, { segments }) => sum + segments, 0)).toBe(22);
    expect(said.every(({ mismatches, index }) => mismatches === 0 && index === 'same')).toBe(true);
  });
});

describe('a read of a time of which versions were deleted', () => {
  it('does not store again what it is shown again, and stores what cannot have been there', async () => {
    const world = worldOf(AUDITS, { sourceDays: 30, settings: { RETENTION_DAYS: '1', SWEEP_AGES: 'P3D' } }).world;
    const type = world.logType(AUDITS);
    const old = rows(type, 10, '2026-11-20T10:10:00Z', 60, 'old');
    world.graph.add(AUDITS, ...old);
    await world.collectAll(AUDITS);
    world.advance(DAY + 60);
    await expire(world);
    // Shown late: before the first, between two, and after the last of those that were deleted.
    const late = ['10:05:00', '10:12:30', '10:45:00'].map((time) => row(type, `late-${time}`, `2026-11-20T${time}Z`));
    world.graph.add(AUDITS, ...late);
    const span = { from: seconds('2026-11-20T10:00:00Z'), to: seconds('2026-11-20T11:00:00Z') };
    const options = { aimedRows: 50_000, settleSeconds: 900, signal: NEVER };
    const ledger = await applyLedger(world.instance(), AUDITS);
    await collectWindow(world.instance(), type, ledger, span, 'request', options);
    const last = entriesOf(world, AUDITS).at(-1);
    expect(last?.kind === 'read' && last.read).toMatchObject({
      fetched: 13,
      new: 2,
      changed: 0,
      duplicate: 0,
      vanished: 0,
    });
    expect(linesIn(await callLogs(world, `${AUDITS}?from=2026-11-20T10:00:00Z&to=2026-11-20T11:00:00Z`))).toEqual(
      [late[0], late[2]].map((each) => each?.line),
    );
  });
});

describe('undated records that were deleted', () => {
  /** Five dated records and one without a time, all deleted. */
  async function undatedDeleted() {
    const { world, type } = worldOf(AUDITS, { settings: { RETENTION_DAYS: '10' } });
    const list = [...rows(type, 5, '2026-11-20T10:00:00Z', 60), row(type, 'undated', null)];
    await commitRows(
      world,
      type,
      list.map((each) => ({ ...each, compared: undefined })),
    );
    world.advance(10 * DAY);
    await expire(world);
    expect(storedSegments(world)).toEqual([]);
    return { world, type };
  }

  it('are counted by exports of their hour and of everything, and their hour is a span of its own', async () => {
    const { world, type } = await undatedDeleted();
    const told = async (range: string) => (await callLogs(world, `${AUDITS}?${range}`)).headers['x-archive-deleted'];
    expect(await told('from=1970-01-01&to=1970-01-02')).toBe('1');
    expect(await told('from=1970-01-01&to=2026-11-21')).toBe('6');
    expect(await told('from=2026-11-20&to=2026-11-21')).toBe('5');
    const { spans } = await readCoverage(world.instance(), type, rangeOf(0, 86_400));
    expect(spans.map(({ from, to, state, deleted }) => [from, to, state, deleted])).toEqual([
      ['1970-01-01T00:00:00Z', '1970-01-01T01:00:00Z', 'deleted', { segments: 1, records: 1 }],
      ['1970-01-01T01:00:00Z', '1970-01-02T00:00:00Z', 'unavailable', undefined],
    ]);
  });

  it('are told to a hold that comes after, whatever its range, and once', async () => {
    for (const [from, lost] of [
      ['2026-11-20T10:00:00Z', 2],
      ['2026-11-20T14:00:00Z', 1],
      ['1970-01-01T00:00:00Z', 2],
    ] as const) {
      const { world, type } = await undatedDeleted();
      const id = '6b5d4c3a-93b1-4d57-8e20-0f8a6c2e2f10';
      const terms = { id, case: 'c'.repeat(64), from, to: '2026-11-20T15:00:00Z' };
      expect(await placeHold(world.instance(), type, terms)).toMatchObject({ beingDeleted: [], deleted: lost });
    }
  });

  it('are counted where everything of somebody is asked for', async () => {
    const { world } = await undatedDeleted();
    const deleted = async (more: string) => {
      const answer = await callSubjects(world.instance(), `user=somebody%40contoso.example${more}`);
      return [answer.headers['x-archive-deleted'], foundIn(answer).manifest.logTypes[0]?.deleted];
    };
    expect(await deleted('')).toEqual(['6', 6]);
    expect(await deleted('&from=1970-01-01&to=2026-11-21')).toEqual(['6', 6]);
    expect(await deleted('&from=2026-11-20&to=2026-11-21')).toEqual(['5', 5]);
  });
});

describe('a note of damage', () => {
  it('ends when what is damaged is deleted', async () => {
    const { world } = worldOf(AUDITS, { settings: { RETENTION_DAYS: '10' } });
    world.graph.add(AUDITS, ...rows(world.logType(AUDITS), 5, '2026-11-20T10:00:00Z', 60));
    await world.collectAll(AUDITS);
    const segments = world.stores.containers.get('archive-10d') as Map<string, Buffer>;
    const [name = '', bytes = Buffer.alloc(0)] = [...segments][0] ?? [];
    segments.set(name, bytes.subarray(0, -1));
    await callLogs(world, `${AUDITS}?from=2026-11-20&to=2026-11-21`);
    const integrity = async () =>
      (await readStatus(world.instance(), 1000))[0]?.alarms.filter((alarm) => alarm.name === 'integrity').length;
    expect(await integrity()).toBe(1);
    world.advance(10 * DAY);
    segments.set(name, segments.get(name) as Buffer);
    await expire(world);
    expect([segments.size, await integrity()]).toEqual([0, 0]);
  });
});
