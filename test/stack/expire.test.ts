/** Deletion with proof through the real host and the real storage: a hold, a store that refuses, and what is left in the end. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BlobServiceClient } from '@azure/storage-blob';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureSigningKey } from '../../dev/start/signingKey.ts';
import { verify } from '../../shared/archive/verify.ts';
import type { CoverageAnswer } from '../../shared/coverage.ts';
import type { LogTypeStatus } from '../../shared/status.ts';
import { fire, type Host, pause, pullAll, runningTimers, type Stack, startStack, statusOf } from '../support/stack.ts';
import { storedEntries } from '../support/storedLedger.ts';

const AUDITS = 'directoryAudits';
const DAY_MS = 86_400_000;
/** Only when the test fires it. */
const NEVER = '0 0 0 1 1 *';
const folder = mkdtempSync(join(tmpdir(), 'expire-'));
const KEY = join(folder, 'key.pem');
let stack: Stack;
let host: Host;
let blobs: BlobServiceClient;
/** What was said of the log type while its class had no container. */
let unprepared: LogTypeStatus | undefined;

beforeAll(async () => {
  ensureSigningKey(KEY);
  const settings = {
    LOG_TYPES: AUDITS,
    SIGNING_KEY: KEY,
    RETENTION_DAYS: '1',
    PULL_SCHEDULE: NEVER,
    EXPIRE_SCHEDULE: NEVER,
  };
  stack = await startStack({ days: 2, perDay: 2000, settings });
  blobs = BlobServiceClient.fromConnectionString(stack.azurite.unguarded.connectionString);
  host = await stack.startHost();
  // The host has made its containers when it answers; somebody takes one away before anything is in it.
  await statusOf(host);
  await blobs.getContainerClient('archive-1d').delete();
  await run('pull-reports');
  [unprepared] = await statusOf(host);
  await blobs.getContainerClient('archive-1d').create();
  await pullAll(host, stack.target);
  await run('checkpoint');
});
afterAll(async () => {
  await stack.close();
  rmSync(folder, { recursive: true });
});

/** Fires a timer and waits for its end. */
async function run(timer: string): Promise<void> {
  await fire(host, timer);
  do await pause(100);
  while ((await runningTimers(host)).includes(timer));
}

async function stored(container: string): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of blobs.getContainerClient(container).listBlobsFlat()) names.push(name);
  return names.sort();
}

/** What a verifier says of a copy of all containers. */
async function judged() {
  const copy = new Map<string, Buffer>();
  for (const container of ['ledger', 'archive-1d']) {
    const client = blobs.getContainerClient(container);
    for (const name of await stored(container)) {
      copy.set(`${container}/${name}`, await client.getBlobClient(name).downloadToBuffer());
    }
  }
  const { errors, findings, ledgers } = await verify({ list: () => copy.keys(), read: (name) => copy.get(name) });
  return { errors, findings: findings.map(({ code }) => code), deleted: ledgers[0]?.segments.deleted };
}

/** What is immutable where it is deployed. */
const isImmutable = (container: string) => container === 'ledger' || container.startsWith('archive-');
const kindsOf = async () => (await storedEntries(stack, AUDITS)).map(({ kind }) => kind);

