import { generateKeyPairSync, sign } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Checkpoint, checkpointText, openCheckpoint, signCheckpoint } from '../../shared/archive/checkpoint.ts';
import { derFromRaw, fingerprint, isSignedBy, rawFromDer } from '../../shared/archive/ecdsa.ts';
import { announceKey, keyStatement, vouchesFor } from '../../shared/archive/keyEntry.ts';
import { localSigner } from '../../shared/archive/localSigner.ts';
import { noteOf, openNote, type Signer, signNote } from '../../shared/archive/note.ts';
import { formatNoteKey, NoteError, noteKey } from '../../shared/archive/noteKey.ts';

const LOG = '5b1c8e0a-7d24-4f6e-9c3b-2a90d1e4f785/directoryAudits';
const ORIGIN = `entra-log-archive/${LOG}`;
const CHECKPOINT: Checkpoint = { log: LOG, size: 4712, root: Buffer.alloc(32, 0xa5) };

const pemOf = (namedCurve: string) =>
  generateKeyPairSync('ec', { namedCurve }).privateKey.export({ format: 'pem', type: 'pkcs8' }) as string;
const ours = localSigner(pemOf('P-256'));
const other = localSigner(pemOf('P-256'));

/** How opening ends. Anything that is not a NoteError is thrown on: it fails the test. */
function opened(bytes: Uint8Array, keys = [ours.spki]): string {
  try {
    return `size ${openCheckpoint(bytes, LOG, keys).size}`;
  } catch (error) {
    if (error instanceof NoteError) return error.message;
    throw error;
  }
}

const REFUSED = /^(A|The) (note|checkpoint|signature) /;

describe('a signed checkpoint', () => {
  it('is the text of C2SP, an empty line and one line of signature, and opens to what was signed', async () => {
    const note = await signCheckpoint(CHECKPOINT, [ours]);
    const lines = note.toString('utf8').split('\n');
    expect(lines.slice(0, 4)).toEqual([ORIGIN, '4712', CHECKPOINT.root.toString('base64'), '']);
    expect(lines[4]).toMatch(new RegExp(`^— ${ORIGIN} [A-Za-z0-9+/]+=*$`));
    expect(lines.slice(5)).toEqual(['']);
    const id = Buffer.from(lines[4]?.split(' ')[2] ?? '', 'base64').subarray(0, 4);
    expect(id.toString('hex')).toBe(fingerprint(ours.spki).slice(0, 8));
    expect(openCheckpoint(note, LOG, [other.spki, ours.spki])).toEqual({ ...CHECKPOINT, signedBy: [ours.spki] });
  });

  it('by two keys opens for whoever knows one of them', async () => {
    const note = await signCheckpoint(CHECKPOINT, [ours, other]);
    expect(openCheckpoint(note, LOG, [ours.spki, other.spki]).signedBy).toEqual([ours.spki, other.spki]);
    expect(openCheckpoint(note, LOG, [other.spki]).signedBy).toEqual([other.spki]);
  });

  it('is refused by who knows another key, none, or another ledger', async () => {
    const note = await signCheckpoint(CHECKPOINT, [ours]);
    expect(opened(note, [other.spki])).toBe('A note is signed by none of the known keys.');
    expect(opened(note, [])).toBe('A note is signed by none of the known keys.');
    expect(() => openCheckpoint(note, LOG.replace('directoryAudits', 'provisioning'), [ours.spki])).toThrow(NoteError);
  });

  it('with any bit of any byte changed, any byte removed, doubled or put in, is refused', async () => {
    const note = await signCheckpoint(CHECKPOINT, [ours]);
    const spoilt = [...note.keys()].flatMap((at) => [
      ...Array.from({ length: 8 }, (_, bit) => note.with(at, (note[at] as number) ^ (1 << bit))),
      Buffer.concat([note.subarray(0, at), note.subarray(at + 1)]),
      Buffer.concat([note.subarray(0, at), note.subarray(at, at + 1), note.subarray(at)]),
      Buffer.concat([note.subarray(0, at), Buffer.from('\n'), note.subarray(at)]),
      note.subarray(0, at),
    ]);
    for (const bytes of spoilt) expect(opened(bytes)).toMatch(REFUSED);
    expect(spoilt.length).toBeGreaterThan(3000);
  });

  it('with anything after its last signature is refused, unless that is the signature of somebody unknown', async () => {
    const note = await signCheckpoint(CHECKPOINT, [ours]);
    for (const tail of ['x', '\n', ' ', '\0', '— ', '— a\n', '— a AAAA\n', `— a AAAAAAA\n`, '— a b AAAAAAA=\n']) {
      expect(opened(Buffer.concat([note, Buffer.from(tail)]))).toMatch(REFUSED);
    }
    expect(opened(Buffer.concat([note, Buffer.from('— a AAAAAAA=\n')]))).toBe('size 4712');
    const own = note.subarray(note.lastIndexOf('\n\n') + 2);
    expect(opened(Buffer.concat([note, own]))).toBe('A note is signed twice by one key.');
  });

  it.each([
    ['a size with a zero in front', `${ORIGIN}\n04712\n${'A'.repeat(43)}=\n`],
    ['a size with a sign', `${ORIGIN}\n+4712\n${'A'.repeat(43)}=\n`],
    ['a size beyond every ledger', `${ORIGIN}\n1000000000000\n${'A'.repeat(43)}=\n`],
    ['a root in lenient base64', `${ORIGIN}\n4712\n${'A'.repeat(42)}B=\n`],
    ['a root of another length', `${ORIGIN}\n4712\n${'A'.repeat(44)}\n`],
    ['an extension line', `${ORIGIN}\n4712\n${'A'.repeat(43)}=\nmore\n`],
    ['two lines', `${ORIGIN}\n4712\n`],
    ['the origin of another ledger', `${ORIGIN}x\n4712\n${'A'.repeat(43)}=\n`],
  ])('that says %s is refused although its signature holds', async (_, text) => {
    expect(opened(await signNote(text, ORIGIN, [ours]))).toMatch(/^A checkpoint /);
  });

  it('cannot say an impossible size or root', () => {
    for (const size of [-1, 0.5, 1e12, Number.NaN]) {
      expect(() => checkpointText({ ...CHECKPOINT, size })).toThrow(RangeError);
    }
    expect(() => checkpointText({ ...CHECKPOINT, root: Buffer.alloc(31) })).toThrow(RangeError);
  });
});

