/** What an auditor is answered: keys, checkpoints and proofs, each verified with nothing but the pure functions. */
import { createPublicKey, randomBytes, verify } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { openCheckpoint } from '../../shared/archive/checkpoint.ts';
import {
  decodeEntry,
  encodeEntry,
  type ReadEntry,
  SEGMENTS_PER_WRITTEN_ENTRY,
  type SegmentInfo,
} from '../../shared/archive/entry.ts';
import { leafHash } from '../../shared/archive/merkle.ts';
import { segmentName } from '../../shared/archive/names.ts';
import { formatNoteKey, noteKey } from '../../shared/archive/noteKey.ts';
import { provesConsistency, provesInclusion } from '../../shared/archive/treeProof.ts';
import { signLedgers } from '../../shared/checkpoint.ts';
import { showProof } from '../../shared/http/recordProof.ts';
import type { StoredHead } from '../../shared/proof/heads.ts';
import type { IndexedSegment } from '../../shared/segmentIndex.ts';
import { waitingRecords } from '../support/accessWorld.ts';
import { row, rows, TENANT_ID, type World, worldOf } from '../support/flowHarness.ts';
import { fillLedger } from '../support/handmadeLedger.ts';
import { getProof } from '../support/integrityCalls.ts';
import { seeded } from '../support/scheduler.ts';
import { newSigner, signingInstance, signingWith, storedEntries } from '../support/signingWorld.ts';

const AUDITS = 'directoryAudits';
const LOG = `${TENANT_ID}/${AUDITS}`;
const SIGNER = newSigner();
const KEYS = [SIGNER.spki];

const sign = (world: World) => signLedgers(signingInstance(world, signingWith(SIGNER)), new AbortController().signal);

const refused = async (world: World, path: string) => {
  const { status, body } = await getProof(world, path);
  return { status, detail: (JSON.parse(body) as { detail: string }).detail };
};

/** A signed archive: `count` records of half a day, then three hours with a checkpoint each. */
async function signed(count: number): Promise<World> {
  const { world, type } = worldOf(AUDITS);
  world.graph.add(AUDITS, ...rows(type, count, '2026-11-19T13:00:00Z', 40_000 / count));
  await world.collectAll(AUDITS);
  for (let n = 0; n < 3; n += 1) {
    await sign(world);
    world.advance(3600);
  }
  await world.collectAll(AUDITS);
  await sign(world);
  return world;
}

/** A C2SP tlog-proof, read by the letter of its specification. */
function readTlogProof(text: string) {
  const end = text.indexOf('\n\n');
  const [first, ...lines] = text.slice(0, end).split('\n');
  expect(first).toBe('c2sp.org/tlog-proof@v1');
  const extra = lines[0]?.startsWith('extra ') ? Buffer.from(lines.shift()?.slice(6) ?? '', 'base64') : undefined;
  const [, index] = /^index (\d+)$/.exec(lines.shift() ?? '') ?? [];
  const hashes = lines.map((line) => Buffer.from(line, 'base64'));
  return { extra, index: Number(index), hashes, checkpoint: Buffer.from(text.slice(end + 2)) };
}

describe('the keys', () => {
  it('are told by ledger, in the forms of openssl and of C2SP', async () => {
    const world = await signed(20);
    const { status, body } = await getProof(world, 'keys');
    expect(status).toBe(200);
    const [ledger] = JSON.parse(body).ledgers;
    expect(ledger).toMatchObject({
      logType: AUDITS,
      origin: `entra-log-archive/${LOG}`,
      keys: [{ entry: 1, signedBy: null }],
    });
    const [key] = ledger.keys;
    expect(Buffer.from(key.spki, 'base64')).toEqual(Buffer.from(SIGNER.spki));
    expect(key.noteKey).toBe(formatNoteKey(noteKey(ledger.origin, SIGNER.spki)));
    const signature = await SIGNER.sign(Buffer.from('x'));
    expect(verify('sha256', Buffer.from('x'), createPublicKey(key.pem), signature)).toBe(true);
  });
});

