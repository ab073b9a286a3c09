/** The proof of one record: what the page's verifier says of it is what the archive's code makes, and nothing else. */
import { generateKeyPairSync } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { signCheckpoint } from '../../shared/archive/checkpoint.ts';
import { fingerprint } from '../../shared/archive/ecdsa.ts';
import { encodeEntry } from '../../shared/archive/entry.ts';
import { localSigner } from '../../shared/archive/localSigner.ts';
import { leafHash } from '../../shared/archive/merkle.ts';
import { EMPTY_EDGE, growTiles } from '../../shared/archive/tileGrowth.ts';
import { formatTlogProof, parseTlogProof } from '../../shared/archive/tlogProof.ts';
import { inclusionProof, treeRoot } from '../../shared/archive/tree.ts';
import { type ToldProof, verifyRecord } from '../../shared/archive/verifyRecord.ts';
import { overlaid } from '../../shared/proof/tiles.ts';
import { readFingerprint, stepsOf, verdictOf } from '../../web/views/check/proof.ts';
import { bundledVerifier } from './bundledVerifier.ts';

const LOG = 'directoryAudits';
const TENANT = '11111111-2222-4333-8444-555555555555';
const LEDGER = `${TENANT}/${LOG}`;
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const signer = localSigner(privateKey.export({ format: 'pem', type: 'pkcs8' }) as string);
const sha256 = fingerprint(signer.spki);
const ASKED = { ledger: LEDGER, id: 'r4', keys: [signer.spki] };
const RECORDS = [0, 1, 2, 3, 4].map((n) => `{"id":"r${n}"}`);
const HASH = 'c'.repeat(64);

function treeOf(leaves: readonly (string | Buffer)[]) {
  const hashes = Buffer.concat(leaves.map((leaf) => leafHash(Buffer.from(leaf))));
  const read = overlaid(growTiles(EMPTY_EDGE, hashes).tiles, () => Buffer.alloc(0));
  const size = leaves.length;
  return { root: treeRoot(size, read), proofOf: (index: number) => inclusionProof(index, size, read) };
}

/** An entry that names one segment, which has all the records. */
function entryOf(recordsRoot: string): { segment: string; bytes: Buffer } {
  const count = RECORDS.length;
  const segment = `archive-2555d/tenant=${TENANT}/log=${LOG}/date=2026-11-20/hour=05/000000000002-${HASH.slice(0, 16)}.jsonl.gz`;
  const [from, to] = ['2026-11-20T05:00:00Z', '2026-11-20T06:00:00Z'];
  const hours = { '2026-11-20T05': { new: count, changed: 0, vanished: 0 } };
  const counts = { pages: 1, fetched: count, new: count, changed: 0, duplicate: 0, vanished: 0 };
  const times = { minTime: '2026-11-20T05:00:00.0000000Z', maxTime: '2026-11-20T05:59:59.0000000Z' };
  const bytes = encodeEntry({
    ...{ v: 1, log: LEDGER, seq: 2, prev: HASH, kind: 'read', time: '2026-11-20T06:15:00Z', app: '1.0.0' },
    read: { why: 'head', from, to, api: 'v1.0', ...counts, hours, graphDate: to, requestIds: [] },
    segments: [
      {
        ...{ name: segment, sha256: HASH, bytes: 9, rawBytes: 9, records: count, recordsRoot, ...times },
        retainUntil: '2033-11-18T06:15:00Z',
      },
    ],
  });
  return { segment, bytes };
}

/** A record, its entry and its checkpoint, as the archive answers them. */
async function answered(): Promise<ToldProof> {
  const lines = treeOf(RECORDS);
  const { segment, bytes } = entryOf(lines.root.toString('hex'));
  const ledger = treeOf(['{"seq":0}', '{"seq":1}', bytes]);
  const checkpoint = await signCheckpoint({ log: LEDGER, size: 3, root: ledger.root }, [signer]);
  return {
    record: RECORDS[4] ?? '',
    segment,
    index: 4,
    records: RECORDS.length,
    path: lines.proofOf(4).map((hash) => hash.toString('base64')),
    entry: bytes,
    proof: formatTlogProof({ index: 2, hashes: ledger.proofOf(2), checkpoint }),
  };
}