describe('opening', () => {
  it('answers hostile bytes with a NoteError and with nothing else', async () => {
    const note = (await signCheckpoint(CHECKPOINT, [ours])).toString('utf8');
    const parts = note.split(/(\n|— | )/);
    const pieces = fc.oneof(fc.constantFrom(...parts, '\n\n', '\r', '\u2028', '='), fc.string(), fc.uint8Array());
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 20 }), (some) => {
        const bytes = Buffer.concat(some.map((piece) => Buffer.from(piece)));
        if (bytes.toString('utf8') !== note) expect(opened(bytes)).toMatch(REFUSED);
      }),
      { numRuns: 2000 },
    );
  });

  it('never opens a note into which some bytes were spliced from elsewhere', async () => {
    const [note, second] = [
      await signCheckpoint(CHECKPOINT, [ours]),
      await signCheckpoint({ ...CHECKPOINT, size: 4713 }, [ours]),
    ];
    const place = fc.nat(note.length);
    fc.assert(
      fc.property(place, place, place, (at, from, length) => {
        const bytes = Buffer.concat([
          note.subarray(0, at),
          second.subarray(from, from + length),
          note.subarray(at + length),
        ]);
        if (!bytes.equals(note) && !bytes.equals(second)) expect(opened(bytes)).toMatch(REFUSED);
      }),
      { numRuns: 2000 },
    );
  });

  it('of a note by two known keys gives the same text whatever byte was changed, or refuses', async () => {
    const note = await signCheckpoint(CHECKPOINT, [ours, other]);
    for (const at of note.keys()) {
      const answer = opened(note.with(at, (note[at] as number) ^ 1), [ours.spki, other.spki]);
      if (!REFUSED.test(answer)) expect(answer).toBe('size 4712');
    }
  });

  it('takes 16 signatures of 5 KB of others, and refuses a hundred and one', async () => {
    const text = checkpointText(CHECKPOINT);
    const own = { key: noteKey(ORIGIN, ours.spki), signature: await ours.sign(Buffer.from(text)) };
    const others = (count: number) =>
      Array.from({ length: count }, (_, n) => ({
        key: noteKey(`witness.example/${n}`, other.spki),
        signature: Buffer.alloc(5000, n),
      }));
    expect(opened(noteOf(text, [...others(16), own]))).toBe('size 4712');
    expect(opened(noteOf(text, [...others(100), own]))).toMatch(/more than 100 signatures/);
    expect(opened(Buffer.alloc(1_000_001, 'a'))).toMatch(/more than 1000000 bytes/);
  });

  it('splits the text from the signatures at the last empty line', async () => {
    const text = 'first\n\nlast\n';
    const note = await signNote(text, 'example.com/key', [ours]);
    expect(openNote(note, [noteKey('example.com/key', ours.spki)]).text).toBe(text);
  });
});

