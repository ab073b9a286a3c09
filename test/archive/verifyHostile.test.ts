/** The verifier before files that somebody made to mislead it or to bring it down, the signing key included. */
import { hash } from 'node:crypto';
import { constants, crc32, deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { signCheckpoint } from '../../shared/archive/checkpoint.ts';
import { fingerprint } from '../../shared/archive/ecdsa.ts';
import { manifestLine } from '../../shared/archive/evidenceFiles.ts';
import { leafHash, rootOf } from '../../shared/archive/merkle.ts';
import { FINAL_BLOCK, GZIP_HEADER, gzipTrailer } from '../../shared/archive/splice.ts';
import { verify } from '../../shared/archive/verify.ts';
import { faultOfSegment } from '../../shared/archive/verifySegment.ts';
import type { VerifyReport } from '../../shared/archive/verifyTypes.ts';
import { wordsOf } from '../../shared/archive/verifyWords.ts';
import { archiveOf, type Files, filesOf, LOG, newSigner, tell } from '../support/signedArchive.ts';

const signer = newSigner();
const keys = [fingerprint(signer.spki)];
const clean = await archiveOf(await tell(signer, 4), signer);
const size = clean.story.length;
const nameOf = (seq: number) => `ledger/${LOG}/${String(seq).padStart(12, '0')}.json`;
const last = clean.files.get(nameOf(size - 1)) as Buffer;

/** The archive with one more entry, all of it signed by the right key. */
async function withSigned(bytes: Buffer): Promise<VerifyReport> {
  const files: Files = new Map([...clean.files, [nameOf(size), bytes]]);
  const leaves = Array.from({ length: size + 1 }, (_unused, seq) => leafHash(files.get(nameOf(seq)) as Buffer));
  const root = rootOf(Buffer.concat(leaves));
  const name = `ledger/${LOG}/checkpoints/${String(size + 1).padStart(12, '0')}`;
  files.set(name, await signCheckpoint({ log: LOG, size: size + 1, root }, [signer]));
  return verify(filesOf(files), { keys });
}

const prev = hash('sha256', last);
const head = { v: 1, log: LOG, seq: size, prev };
const tail = { time: '2026-11-21T00:00:00Z', app: '0.1.0' };
const bytesOf = (value: unknown) => Buffer.from(`${JSON.stringify(value)}\n`);
const readEntry = (read: object, segments: unknown[] = []) => {
  const counts = { api: 'v1.0', pages: 1, fetched: 0, new: 0, changed: 0, duplicate: 0, vanished: 0, hours: {} };
  const all = {
    why: 'head',
    from: '2026-11-20T04:00:00Z',
    to: '2026-11-20T05:00:00Z',
    ...counts,
    graphDate: tail.time,
    requestIds: [],
  };
  return bytesOf({ ...head, kind: 'read', ...tail, read: { ...all, ...read }, segments });
};

describe('an entry that was signed and cannot be one', () => {
  it.each<[string, Buffer, string]>([
    ['nothing', Buffer.alloc(0), 'chain'],
    ['no JSON', Buffer.from(`${prev} \u0000{{{`), 'entry-invalid'],
    ['another version', bytesOf({ ...head, v: 2, kind: 'config', ...tail, config: {} }), 'entry-invalid'],
    ['JSON nested deep', Buffer.from(`${prev}${'['.repeat(50_000)}`), 'entry-invalid'],
    ['the prototype of objects', Buffer.from(`{"__proto__":{"v":1},"prev":"${prev}"}\n`), 'entry-invalid'],
    ['another number inside', bytesOf({ ...head, seq: size + 1, kind: 'seal', ...tail }), 'entry-name'],
    [
      'another ledger inside',
      bytesOf({ ...head, log: LOG.replace('directory', 'custom'), kind: 'seal', ...tail }),
      'entry-name',
    ],
    ['the hash in another field', bytesOf({ ...head, prev: 'a'.repeat(64), kind: 'seal', ...tail, x: prev }), 'chain'],
    ['counts that do not add up', readEntry({ new: 1, fetched: 1 }), 'entry-invalid'],
  ])('is named, and brings nothing down: %s', async (_what, bytes, code) => {
    const report = await withSigned(bytes);
    expect([report.verdict, report.findings.map((finding) => finding.code)]).toEqual([
      'broken',
      expect.arrayContaining([code]),
    ]);
    expect(report.findings.map((finding) => finding.code)).not.toContain('verifier-failed');
    expect(wordsOf(report)).toContain('BROKEN');
  });

  it('is judged all the same where it is an odd one: a kind that nobody knows, a read of all time', async () => {
    expect((await withSigned(bytesOf({ ...head, kind: 'laterKind', ...tail, laterKind: { x: [1] } }))).verdict).toBe(
      'proved',
    );
    const ever = await withSigned(readEntry({ from: '0001-01-01T00:00:00Z', to: '9999-12-31T23:59:59Z' }));
    expect(ever.verdict).toBe('proved');
    expect(ever.ledgers[0]?.coverage?.to).toBe('9999-12-31T23:59:59Z');
  });
});

describe('a segment made to fill the memory', () => {
  /** One line of 64 MB of zeros, in so few bytes. */
  function bomb() {
    const raw = Buffer.alloc(64 * 1024 * 1024);
    raw[raw.length - 1] = 0x0a;
    const body = deflateRawSync(raw, { finishFlush: constants.Z_FULL_FLUSH });
    const bytes = Buffer.concat([GZIP_HEADER, body, FINAL_BLOCK, gzipTrailer(crc32(raw), raw.length)]);
    const recordsRoot = leafHash(raw.subarray(0, -1)).toString('hex');
    const base = {
      name: 'a/b',
      sha256: hash('sha256', bytes),
      bytes: bytes.length,
      minTime: '',
      maxTime: '',
      retainUntil: '',
    };
    return { bytes, info: { ...base, rawBytes: raw.length, records: 1, recordsRoot } };
  }

  it('is hashed line by line without being held, and refused when it inflates to more than was said', async () => {
    const { bytes, info } = bomb();
    expect(await faultOfSegment(bytes, info, 'full')).toBeUndefined();
    expect(await faultOfSegment(bytes, { ...info, rawBytes: 1000 }, 'full')).toMatch(
      /inflated length in bytes is more/,
    );
    expect(await faultOfSegment(bytes, { ...info, records: 2 }, 'full')).toMatch(
      /number of records is 1 and should be 2/,
    );
    expect(await faultOfSegment(bytes, { ...info, recordsRoot: info.sha256 }, 'full')).toMatch(/another recordsRoot/);
    expect(await faultOfSegment(bytes, { ...info, rawBytes: 1000 }, 'hash')).toBeUndefined();
  });
});

describe('files of any name and content', () => {
  const names = fc.oneof(
    fc.constantFrom(
      'evidence.json',
      'coverage.json',
      'leaves.bin',
      'MANIFEST.sha256',
      'records/00000001.json',
      'records/00000001.proof',
    ),
    fc.constantFrom(
      `keys/${keys[0]}.pem`,
      nameOf(0),
      nameOf(999_999_999_999),
      clean.checkpoints[0] as string,
      'ledger/x',
      '/',
      '..',
      '',
    ),
    fc.string(),
  );
  const contents = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.json().map((text) => Buffer.from(`${text}\n`)),
  );

  it('never make it throw, nor fail inside', async () => {
    const folder = fc.array(fc.tuple(names, contents), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(folder, fc.boolean(), async (files, onTop) => {
        const all = new Map<string, Uint8Array>([...(onTop ? clean.files : []), ...files]);
        const { findings, verdict } = await verify(filesOf(all), {
          keys,
          kept: [{ name: 'kept', bytes: files[0]?.[1] ?? last }],
        });
        expect(verdict).toBe('broken');
        expect(findings.map(({ code }) => code)).not.toContain('verifier-failed');
      }),
      { numRuns: 300, seed: 5 },
    );
  });

  it('are printed so that they steer no terminal', async () => {
    const report = await verify(filesOf(new Map([...clean.files, ['ledger/\u001b[2J\u202e', last]])), { keys });
    expect(wordsOf(report)).toContain('ledger/\\u001b[2J\\u202e has no name of the archive');
  });
});

