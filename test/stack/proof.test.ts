/** Proof through the real host and the real storage: keys, checkpoints, proofs of records, a changed key, an audit, a loss. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { TableClient } from '@azure/data-tables';
import { BlobServiceClient } from '@azure/storage-blob';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureSigningKey } from '../../dev/start/signingKey.ts';
import { openCheckpoint } from '../../shared/archive/checkpoint.ts';
import { leafHash } from '../../shared/archive/merkle.ts';
import { formatSeconds, secondsOf } from '../../shared/archive/time.ts';
import { provesConsistency, provesInclusion } from '../../shared/archive/treeProof.ts';
import {
  fire,
  type Host,
  pause,
  pullAll,
  readLines,
  runningTimers,
  type Stack,
  startStack,
  statusOf,
} from '../support/stack.ts';
import { storedEntries } from '../support/storedLedger.ts';
import { unzip } from '../support/unzip.ts';

const AUDITS = 'directoryAudits';
const folder = mkdtempSync(join(tmpdir(), 'proof-'));
const [OLD, NEW] = [join(folder, 'old.pem'), join(folder, 'new.pem')] as const;
let stack: Stack;
let host: Host;
beforeAll(async () => {
  ensureSigningKey(OLD);
  ensureSigningKey(NEW);
  stack = await startStack({ days: 2, perDay: 2000, settings: { LOG_TYPES: AUDITS, SIGNING_KEY: OLD } });
  host = await stack.startHost();
  await pullAll(host, stack.target);
});
afterAll(async () => {
  await stack.close();
  rmSync(folder, { recursive: true });
});

const get = async (path: string) => {
  const answer = await fetch(`${host.url}/api/integrity/${path}`);
  return { status: answer.status, body: await answer.text() };
};

/** Fires a timer and waits for its end. */
async function run(timer: string): Promise<void> {
  await fire(host, timer);
  do await pause(100);
  while ((await runningTimers(host)).includes(timer));
}

async function keysOf(): Promise<{ spki: string; signedBy: string | null; sha256: string }[]> {
  return JSON.parse((await get('keys')).body).ledgers[0].keys;
}

const opened = async (size: number | '') => {
  const keys = (await keysOf()).map(({ spki }) => Buffer.from(spki, 'base64'));
  const { body } = await get(`checkpoints/${AUDITS}${size === '' ? '' : `/${size}`}`);
  return openCheckpoint(Buffer.from(body), `${stack.env.TENANT_ID}/${AUDITS}`, keys);
};