describe('signing', () => {
  it('refuses a signer whose signature does not hold', async () => {
    const broken: Signer = { spki: ours.spki, sign: (bytes) => other.sign(bytes) };
    await expect(signCheckpoint(CHECKPOINT, [broken])).rejects.toThrow(NoteError);
    await expect(signCheckpoint(CHECKPOINT, [])).rejects.toThrow(NoteError);
  });

  it.each(['no newline', 'control\t\n', 'half a pair \ud800\n', ''])('refuses the text %j', async (text) => {
    await expect(signNote(text, 'example.com/key', [ours])).rejects.toThrow(NoteError);
  });

  it.each(['', 'a b', 'a+b', 'a\u00a0b', 'a\nb', '\ud800'])('refuses the key name %j', async (name) => {
    await expect(signNote('text\n', name, [ours])).rejects.toThrow(NoteError);
  });

  it('takes a local key in both forms of PEM, and no other key, of which it repeats nothing', () => {
    const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const sec1 = pair.privateKey.export({ format: 'pem', type: 'sec1' }) as string;
    expect(localSigner(sec1).spki).toEqual(pair.publicKey.export({ format: 'der', type: 'spki' }));
    const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const wrong = [
      pemOf('P-384'),
      rsa.privateKey.export({ format: 'pem', type: 'pkcs8' }) as string,
      pair.publicKey.export({ format: 'pem', type: 'spki' }) as string,
      sec1.replace('\n', '\nSECRET'),
      '',
    ];
    for (const pem of wrong) {
      expect(() => localSigner(pem)).toThrow(/^the signing key is not .*; make one with: openssl ecparam [-a-z0-9 ]+$/);
    }
  });
});

describe('a key', () => {
  it('has a text that tools take', () => {
    const key = noteKey('example.com/key', ours.spki);
    const text = formatNoteKey(key);
    expect(text).toBe(
      `example.com/key+${fingerprint(ours.spki).slice(0, 8)}+${Buffer.concat([Buffer.of(2), ours.spki]).toString('base64')}`,
    );
  });

  it('off the curve has signed nothing', async () => {
    const bytes = Buffer.from('text\n');
    const off = Buffer.from(ours.spki).fill(1, 30);
    expect(isSignedBy(off, bytes, await ours.sign(bytes))).toBe(false);
    expect(isSignedBy(ours.spki, bytes, await ours.sign(bytes))).toBe(true);
  });
});

describe('a signature', () => {
  it('goes from r and s to DER and back, whatever zeros they begin with', () => {
    const half = fc
      .tuple(fc.uint8Array({ minLength: 32, maxLength: 32 }), fc.nat(32))
      .map(([bytes, zeros]) => Buffer.from(bytes).fill(0, 0, zeros));
    fc.assert(
      fc.property(half, half, (r, s) => {
        const raw = Buffer.concat([r, s]);
        expect(rawFromDer(derFromRaw(raw))?.equals(raw)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it('as r and s of a vault, made DER, holds', () => {
    const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const spki = pair.publicKey.export({ format: 'der', type: 'spki' });
    for (let n = 0; n < 50; n += 1) {
      const bytes = Buffer.from(`text ${n}`);
      const raw = sign('sha256', bytes, { key: pair.privateKey, dsaEncoding: 'ieee-p1363' });
      expect(isSignedBy(spki, bytes, derFromRaw(raw))).toBe(true);
    }
    expect(() => derFromRaw(Buffer.alloc(63))).toThrow(RangeError);
  });

  it('has one form: no other bytes are read as DER', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        const raw = rawFromDer(bytes);
        if (raw !== undefined) expect(derFromRaw(raw).equals(bytes)).toBe(true);
      }),
      { numRuns: 2000 },
    );
    for (const hex of ['', '30', '3006020100020100ff', '300702010002020001', '30060201000201', '3080']) {
      expect(rawFromDer(Buffer.from(hex, 'hex'))).toBeUndefined();
    }
    expect(rawFromDer(Buffer.from('3006020100020100', 'hex'))).toEqual(Buffer.alloc(64));
  });
});

describe('a key entry', () => {
  const head = {
    v: 1,
    log: LOG,
    seq: 1,
    prev: 'a'.repeat(64),
    kind: 'key',
    time: '2026-11-20T06:00:00Z',
    app: '1',
  } as const;

  it('is vouched for by the old key, in its own ledger, and by no other', async () => {
    const entry = { ...head, key: await announceKey(LOG, other.spki, ours) };
    expect(vouchesFor(ours.spki, entry)).toBe(true);
    expect(vouchesFor(other.spki, entry)).toBe(false);
    expect(vouchesFor(ours.spki, { ...entry, log: LOG.replace('5b', '6b') })).toBe(false);
    expect(vouchesFor(ours.spki, { ...entry, key: { ...entry.key, sha256: 'a'.repeat(64) } })).toBe(false);
    expect(vouchesFor(ours.spki, { ...head, key: await announceKey(LOG, other.spki) })).toBe(false);
  });

  it('is signed over a text that is no checkpoint', async () => {
    const text = keyStatement(LOG, fingerprint(other.spki)).toString('utf8');
    expect(opened(await signNote(text, ORIGIN, [ours]))).toMatch(/^A checkpoint does not consist/);
  });
});
