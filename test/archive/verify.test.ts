/** The verifier over archives in memory: its verdicts, and what it names when something is wrong. */
import { beforeAll, describe, expect, it } from 'vitest';
import { fingerprint } from '../../shared/archive/ecdsa.ts';
import { announceKey } from '../../shared/archive/keyEntry.ts';
import type { Signer } from '../../shared/archive/note.ts';
import { exitCodeOf, verify } from '../../shared/archive/verify.ts';
import type { VerifyOptions, VerifyReport } from '../../shared/archive/verifyTypes.ts';
import { wordsOf } from '../../shared/archive/verifyWords.ts';
import {
  type Archive,
  archiveOf,
  type Files,
  filesOf,
  HOUR,
  LOG,
  newSigner,
  START,
  tell,
} from '../support/signedArchive.ts';

let signer: Signer;
let archive: Archive;
let key: string;
beforeAll(async () => {
  signer = newSigner();
  key = fingerprint(signer.spki);
  archive = await archiveOf(await tell(signer), signer);
});

const keptAt = (n: number) => {
  const name = archive.checkpoints[n] as string;
  return { name: 'kept', bytes: archive.files.get(name) as Buffer };
};
const entryNamed = (seq: number) => `ledger/${LOG}/${String(seq).padStart(12, '0')}.json`;
const segmentsIn = (files: Files) => [...files.keys()].filter((name) => name.endsWith('.jsonl.gz')).sort();

async function damaged(
  change: (files: Files) => void,
  options: VerifyOptions = { keys: [key] },
): Promise<VerifyReport> {
  const files = new Map(archive.files);
  change(files);
  return verify(filesOf(files), options);
}

const said = ({ findings }: VerifyReport) => findings.map(({ code, file }) => `${code} ${file}`);

describe('a whole archive', () => {
  it('is proved by the key, by a kept checkpoint, or by both, without a single finding', async () => {
    const outside = async (options: VerifyOptions) => {
      const report = await verify(filesOf(archive.files), options);
      expect(report).toMatchObject({ verdict: 'proved', kind: 'archive', findings: [], errors: 0, warnings: 0 });
      return report.ledgers[0]?.outside;
    };
    expect(await outside({ keys: [key] })).toEqual(['key']);
    expect(await outside({ kept: [keptAt(1)] })).toEqual(['checkpoint']);
    expect(await outside({ keys: ['0'.repeat(64), key], kept: [keptAt(0), keptAt(2)] })).toEqual(['key', 'checkpoint']);
  });

  it('is only self-consistent when nothing from outside vouches', async () => {
    const report = await verify(filesOf(archive.files));
    expect(report).toMatchObject({ verdict: 'self-consistent', findings: [] });
    expect([exitCodeOf('proved'), exitCodeOf(report.verdict), exitCodeOf('broken')]).toEqual([0, 1, 2]);
  });

  it('is reported with its checkpoint, whose time, segments, records and coverage', async () => {
    const [ledger] = (await verify(filesOf(archive.files), { keys: [key] })).ledgers;
    const newest = archive.story.at(-1)?.at as number;
    expect(ledger).toMatchObject({
      log: LOG,
      first: 0,
      entries: archive.story.length,
      unsigned: 0,
      checkpoint: {
        size: archive.story.length,
        signedBy: [key],
        time: new Date(newest * 1000).toISOString().replace('.000', ''),
      },
      segments: { named: segmentsIn(archive.files).length, checked: segmentsIn(archive.files).length, depth: 'full' },
      coverage: { state: 'pending', schedule: { sweepAges: ['PT2H'], sourceRetentionDays: 30 } },
    });
    expect(ledger?.coverage?.spans.map(({ state }) => state)).toEqual([
      'settled',
      'provisional',
      'settled',
      'provisional',
      'pending',
    ]);
  });

  it('is judged for a range, whose segments alone are looked at', async () => {
    const { ledgers } = await verify(filesOf(archive.files), { keys: [key], since: START, until: START + 2 * HOUR });
    expect(ledgers[0]?.segments.checked).toBe(2);
    expect(ledgers[0]?.coverage?.state).toBe('settled');
  });

  it('says in words what is proved, by what, and what cannot be', async () => {
    const words = wordsOf(await verify(filesOf(archive.files), { keys: [key] }));
    expect(words).toMatch(/^PROVED: .*vouched for by the key that you named.*never showed.*Exit code 0\.\n$/s);
  });

  it('with entries that are not signed yet is proved up to its checkpoint', async () => {
    const report = await damaged((files) => files.delete(archive.checkpoints.at(-1) as string));
    expect(report).toMatchObject({ verdict: 'proved', ledgers: [{ unsigned: archive.story.length % 10 }] });
  });
});