describe('a checkpoint', () => {
  it('is given as it was signed: the newest, and each by its size', async () => {
    const world = await signed(20);
    const newest = await getProof(world, `checkpoints/${AUDITS}`);
    const { size, root } = openCheckpoint(Buffer.from(newest.body), LOG, KEYS);
    expect(size).toBe(storedEntries(world, AUDITS).length);
    expect(newest.headers).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      'x-archive-checkpoint': `${size} ${root.toString('base64')}`,
    });
    const stored = world.stores.containers.get('ledger')?.get(`${LOG}/checkpoints/000000000002`);
    expect((await getProof(world, `checkpoints/${AUDITS}/2`)).body).toBe(String(stored));
  });

  it('that there is not is answered with those there are', async () => {
    const world = await signed(20);
    expect(await refused(world, `checkpoints/${AUDITS}/1`)).toEqual({
      status: 404,
      detail: `No checkpoint of ${AUDITS} is over 1 entries. There are 4, over 2 to 5 entries; the nearest: 2, 3, 4, 5.`,
    });
    const { world: unsigned } = worldOf(AUDITS);
    await unsigned.collectAll(AUDITS);
    for (const path of [
      `checkpoints/${AUDITS}`,
      `checkpoints/${AUDITS}/1`,
      `proofs/entry/${AUDITS}/0`,
      `proofs/record/${AUDITS}/x`,
    ]) {
      expect(await refused(unsigned, path)).toEqual({ status: 404, detail: expect.stringMatching(/signed/) });
    }
  });
});

describe('the proof of an entry', () => {
  it('is a tlog-proof that carries the entry, for every entry', async () => {
    const { world } = worldOf(AUDITS);
    fillLedger(world, 300);
    await sign(world);
    const entries = storedEntries(world, AUDITS);
    for (const seq of [0, 1, 127, 254, 255, 256, 299, 300]) {
      const { status, body } = await getProof(world, `proofs/entry/${AUDITS}/${seq}`);
      expect(status).toBe(200);
      const { extra = Buffer.alloc(0), index, hashes, checkpoint } = readTlogProof(body);
      expect(extra).toEqual(entries[seq]);
      expect(provesInclusion(hashes, leafHash(extra), index, openCheckpoint(checkpoint, LOG, KEYS))).toBe(true);
      expect(index).toBe(seq);
    }
  });

  it('that cannot be given says which entries can be proved', async () => {
    const world = await signed(20);
    expect(await refused(world, `proofs/entry/${AUDITS}/99`)).toEqual({
      status: 404,
      detail: `${AUDITS} has no entry 99: its entries are 0 to 4, of which 0 to 4 can be proved.`,
    });
    world.advance(900);
    await world.collectAll(AUDITS);
    expect(await refused(world, `proofs/entry/${AUDITS}/5`)).toEqual({
      status: 404,
      detail: expect.stringMatching(
        /^Entry 5 of directoryAudits is under no checkpoint yet: the newest covers entries 0 to 4\./,
      ),
    });
    world.stores.containers.get('work')?.clear();
    expect(await refused(world, `proofs/entry/${AUDITS}/0`)).toMatchObject({ status: 503 });
    for (const seq of ['-1', '01', 'x', '1.0', '1e3']) {
      expect(await refused(world, `proofs/entry/${AUDITS}/${seq}`)).toMatchObject({ status: 400 });
    }
    expect(await refused(world, 'proofs/entry/nothing/0')).toMatchObject({ status: 400 });
    expect(await refused(world, 'proofs')).toEqual({ status: 404, detail: expect.stringContaining('proofs/record/') });
  });

  it('is not given out of tiles that are wrong', async () => {
    const world = await signed(20);
    for (const [, bytes] of world.stores.containers.get('work') ?? []) bytes.fill(7);
    expect(await refused(world, `proofs/entry/${AUDITS}/0`)).toEqual({
      status: 503,
      detail: expect.stringMatching(/root that was signed/),
    });
  });
});

