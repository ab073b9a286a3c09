/** Absences: which of them a verifier accepts, and what it says of the others. */
import { beforeAll, describe, expect, it } from 'vitest';
import { fingerprint } from '../../shared/archive/ecdsa.ts';
import { type DoomedSegment, decodeEntry, type HoldTerms, type SegmentInfo } from '../../shared/archive/entry.ts';
import { formatSeconds } from '../../shared/archive/time.ts';
import { verify } from '../../shared/archive/verify.ts';
import { wordsOf } from '../../shared/archive/verifyWords.ts';
import { archiveOf, filesOf, HOUR, newSigner, START, type Told, tell } from '../support/signedArchive.ts';

const signer = newSigner();
const DAY = 24 * HOUR;
/** All that this archive keeps may go. */
const LATER = START + 2600 * DAY;
const HOLD: HoldTerms = {
  id: '6b5d4c3a-93b1-4d57-8e20-0f8a6c2e2f10',
  case: 'c'.repeat(64),
  from: formatSeconds(START + 30 * 60),
  to: formatSeconds(START + 31 * 60),
};

let story: Told[];
let segments: SegmentInfo[];

beforeAll(async () => {
  story = await tell(signer, 6);
  const { files } = await archiveOf(story, signer);
  const entries = [...files].filter(([name]) => name.endsWith('.json')).map(([, bytes]) => decodeEntry(bytes));
  segments = entries.flatMap((entry) => (entry.kind === 'read' ? entry.segments : []));
});

const doomed = ({ name, sha256, records, retainUntil }: SegmentInfo): DoomedSegment => {
  return { name, sha256, records, retainUntil };
};
const meant = (list: readonly DoomedSegment[], at = LATER): Told => {
  return { kind: 'raw', at, body: { kind: 'delete', delete: { segments: list } } };
};
const done = (list: readonly DoomedSegment[], at = LATER + 60): Told => {
  return { kind: 'raw', at, body: { kind: 'deleted', deleted: { segments: list } } };
};
const held: Told = { kind: 'raw', at: LATER - 60, body: { kind: 'hold', hold: HOLD } };
const released: Told = { kind: 'raw', at: LATER - 30, body: { kind: 'release', release: HOLD } };

/** What a verifier says of the archive with these entries more, and these files less. */
async function judged(more: readonly Told[], gone: readonly string[]) {
  const { files } = await archiveOf([...story, ...more], signer, 1000);
  for (const name of gone) files.delete(name);
  const report = await verify(filesOf(files), { keys: [fingerprint(signer.spki)] });
  return { report, found: report.findings.map(({ severity, code }) => `${severity} ${code}`) };
}

describe('a segment that is absent', () => {
  it('was deleted, where entries say so', async () => {
    const [first] = segments as [SegmentInfo];
    const { report, found } = await judged([meant([doomed(first)]), done([doomed(first)])], [first.name]);
    expect([report.verdict, found]).toEqual(['proved', []]);
    expect(report.ledgers[0]?.segments).toMatchObject({
      named: segments.length,
      deleted: 1,
      checked: segments.length - 1,
    });
    expect(wordsOf(report)).toContain('1 were deleted after their retention, as the ledger proves');
    expect(report.ledgers[0]?.coverage?.spans[0]).toMatchObject({ state: 'deleted', deleted: { segments: 1 } });
  });

  it('is being deleted, where an entry means it and none confirms it', async () => {
    const [first] = segments as [SegmentInfo];
    const { report, found } = await judged([meant([doomed(first)])], [first.name]);
    expect([report.verdict, found]).toEqual(['proved', ['warning deletion-unfinished']]);
  });

  it('is missing, whatever becomes of others', async () => {
    const [first, second] = segments as [SegmentInfo, SegmentInfo];
    const { found } = await judged([meant([doomed(first)]), done([doomed(first)])], [first.name, second.name]);
    expect(found).toEqual(['error segment-missing']);
  });

  it.each<[string, (segment: SegmentInfo) => Told[], string[]]>([
    [
      'under a hold',
      (first) => [held, meant([doomed(first)]), done([doomed(first)])],
      ['error deletion-held', 'error deletion-unmeant'],
    ],
    [
      'with another hash',
      (first) => [
        meant([
          {
            ...doomed(first),
            sha256: first.sha256.replace(/.$/, 'x').replace('x', first.sha256.endsWith('0') ? '1' : '0'),
          },
        ]),
      ],
      ['error deletion-differs'],
    ],
    [
      'with another count',
      (first) => [meant([{ ...doomed(first), records: first.records + 1 }])],
      ['error deletion-differs'],
    ],
    [
      'with a retention that ended before',
      (first) => [meant([{ ...doomed(first), retainUntil: formatSeconds(START) }])],
      ['error deletion-differs'],
    ],
    [
      'as one that no entry names',
      (first) => [meant([{ ...doomed(first), records: null, orphan: true }])],
      ['error deletion-differs'],
    ],
    ['without having meant it', (first) => [done([doomed(first)])], ['error deletion-unmeant']],
  ])('is missing where it was deleted %s', async (_how, entries, expected) => {
    const [first] = segments as [SegmentInfo];
    const { report, found } = await judged(entries(first), [first.name]);
    expect([report.verdict, found]).toEqual(['broken', [...expected, 'error segment-missing']]);
  });

  it('may be one that was held, once that is released', async () => {
    const [first] = segments as [SegmentInfo];
    const { found } = await judged([held, released, meant([doomed(first)]), done([doomed(first)])], [first.name]);
    expect(found).toEqual([]);
  });
});

describe('a segment that is there', () => {
  it('though entries say that it is deleted is a finding of its own', async () => {
    const [first] = segments as [SegmentInfo];
    const { report, found } = await judged([meant([doomed(first)]), done([doomed(first)])], []);
    expect([report.verdict, found]).toEqual(['proved', ['warning segment-not-deleted']]);
  });

  it('and is only meant to be deleted is as any other', async () => {
    const [first] = segments as [SegmentInfo];
    expect((await judged([meant([doomed(first)])], [])).found).toEqual([]);
  });

  it('is not deleted twice, nor one that was never there', async () => {
    const [first] = segments as [SegmentInfo];
    const stranger = { ...doomed(first), name: first.name.replace(/\/\d{12}-/, '/000000000000-') };
    const { found } = await judged([meant([doomed(first)]), meant([doomed(first)]), meant([stranger])], []);
    expect(found).toEqual(['error deletion-differs', 'error deletion-differs']);
  });
});

describe('holds', () => {
  it('that are placed twice, or released without having been placed, are odd and break nothing', async () => {
    const { report, found } = await judged([held, held, released, released], []);
    expect([report.verdict, found]).toEqual(['proved', ['warning hold-twice', 'warning release-unknown']]);
  });

  it('flag what they concern in the coverage of the report, and in its words', async () => {
    const { report } = await judged([held], []);
    const flags = report.ledgers[0]?.coverage?.spans.map((span) => span.held);
    expect(flags?.slice(0, 2)).toEqual([true, undefined]);
    expect(wordsOf(report)).toMatch(/, held/);
  });
});