describe('a bundle with its manifest made anew', () => {
  const withManifest = (files: Map<string, Buffer>) => {
    const listed = [...files].filter(([name]) => name !== 'MANIFEST.sha256');
    const text = listed.map(([name, bytes]) => manifestLine(name, hash('sha256', bytes)));
    return new Map([...listed, ['MANIFEST.sha256', Buffer.from(text.join(''))] as const]);
  };
  const about = {
    v: 1,
    log: LOG,
    from: '2026-11-20T00:00:00Z',
    to: '2026-11-20T04:00:00Z',
    overdueSeconds: 8100,
    first: 0,
    holds: 'segments',
  };
  const codesOf = async (change: object, more: readonly (readonly [string, Buffer])[] = []) => {
    const files = withManifest(
      new Map([...clean.files, ['evidence.json', bytesOf({ ...about, ...change })] as const, ...more]),
    );
    return (await verify(filesOf(files), { keys })).findings.map(({ code }) => code);
  };

  it('is refused for what it says of itself', async () => {
    expect(await codesOf({})).toEqual(['file-missing']);
    expect(await codesOf({ first: -1 })).toEqual(['evidence-form']);
    expect(await codesOf({ to: about.from })).toEqual(['evidence-form']);
    expect(await codesOf({ first: 3 })).toEqual(['file-missing']);
    expect(await codesOf({ first: 3 }, [['leaves.bin', Buffer.alloc(95)]])).toEqual(['leaves']);
    expect(await codesOf({ first: 3 }, [['leaves.bin', Buffer.alloc(96)]])).toEqual(
      expect.arrayContaining(['entry-altered', 'root']),
    );
    expect(await codesOf({ log: LOG.replace('directory', 'custom') })).toEqual(['ledger-missing']);
  });

  it('proves no record by a path that does not lead to it', async () => {
    const segment = [...clean.files.keys()].find((name) => name.endsWith('.gz')) as string;
    const proof = { v: 1, entry: 2, segment, line: 0, path: [] as string[] };
    const record = Buffer.from('{"id":"forged"}\n');
    const forged = (change: object, line = record) =>
      codesOf({ holds: 'records' }, [
        ['records/00000001.json', line],
        ['records/00000001.proof', bytesOf({ ...proof, ...change })],
      ]);
    const path = Array.from({ length: 2 }, () => Buffer.alloc(32).toString('base64'));
    for (const change of [
      {},
      { path },
      { line: 99 },
      { entry: 0 },
      { entry: 9999 },
      { segment: 'a/b' },
      { path: ['x'] },
      { v: 2 },
    ]) {
      expect([change, await forged(change)]).toEqual([change, expect.arrayContaining(['record-unproved'])]);
    }
    expect(await forged({ path }, Buffer.from('{"id":1}\n{"id":2}\n'))).toContain('record-unproved');
  });
});