describe('the proof that a checkpoint continues another', () => {
  it('holds for every two of them', async () => {
    const world = await signed(20);
    for (const [from, to] of [
      [2, 5],
      [2, 3],
      [3, 5],
      [4, 4],
    ] as const) {
      const { body } = await getProof(world, `proofs/consistency/${AUDITS}?from=${from}&to=${to}`);
      const { proof, checkpoints } = JSON.parse(body) as { proof: string[]; checkpoints: { from: string; to: string } };
      const [older, newer] = [checkpoints.from, checkpoints.to].map((note) =>
        openCheckpoint(Buffer.from(note), LOG, KEYS),
      );
      const hashes = proof.map((each) => Buffer.from(each, 'base64'));
      expect([older?.size, newer?.size]).toEqual([from, to]);
      expect(older && newer && provesConsistency(hashes, older, newer)).toBe(true);
    }
  });

  it('is refused for sizes that were not signed, or that are no sizes', async () => {
    const world = await signed(20);
    expect(await refused(world, `proofs/consistency/${AUDITS}?from=1&to=5`)).toMatchObject({
      status: 404,
      detail: expect.stringContaining('the nearest: 2, 3'),
    });
    for (const query of ['', '?from=2', '?from=2&to=x', '?from=5&to=2', '?from=2&to=5&x=1']) {
      expect((await refused(world, `proofs/consistency/${AUDITS}${query}`)).status).toBe(400);
    }
  });
});