describe('the verifier names', () => {
  it('a missing entry, two, and a tail', async () => {
    expect(said(await damaged((files) => files.delete(entryNamed(5))))[0]).toBe(`entry-missing ${entryNamed(5)}`);
    const two = await damaged((files) => files.delete(entryNamed(5)) && files.delete(entryNamed(6)));
    expect(two.findings[0]?.words).toBe('entries 5 to 6 are missing, and entry 7 exists');
    const tail = await damaged((files) => files.delete(entryNamed(archive.story.length - 1)));
    expect(said(tail)).toEqual([`entry-missing ${entryNamed(archive.story.length - 1)}`]);
  });

  it('a segment that is missing, altered, or made anew of the same content', async () => {
    const name = segmentsIn(archive.files)[3] as string;
    expect(said(await damaged((files) => files.delete(name)))).toEqual([`segment-missing ${name}`]);
    const altered = (files: Files) => files.set(name, Buffer.from((files.get(name) as Buffer).with(30, 1)));
    expect(said(await damaged(altered))).toEqual([`segment-altered ${name}`]);
  });

  it('where an altered entry stands, by the chain and by the first root that fails', async () => {
    const report = await damaged((files) => {
      const bytes = Buffer.from(files.get(entryNamed(14)) as Buffer);
      files.set(entryNamed(14), Buffer.from(bytes.toString().replace('"app":"0.1.0"', '"app":"0.1.1"')));
    });
    expect(report.verdict).toBe('broken');
    expect(said(report).slice(0, 2)).toEqual([`chain ${entryNamed(15)}`, `root ${archive.checkpoints[1]}`]);
  });

  it('a segment that no entry names as a warning', async () => {
    const name = (segmentsIn(archive.files)[0] as string).replace(/[0-9a-f]{16}\.jsonl/, `${'f'.repeat(16)}.jsonl`);
    const report = await damaged((files) => files.set(name, Buffer.from('x')));
    expect(report).toMatchObject({ verdict: 'proved', errors: 0, warnings: 1 });
    expect(said(report)).toEqual([`segment-unreferenced ${name}`]);
  });

  it('a ledger without a checkpoint, a folder without a ledger, and a kept checkpoint of another ledger', async () => {
    const bare = await damaged((files) => {
      for (const name of archive.checkpoints) files.delete(name);
    });
    expect(said(bare)).toEqual([`checkpoint-missing ledger/${LOG}/checkpoints`]);
    expect(said(await verify(filesOf(new Map())))).toEqual(['ledger-missing .']);
    const other = { name: 'other', bytes: Buffer.from('entra-log-archive/x/y\n') };
    expect(said(await verify(filesOf(archive.files), { kept: [other] }))).toEqual(['ledger-missing other']);
  });
});

describe('an archive made anew', () => {
  it('with another key is refused by who knows the right one', async () => {
    const other = newSigner();
    const forged = await archiveOf(await tell(other), other);
    expect((await verify(filesOf(forged.files))).verdict).toBe('self-consistent');
    expect(said(await verify(filesOf(forged.files), { keys: [key] }))).toEqual([
      `key-unknown ${forged.checkpoints.at(-1)}`,
    ]);
    expect(said(await verify(filesOf(forged.files), { kept: [keptAt(0)] }))).toContain('kept-signature kept');
  });

  it('with the right key and without one window is refused by who kept a checkpoint, and admits the hole by itself', async () => {
    const story = archive.story.filter((told) => !('from' in told && told.from === START + 4 * HOUR));
    const forged = await archiveOf(story, signer);
    expect((await verify(filesOf(forged.files), { keys: [key] })).ledgers[0]?.coverage?.state).toBe('gap');
    const report = await verify(filesOf(forged.files), { keys: [key], kept: [keptAt(2)] });
    expect(said(report)).toContain('history-rewritten kept');
    expect(report.verdict).toBe('broken');
  });

  it('shorter than a kept checkpoint is a roll-back', async () => {
    const forged = await archiveOf(archive.story.slice(0, 25), signer);
    const report = await verify(filesOf(forged.files), { keys: [key], kept: [keptAt(3)] });
    expect(said(report)).toEqual(['rolled-back kept']);
  });
});

describe('a new key', () => {
  const story = async (by: Signer | undefined, next: Signer) => [
    ...archive.story,
    { kind: 'key', at: archive.story.at(-1)?.at ?? 0, key: await announceKey(LOG, next.spki, by) } as const,
  ];

  it('that the old one vouches for is trusted by who knows the old one', async () => {
    const next = newSigner();
    const { files } = await archiveOf(await story(signer, next), next, 1000);
    for (const name of archive.checkpoints.slice(0, -1)) files.set(name, archive.files.get(name) as Buffer);
    expect(await verify(filesOf(files), { keys: [key] })).toMatchObject({ verdict: 'proved', findings: [] });
    expect(await verify(filesOf(files), { kept: [keptAt(0)] })).toMatchObject({ verdict: 'proved', findings: [] });
    expect((await verify(filesOf(files), { keys: [fingerprint(next.spki)] })).verdict).toBe('proved');
  });

  it('that nobody vouches for is not, unless it is named', async () => {
    const next = newSigner();
    const { files } = await archiveOf(await story(undefined, next), next, 1000);
    expect((await verify(filesOf(files), { keys: [key] })).findings[0]?.code).toBe('key-unknown');
    expect((await verify(filesOf(files), { keys: [fingerprint(next.spki)] })).verdict).toBe('proved');
  });
});

describe('files that cannot be read', () => {
  it('are findings, whatever the reader throws, at once or later', async () => {
    const failing = (error: unknown) => ({
      list: () => archive.files.keys(),
      read: (name: string) => (name === entryNamed(3) ? Promise.reject(error) : archive.files.get(name)),
    });
    for (const error of [Object.assign(new Error('no'), { code: 'EACCES' }), 'text', undefined]) {
      expect(said(await verify(failing(error), { keys: [key] }))[0]).toBe(`file-unreadable ${entryNamed(3)}`);
    }
    const list = () => {
      throw new Error('no list');
    };
    expect(said(await verify({ list, read: () => undefined }))).toEqual(['verifier-failed .']);
  });

  it('are too long when they have more bytes than the format allows', async () => {
    const report = await damaged((files) => files.set(entryNamed(2), Buffer.alloc(60_001, 'x')));
    expect(said(report)[0]).toBe(`file-too-long ${entryNamed(2)}`);
  });
});