describe('the check of a record', () => {
  let verifyInPage: typeof verifyRecord;
  beforeAll(async () => {
    verifyInPage = (await bundledVerifier()).record.verifyRecord;
  }, 60_000);

  /** The steps of the page, whose verifier says what the same one says in Node. */
  const stepsFor = (told: ToldProof, asked: Partial<typeof ASKED> = {}, typed = sha256) => {
    const facts = verifyInPage(told, { ...ASKED, ...asked });
    expect(facts).toEqual(verifyRecord(told, { ...ASKED, ...asked }));
    return stepsOf(told, facts, { log: LOG, id: 'r4', fingerprint: typed });
  };

  it('is proved with the fingerprint that was typed, self-consistent without one, broken with another', async () => {
    const told = await answered();
    const verdict = (typed: string) => verdictOf(stepsFor(told, {}, typed));
    expect(verdict(sha256)).toBe('proved');
    expect(verdict('')).toBe('self-consistent');
    expect(verdict('0'.repeat(64))).toBe('broken');
  });

  it.each([
    ['record', ({ record }) => ({ record: record.replace('}', ' }') }), [1]],
    ['record, for what is no JSON', () => ({ record: 'x' }), [0, 1]],
    ['number of lines', () => ({ records: 6 }), [1]],
    ['path', () => ({ path: ['x'] }), [1]],
    ['entry', ({ entry }) => ({ entry: Buffer.from(entry).fill('7', 230, 231) }), [1, 2]],
    ['entry, for none', () => ({ entry: new Uint8Array() }), [1, 2]],
    ['number of the entry', ({ proof }) => ({ proof: proof.replace('index 2', 'index 1') }), [2]],
    ['size of the checkpoint', ({ proof }) => ({ proof: proof.replace('\n3\n', '\n4\n') }), [2, 3, 4]],
    ['proof, for a text', () => ({ proof: 'nothing of the kind' }), [2, 3, 4]],
  ] as readonly [string, (told: ToldProof) => Partial<ToldProof>, number[]][])(
    'fails where somebody altered the %s',
    async (_part, alter, at) => {
      const told = await answered();
      const steps = stepsFor({ ...told, ...alter(told) });
      expect(steps.flatMap(({ state }, n) => (state === 'fails' ? [n] : []))).toEqual(at);
      expect(verdictOf(steps)).toBe('broken');
    },
  );

  it('fails for another id, another log type, another tenant, and a ledger whose key is not told', async () => {
    const told = await answered();
    for (const asked of [
      { id: 'r3' },
      { ledger: `${TENANT}/provisioning` },
      { ledger: `${HASH.slice(0, 8)}/${LOG}` },
      { keys: [] },
      { keys: [Buffer.from('no key')] },
    ]) {
      expect(verdictOf(stepsFor(told, asked))).toBe('broken');
    }
  });
});

describe('the text of a proof', () => {
  it('is read as it was written, and only so', async () => {
    const { proof } = await answered();
    const read = parseTlogProof(proof);
    expect(read && formatTlogProof(read)).toBe(proof);
    const withExtra = read && formatTlogProof({ ...read, extra: Buffer.from('an entry') });
    expect(parseTlogProof(withExtra ?? '')?.extra?.toString()).toBe('an entry');
    for (const text of [
      '',
      '\n\n',
      proof.replace('v1', 'v2'),
      proof.replace('index 2', 'index 02'),
      proof.slice(0, 40),
    ])
      expect(parseTlogProof(text)).toBeUndefined();
  });
});

describe('a fingerprint', () => {
  it('is read with colons, spaces and capitals', () => {
    const written = (sha256.toUpperCase().match(/../g) ?? []).join(':');
    expect(readFingerprint(` ${written} `)).toBe(sha256);
    expect(readFingerprint('abc')).toBeUndefined();
  });
});