describe('proof', () => {
  it('is had of a record once a checkpoint is signed, and of one checkpoint after another key signed', async () => {
    expect((await get(`checkpoints/${AUDITS}`)).status).toBe(404);
    await run('checkpoint');
    const first = await opened('');
    expect(first.size).toBe((await storedEntries(stack, AUDITS)).length);

    const [status] = await statusOf(host);
    const lines: Buffer[] = [];
    const hour = `${status?.watermark?.slice(0, 11)}`;
    for await (const line of readLines(`${host.url}/api/logs/${AUDITS}?from=${hour}00:00:00Z&to=${status?.watermark}`))
      lines.push(line);
    const line = lines[0] ?? Buffer.alloc(0);
    const { id } = JSON.parse(line.toString()) as { id: string };
    const proofs = JSON.parse((await get(`proofs/record/${AUDITS}/${encodeURIComponent(id)}`)).body).proofs;
    expect(proofs[0].record).toBe(line.toString());
    const entry = gunzipSync(Buffer.from(proofs[0].entryGzip, 'base64'));
    const hashes = proofs[0].proof
      .split('\n\n')[0]
      .split('\n')
      .slice(2)
      .map((text: string) => Buffer.from(text, 'base64'));
    expect(provesInclusion(hashes, leafHash(entry), JSON.parse(entry.toString()).seq, first)).toBe(true);

    await host.kill();
    host = await stack.startHost({ SIGNING_KEY: NEW, SIGNING_KEY_PREVIOUS: OLD });
    await run('checkpoint');
    const [old, current] = await keysOf();
    expect(current?.signedBy).toBe(old?.sha256);
    const second = await opened('');
    expect(second.signedBy.map((spki) => spki.toString('base64'))).toEqual([current?.spki]);
    const { proof } = JSON.parse((await get(`proofs/consistency/${AUDITS}?from=${first.size}&to=${second.size}`)).body);
    const path = proof.map((text: string) => Buffer.from(text, 'base64'));
    expect(provesConsistency(path, await opened(first.size), second)).toBe(true);
  });

  it('is looked after by an audit, which says in the ledger what it found', async () => {
    await run('verify');
    const entries = await storedEntries(stack, AUDITS);
    expect(entries.at(-1)).toMatchObject({ kind: 'verify', verify: { mismatches: 0, mismatched: [], index: 'same' } });
    expect((await statusOf(host))[0]?.alarms).toEqual([]);
  });

  it('is taken along as evidence, which the verifier in it judges without us as coverage does', async () => {
    const from = formatSeconds(secondsOf(`${(await statusOf(host))[0]?.watermark}`) - 86_400);
    const range = `from=${from}&to=${(await statusOf(host))[0]?.watermark}`;
    const answer = await fetch(`${host.url}/api/evidence/${AUDITS}?${range}`);
    expect(answer.status).toBe(200);
    const bundle = join(folder, 'evidence');
    for (const [name, bytes] of unzip(Buffer.from(await answer.arrayBuffer()))) {
      mkdirSync(dirname(join(bundle, name)), { recursive: true });
      writeFileSync(join(bundle, name), bytes);
    }
    const key = (await keysOf()).at(-1)?.sha256 ?? '';
    const run = spawnSync(process.execPath, [join(bundle, 'verify.mjs'), bundle, '--key', key, '--json']);
    const report = JSON.parse(run.stdout.toString());
    expect({ status: run.status, verdict: report.verdict, findings: report.findings }).toEqual({
      status: 0,
      verdict: 'proved',
      findings: [],
    });
    const covered = await (await fetch(`${host.url}/api/coverage/${AUDITS}?${range}`)).json();
    const { state, spans } = covered as { state: string; spans: readonly object[] };
    expect(state).toMatch(/^(?:settled|provisional)$/);
    const { coverage } = report.ledgers[0];
    expect({ state: coverage.state, spans: coverage.spans }).toEqual({ state, spans });
    const logs = await fetch(`${host.url}/api/logs/${AUDITS}?${range}`);
    expect(logs.headers.get('x-archive-checkpoint')).toBe(
      (await fetch(`${host.url}/api/integrity/checkpoints/${AUDITS}`)).headers.get('x-archive-checkpoint'),
    );
    await logs.body?.cancel();
  });

  it('is the same after everything but ledger and segments was lost: tiles to the byte, and no other checkpoint', async () => {
    await run('checkpoint');
    const size = (await opened('')).size;
    const paths = ['keys', `checkpoints/${AUDITS}`, `proofs/entry/${AUDITS}/0`, `proofs/entry/${AUDITS}/${size - 1}`];
    const answers = await Promise.all(paths.map(get));
    await host.kill();
    const [ledger, tiles] = [await blobsOf('ledger'), await blobsOf('work')];
    const newest = [...tiles.keys()].filter((name) => name.endsWith(`.p/${size}`));
    expect(newest).toHaveLength(1);
    await loseAllButTheLedger();
    expect((await blobsOf('work')).size).toBe(0);

    host = await stack.startHost({ SIGNING_KEY: NEW, SIGNING_KEY_PREVIOUS: OLD });
    await run('checkpoint');
    expect(await blobsOf('ledger')).toEqual(ledger);
    expect(await blobsOf('work')).toEqual(new Map(newest.map((name) => [name, tiles.get(name)])));
    expect(await Promise.all(paths.map(get))).toEqual(answers);
  });
});

/** What lies below this log type in a container, by name, in hex. */
async function blobsOf(container: string): Promise<Map<string, string>> {
  const client = storage().getContainerClient(container);
  const found = new Map<string, string>();
  for await (const { name } of client.listBlobsFlat()) {
    if (!name.includes(`/${AUDITS}/`)) continue;
    found.set(name, (await client.getBlobClient(name).downloadToBuffer()).toString('hex'));
  }
  return found;
}

/** Empties `work` and the table. */
async function loseAllButTheLedger(): Promise<void> {
  const work = storage().getContainerClient('work');
  for await (const { name } of work.listBlobsFlat()) await work.deleteBlob(name);
  const table = TableClient.fromConnectionString(stack.azurite.connectionString, 'state', {
    allowInsecureConnection: true,
  });
  for await (const { partitionKey, rowKey } of table.listEntities()) {
    await table.deleteEntity(String(partitionKey), String(rowKey));
  }
}

const storage = () => BlobServiceClient.fromConnectionString(stack.azurite.unguarded.connectionString);