describe('the proof of a record', () => {
  it('is at most 6 KB beside the record and verifies by itself: 1,000 random records', async () => {
    const { world, type } = worldOf(AUDITS);
    const all = rows(type, 1500, '2026-11-19T14:00:00Z', 53);
    // Day by day, as a first walk reads: an entry names as many segments as one of ours ever does.
    world.graph.add(AUDITS, ...all);
    await world.collectAll(AUDITS);
    await sign(world);
    const named = world.check(AUDITS).entries.map((entry) => (entry.kind === 'read' ? entry.segments.length : 0));
    expect(Math.max(...named)).toBeGreaterThan(10);
    const random = seeded(7);
    for (let n = 0; n < 1000; n += 1) {
      const { line, compared = '' } = all[Math.floor(random() * all.length)] ?? { line: '' };
      const { id } = JSON.parse(line) as { id: string };
      const hour = compared.slice(0, 13);
      const range = `from=${hour}:00:00Z&to=${hour}:59:59.9999999Z`;
      const { status, body } = await getProof(world, `proofs/record/${AUDITS}/${id}?${range}`);
      expect(status).toBe(200);
      const { proofs } = JSON.parse(body);
      expect(proofs.length).toBe(1);
      const [found] = proofs;
      expect(found.record).toBe(line);
      verifyRecord(found);
      expect(body.length - JSON.stringify(found.record).length).toBeLessThanOrEqual(6 * 1024);
    }
  });

  it('is at most 6 KB beside the record where all that is in it is as long as it gets', () => {
    const random = () => randomBytes(32);
    const hex = () => random().toString('hex');
    const hours = Array.from(
      { length: SEGMENTS_PER_WRITTEN_ENTRY },
      (_, n) => `2026-11-20T${String(n + 8).padStart(2, '0')}`,
    );
    const segments = hours.map((hour): SegmentInfo => {
      const sha256 = hex();
      const name = segmentName({ tenantId: TENANT_ID, logType: 'servicePrincipalSignIns', hour, seq: 987_654, sha256 });
      const times = { minTime: `${hour}:00:00.1234567Z`, maxTime: `${hour}:59:59.7654321Z` } as const;
      const sizes = { bytes: 16_777_216, rawBytes: 212_345_678, records: 99_999 };
      return {
        name: `archive-146000d/${name}`,
        sha256,
        ...sizes,
        recordsRoot: hex(),
        ...times,
        retainUntil: '2426-07-28T12:20:00Z',
      } as SegmentInfo;
    });
    const total = 1_199_988;
    const entry = encodeEntry({
      v: 1,
      log: `${TENANT_ID}/servicePrincipalSignIns`,
      seq: 987_654,
      prev: hex(),
      time: '2026-11-20T21:20:00Z',
      app: '10.20.30',
      kind: 'read',
      read: {
        why: 'snapshot',
        from: '2026-11-20T08:00:00Z',
        to: '2026-11-20T20:00:00Z',
        api: 'beta',
        pages: 1200,
        fetched: total,
        new: total,
        changed: 0,
        duplicate: 0,
        vanished: 0,
        hours: Object.fromEntries(hours.map((hour) => [hour, { new: 99_999, changed: 0, vanished: 0 }])),
        graphDate: '2026-11-20T20:20:00Z',
        requestIds: [hex(), hex()],
      },
      segments,
    });
    const [segment] = segments as unknown as [IndexedSegment];
    // A ledger of a million entries, a segment of a hundred thousand records, and a checkpoint in a change of keys.
    const note = ['x'.repeat(80), '1000000', random().toString('base64'), '', ...[1, 2].map(() => 'y'.repeat(180)), ''];
    const checkpoint = { head: { size: 1e6, root: random() }, bytes: Buffer.from(note.join('\n')) } as StoredHead;
    const proof = showProof({
      line: Buffer.from('{}'),
      segment,
      index: 99_998,
      path: Array.from({ length: 17 }, random),
      entry: { seq: 987_654, entry, hashes: Array.from({ length: 20 }, random), checkpoint },
    });
    expect(JSON.stringify(proof).length).toBeLessThanOrEqual(6 * 1024);
  });

  it('is given for each version, and says which are under no checkpoint yet', async () => {
    const { world, type } = worldOf(AUDITS);
    const old = row(type, 'twice', '2026-11-20T02:00:00Z');
    world.graph.add(AUDITS, old, ...rows(type, 5, '2026-11-20T03:00:00Z', 60));
    await world.collectAll(AUDITS);
    await sign(world);
    const found = JSON.parse((await getProof(world, `proofs/record/${AUDITS}/twice`)).body);
    expect(found).toMatchObject({ logType: AUDITS, id: 'twice', unsigned: 0, proofs: [{ record: old.line }] });
    verifyRecord(found.proofs[0]);
    expect(waitingRecords(world)).toMatchObject([{ records: 1, logType: AUDITS }]);
    world.advance(900);
    const late = row(type, 'late', '2026-11-20T12:10:00Z');
    world.graph.add(AUDITS, late);
    await world.collectAll(AUDITS);
    expect(await refused(world, `proofs/record/${AUDITS}/late`)).toEqual({
      status: 404,
      detail: expect.stringMatching(/stored, and under no checkpoint yet/),
    });
    await sign(world);
    verifyRecord(JSON.parse((await getProof(world, `proofs/record/${AUDITS}/late`)).body).proofs[0]);
  });

  it('of an id that is not held says where it was looked for', async () => {
    const world = await signed(20);
    expect(await refused(world, `proofs/record/${AUDITS}/nobody`)).toEqual({
      status: 404,
      detail: expect.stringMatching(
        /^No record 'nobody' is held with a time from 2026-10-20T15:20:00\.0000000Z to 2026-11-20T15:20:00/,
      ),
    });
    expect((await refused(world, `proofs/record/${AUDITS}/x?from=2026-01-01&to=2026-03-01`)).status).toBe(400);
  });
});

/** Record to segment, segment to entry, entry to checkpoint, checkpoint to key: nothing else is trusted. */
function verifyRecord(found: {
  record: string;
  segment: string;
  index: number;
  path: string[];
  entryGzip: string;
  proof: string;
}) {
  const { index, hashes, checkpoint } = readTlogProof(found.proof);
  const entry = gunzipSync(Buffer.from(found.entryGzip, 'base64'));
  expect(provesInclusion(hashes, leafHash(entry), index, openCheckpoint(checkpoint, LOG, KEYS))).toBe(true);
  const segment = (decodeEntry(entry) as ReadEntry).segments.find(({ name }) => name === found.segment);
  const head = { size: segment?.records ?? 0, root: Buffer.from(segment?.recordsRoot ?? '', 'hex') };
  const path = found.path.map((each) => Buffer.from(each, 'base64'));
  expect(provesInclusion(path, leafHash(Buffer.from(found.record)), found.index, head)).toBe(true);
  expect(provesInclusion(path, leafHash(Buffer.from(`${found.record} `)), found.index, head)).toBe(false);
}
