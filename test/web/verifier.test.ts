/** The verifier of the page says what `verify.mjs` says, to the byte: on what is right, and on what somebody made. */
import { hash, randomBytes } from 'node:crypto';
import { constants, crc32, deflateRawSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { derFromRaw, fingerprint, isSignedBy, rawFromDer } from '../../shared/archive/ecdsa.ts';
import { noteOf, openNote } from '../../shared/archive/note.ts';
import { noteKey } from '../../shared/archive/noteKey.ts';
import { openSegment } from '../../shared/archive/segment.ts';
import { FINAL_BLOCK, GZIP_HEADER, gzipTrailer } from '../../shared/archive/splice.ts';
import { verify } from '../../shared/archive/verify.ts';
import { seeded } from '../support/scheduler.ts';
import { archiveOf, filesOf, newSigner, tell } from '../support/signedArchive.ts';
import { newBundleBench } from '../tamper/bundleBench.ts';
import { BUNDLE_KINDS } from '../tamper/bundles.ts';
import { KINDS } from '../tamper/mutations.ts';
import { bundledVerifier } from './bundledVerifier.ts';

const sha256 = (bytes: Uint8Array) => hash('sha256', bytes);

let page: Awaited<ReturnType<typeof bundledVerifier>>;
beforeAll(async () => {
  page = await bundledVerifier();
});

describe('the verdict', () => {
  it('is that of Node on the archive as it is and on every kind of change', async () => {
    const [signer, other] = [newSigner(), newSigner()];
    const archive = await archiveOf(await tell(signer, 12), signer);
    const forged = await archiveOf(await tell(other, 12), other);
    const keys = [fingerprint(signer.spki)];
    const verdicts = new Set<string>();
    const compare = async (name: string, files: ReadonlyMap<string, Uint8Array>, options: { keys?: string[] }) => {
      const report = await verify(filesOf(files), options);
      verdicts.add(report.verdict);
      expect([name, JSON.stringify(await page.verify.verify(filesOf(files), options))]).toEqual([
        name,
        JSON.stringify(report),
      ]);
    };
    await compare('clean', archive.files, { keys });
    await compare('without a key', archive.files, {});
    await compare('another key', archive.files, { keys: ['0'.repeat(64)] });
    for (const [n, [name, mutate]] of Object.entries(KINDS).entries()) {
      for (const seed of [n, n + 100, n + 200]) {
        const { files } = await mutate({ archive, signer, forged, other, random: seeded(seed) });
        await compare(`${name}, seed ${seed}`, files, { keys });
      }
    }
    const bench = await newBundleBench();
    const known = { keys: [...(bench.known.keys ?? [])] };
    await compare('a bundle', bench.segments, known);
    await compare('a bundle of records', bench.records, known);
    for (const [n, [name, forge]] of Object.entries(BUNDLE_KINDS).entries()) {
      await compare(name, (await forge(bench, seeded(n))).files, known);
    }
    expect(verdicts).toEqual(new Set(['proved', 'self-consistent', 'broken']));
  });
});

describe('a signature', () => {
  const N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
  const number = (value: bigint) => Buffer.from(value.toString(16).padStart(64, '0'), 'hex');

  it('holds or does not as in Node, with every odd number in it', async () => {
    const signer = newSigner();
    const bytes = Buffer.from('what is signed');
    const raw = rawFromDer(await signer.sign(bytes)) as Buffer;
    const [r, s] = [raw.subarray(0, 32), raw.subarray(32)];
    const twin = number(N - BigInt(`0x${s.toString('hex')}`));
    const numbers = [r, s, twin, number(0n), number(1n), number(N), number(N - 1n), Buffer.alloc(32, 0xff)];
    const found = numbers.flatMap((first) =>
      numbers.map((second) => {
        const der = derFromRaw(Buffer.concat([first, second]));
        const here = page.ecdsa.isSignedBy(signer.spki, bytes, der);
        expect(here).toBe(isSignedBy(signer.spki, bytes, der));
        return here;
      }),
    );
    expect(found.filter((holds) => holds)).toHaveLength(2);
  });

  it('is of a key on the curve, or of none', () => {
    const { spki } = newSigner();
    const der = derFromRaw(Buffer.concat([number(1n), number(1n)]));
    for (const key of [
      spki,
      spki.with(90, (spki[90] ?? 0) ^ 1),
      Buffer.concat([spki.subarray(0, 27), Buffer.alloc(64)]),
    ]) {
      expect(page.ecdsa.isSignedBy(key, Buffer.alloc(1), der)).toBe(isSignedBy(key, Buffer.alloc(1), der));
    }
  });

  it('is not looked for in what is no UTF-8', () => {
    const key = noteKey('a', newSigner().spki);
    const note = noteOf('text\n', [{ key, signature: randomBytes(64) }]);
    for (const bytes of [
      note,
      Buffer.concat([Buffer.of(0xed, 0xa0, 0x80), note]),
      Buffer.concat([Buffer.of(0xc0, 0x80), note]),
    ]) {
      const failure = (open: () => unknown) => expect(open).toThrow();
      failure(() => openNote(bytes, [key]));
      expect(() => page.note.openNote(bytes, [key])).toThrow(messageOf(() => openNote(bytes, [key])));
    }
  });
});

describe('a segment', () => {
  const raw = Buffer.from(Array.from({ length: 40_000 }, (_unused, n) => `{"n":${n}}\n`).join(''));
  const body = deflateRawSync(raw, { finishFlush: constants.Z_FULL_FLUSH });
  const made = (stream: Buffer, rawBytes = raw.length) => {
    const bytes = Buffer.concat([GZIP_HEADER, stream, FINAL_BLOCK, gzipTrailer(crc32(raw), raw.length)]);
    return { bytes, expected: { sha256: sha256(bytes), rawBytes, records: 40_000 } };
  };
  const half = Math.floor(body.length / 2);

  it.each([
    ['as it is', made(body)],
    ['cut', made(body.subarray(0, -6))],
    ['cut in the middle', made(body.subarray(0, half))],
    ['with a byte altered', made(body.with(half, (body[half] ?? 0) ^ 0x55) as Buffer)],
    ['ended before its end', made(Buffer.concat([deflateRawSync(raw), Buffer.from('more')]))],
    ['no stream', made(Buffer.from('ffffffff', 'hex'))],
    ['more than it promised', made(body, 1000)],
    ['less than it promised', made(body, raw.length + 1)],
    ['a bomb', made(deflateRawSync(Buffer.alloc(50_000_000), { finishFlush: constants.Z_FULL_FLUSH }))],
  ])('that is %s is read, or refused, as in Node', async (_name, { bytes, expected }) => {
    expect(await told(page.segment.openSegment(bytes, expected))).toEqual(await told(openSegment(bytes, expected)));
  });
});

/** What came, and how it ended. */
async function told(chunks: AsyncIterable<Uint8Array>) {
  const got: Uint8Array[] = [];
  const end = await (async () => {
    for await (const chunk of chunks) got.push(chunk);
  })().then(
    () => 'the end',
    (error: Error) => error.message,
  );
  return { got: sha256(Buffer.concat(got)), end };
}

function messageOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('nothing was thrown');
}