/** Kills the host while it carries out a deletion, and starts another. */
async function killAtDelete(nth: number): Promise<void> {
  let deletes = 0;
  const ended = new Promise((resolve) => host.process.once('close', resolve));
  stack.blobProxy.delay(({ kind }) => {
    if (kind === 'deleteBlob') deletes += 1;
    if (deletes === nth) host.process.kill('SIGKILL');
    return false;
  }, 0);
  await fire(host, 'expire');
  await ended;
  stack.blobProxy.reset();
  host = await stack.startHost({ EXPIRE_ENABLED: 'true' });
}
const hourOf = (name: string) => name.replace(/^.*date=(\S{10})\/hour=(\d\d).*$/, '$1T$2');
const expireAlarms = async () => (await statusOf(host))[0]?.alarms.filter(({ name }) => name === 'expire') ?? [];
const send = async (method: string, path: string, body?: unknown) => {
  const init = body === undefined ? {} : { body: JSON.stringify(body) };
  const answer = await fetch(`${host.url}${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...init,
  });
  return { status: answer.status, document: (await answer.json()) as Record<string, unknown> };
};

describe('a class without its container', () => {
  it('makes the log type misconfigured and alarms, and the pull goes on once it is there', async () => {
    expect(unprepared).toMatchObject({
      state: 'misconfigured',
      alarms: expect.arrayContaining([expect.objectContaining({ name: 'misconfigured', level: 'critical' })]),
    });
    expect((await statusOf(host))[0]?.state).toBe('healthy');
    expect(await stored('archive-1d')).not.toEqual([]);
  });
});

describe('deletion', () => {
  it('is no timer unless the settings switch it on', async () => {
    const answer = await fetch(`${host.url}/admin/functions/expire`, { method: 'POST', body: '{}' });
    expect(answer.status).toBe(404);
  });

  it('leaves what is held and what the store refuses, says so, and takes them when it may', async () => {
    const all = await stored('archive-1d');
    const held = all.slice(2, 5);
    const [first = '', last = ''] = [hourOf(held[0] ?? ''), hourOf(held.at(-1) ?? '')];
    const hold = { case: 'HR-1', logTypes: AUDITS, from: `${first}:00:00Z`, to: `${last}:30:00Z` };
    const { status, document } = await send('POST', '/api/holds', hold);
    expect(status).toBe(201);
    // What a crash left: no entry names it.
    const orphan = (all.at(-1) ?? '').replace(/-[0-9a-f]{16}\./, '-0123456789abcdef.');
    await blobs.getContainerClient('archive-1d').getBlockBlobClient(orphan).upload('left', 4);
    const everything = [...all, orphan].sort();
    const leased = all.find((name) => !held.some((each) => hourOf(each) === hourOf(name))) ?? '';
    const lease = blobs.getContainerClient('archive-1d').getBlobClient(leased).getBlobLeaseClient();
    await lease.acquireLease(-1);

    await stack.pass(2 * DAY_MS);
    host = await stack.startHost({ EXPIRE_ENABLED: 'true' });
    const { worm } = stack.azurite;
    // The container's own legal hold: nothing is meant, and so nothing hidden.
    worm.hold('archive-1d', true);
    await run('expire');
    expect([await stored('archive-1d'), await expireAlarms()]).toEqual([everything, []]);
    expect(await kindsOf()).not.toContain('delete');
    worm.hold('archive-1d', false);
    // Immutable containers, in the two ways they refuse: nothing goes, and each run tries again.
    for (const timer of ['expire', 'checkpoint']) await run(timer);
    // A hold that comes after the entry is told what it comes too late for.
    const late = all.filter((name) => hourOf(name) === hourOf(all[8] ?? ''));
    const lateHour = hourOf(late[0] ?? '');
    const second = { ...hold, from: `${lateHour}:10:00Z`, to: `${lateHour}:20:00Z` };
    const answered = await send('POST', '/api/holds', second);
    expect(answered).toMatchObject({ status: 201, document: { ledgers: [{ logType: AUDITS, state: 'held' }] } });
    const [ledger] = answered.document.ledgers as { beingDeleted?: string[]; deleted?: number }[];
    expect(ledger).toMatchObject({ beingDeleted: late.map((name) => `archive-1d/${name}`) });
    expect((await send('GET', '/api/holds')).document).toMatchObject({
      holds: [
        { id: answered.document.id, isReleased: false },
        { id: document.id, isReleased: false },
      ],
      unread: [],
    });
    for (const [status, code] of [
      [409, 'BlobImmutableDueToPolicy'],
      [403, 'AuthorizationPermissionMismatch'],
    ] as const) {
      worm.guard(isImmutable, status);
      await run('expire');
      expect(await stored('archive-1d')).toEqual(everything);
      const text = expect.stringContaining(`HTTP ${status} ${code}`);
      expect(await expireAlarms()).toEqual([expect.objectContaining({ level: 'warning', text })]);
      expect(await judged()).toMatchObject({ errors: 0, deleted: 0 });
    }
    expect(new Set(worm.takeBreaches().map((breach) => breach.split('/')[0]))).toEqual(new Set(['DELETE archive-1d']));
    worm.guard(isImmutable, 409);
    worm.letExpire();
    await killAtDelete(5);
    expect((await stored('archive-1d')).length).toBeLessThan(everything.length);
    expect(await kindsOf()).not.toContain('deleted');
    expect(await judged()).toMatchObject({ errors: 0 });
    await run('expire');
    const kept = all.filter((name) => name === leased || held.some((each) => hourOf(each) === hourOf(name)));
    expect(await stored('archive-1d')).toEqual(kept);
    expect(await expireAlarms()).toEqual([
      expect.objectContaining({ level: 'warning', text: expect.stringContaining('HTTP 412 LeaseIdMissing') }),
    ]);
    expect(await judged()).toMatchObject({ errors: 0, deleted: all.length - kept.length });

    const from = hourOf(all[0] ?? '');
    const answer = await fetch(
      `${host.url}/api/logs/${AUDITS}?from=${from}:00:00Z&to=${new Date(stack.now).toISOString()}`,
    );
    const lines = (await answer.text()).split('\n').slice(0, -1).length;
    const records = (await storedEntries(stack, AUDITS)).flatMap((entry) =>
      entry.kind === 'read' ? entry.segments : [],
    );
    const gone = records.filter(({ name }) => !held.some((each) => hourOf(each) === hourOf(name)));
    const sum = (list: readonly { records: number }[]) => list.reduce((total, each) => total + each.records, 0);
    expect([answer.status, lines]).toEqual([200, sum(records) - sum(gone)]);
    // What the store still has of what the ledger deletes is not served.
    expect(answer.headers.get('x-archive-deleted')).toBe(String(sum(gone)));
    const range = `from=${from}:00:00Z&to=${new Date(stack.now).toISOString()}`;
    const coverage = (await send('GET', `/api/coverage/${AUDITS}?${range}`)).document as unknown as CoverageAnswer;
    expect(answer.headers.get('x-archive-coverage')).toBe(coverage.state);
    expect(Date.parse(answer.headers.get('x-archive-covered-to') ?? '')).toBe(Date.parse(coverage.coveredTo));
    const spans = coverage.spans.filter(({ state }) => state === 'deleted');
    expect(spans.reduce((total, span) => total + (span.deleted?.records ?? 0), 0)).toBe(sum(gone));
    const heldIn = (hour: string) =>
      coverage.spans.find((span) => span.from <= `${hour}:00:00Z` && span.to > `${hour}:00:00Z`);
    expect(heldIn(first)).toMatchObject({ held: true, state: expect.not.stringMatching(/^deleted$/) });
    expect(heldIn(lateHour)).toMatchObject({ held: true, state: 'deleted' });
    expect(heldIn(hourOf(all[20] ?? ''))).not.toHaveProperty('held');

    await lease.releaseLease();
    expect((await send('DELETE', `/api/holds/${document.id}`)).status).toBe(200);
    for (const timer of ['expire', 'checkpoint', 'expire', 'checkpoint']) await run(timer);
    expect([await stored('archive-1d'), await expireAlarms()]).toEqual([[], []]);
    expect(await judged()).toEqual({ errors: 0, findings: [], deleted: all.length });
    const kinds = new Set(await kindsOf());
    expect([...kinds].sort()).toEqual(['config', 'delete', 'deleted', 'hold', 'key', 'read', 'release']);
  });
});
