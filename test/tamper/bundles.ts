/**
 * What can be done to an evidence bundle by somebody who has no key and makes anew all that nothing signs: the manifest,
 * the coverage statement, what the bundle says of itself. One row for each kind.
 *
 * A change is found, and named by one of some codes; or what is left is a smaller claim, as true as the one before, and
 * then the report says how much smaller.
 */
import { hash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { signCheckpoint } from '../../shared/archive/checkpoint.ts';
import { fingerprint } from '../../shared/archive/ecdsa.ts';
import { rootOf } from '../../shared/archive/merkle.ts';
import { publicKeyFile } from '../../shared/archive/publicKeyFile.ts';
import { formatSeconds } from '../../shared/archive/time.ts';
import type { LedgerReport } from '../../shared/archive/verifyTypes.ts';
import {
  aboutOf,
  beginningAt,
  entryIn,
  entryNameIn,
  leavesOf,
  listedAnew,
  madeAnew,
  saying,
  seqsIn,
} from '../support/forgery.ts';
import type { Files } from '../support/signedArchive.ts';
import { type BundleBench, IDS, RANGE } from './bundleBench.ts';

/** What is left of a bundle, and what has to be said of it. */
export interface Forged {
  readonly files: Files;
  /** The verifier is given the key, and no checkpoint. */
  readonly onlyKey?: true;
  /** One of these is found. */
  readonly codes?: readonly string[];
  /** Or nothing is wrong, and this is what the report says. */
  readonly says?: (ledger: LedgerReport) => boolean;
}

type Forge = (bench: BundleBench, random: () => number) => Forged | Promise<Forged>;

const HOUR = 3600;
const isSegment = (name: string) => name.endsWith('.gz');
const isLine = (name: string) => /^records\/\d{8}\.json$/.test(name);
const isCheckpoint = (name: string) => name.includes('/checkpoints/');

export const BUNDLE_KINDS: Readonly<Record<string, Forge>> = {
  'begin a bundle at a later entry': async ({ segments }, random) => {
    const { first } = aboutOf(segments);
    const later = seqsIn(segments).filter((seq) => seq > first);
    return { files: await madeAnew(beginningAt(segments, pick(random, later))), codes: ['evidence-incomplete'] };
  },
  'begin a bundle of records at a later entry': async ({ records }, random) => {
    const later = seqsIn(records).filter((seq) => seq > aboutOf(records).first);
    return { files: await madeAnew(beginningAt(records, pick(random, later))), codes: ['evidence-incomplete'] };
  },
  'begin a bundle beyond its checkpoint': async ({ segments }) => {
    const files = beginningAt(segments, (seqsIn(segments).at(-1) as number) + 1);
    return { files: await madeAnew(files), codes: ['evidence-incomplete'] };
  },
  'begin a bundle at an earlier entry': async ({ segments }, random) => {
    const first = Math.floor(random() * aboutOf(segments).first);
    const leaves = (segments.get('leaves.bin') as Buffer).subarray(0, first * 32);
    const files = new Map([...saying(segments, { first }), ['leaves.bin', leaves] as const]);
    return { files: await madeAnew(files), codes: ['entry-missing', 'file-missing'] };
  },
  'say that segments are records': async ({ segments }) => ({
    files: await madeAnew(without(saying(segments, { holds: 'records' }), isSegment)),
    codes: ['record-missing'],
  }),
  'say that records are segments': async ({ records }) => ({
    files: await madeAnew(saying(records, { holds: 'segments' })),
    codes: ['segment-missing'],
  }),
  'shorten the range': async ({ segments }, random) => {
    const range = {
      from: formatSeconds(RANGE.from + HOUR * Math.floor(random() * 8)),
      to: formatSeconds(RANGE.to - HOUR * (1 + Math.floor(random() * 8))),
    };
    const isOutside = (name: string) => isSegment(name) && (hourOf(name) < range.from || hourOf(name) >= range.to);
    return {
      files: await madeAnew(without(saying(segments, range), isOutside)),
      says: ({ coverage }) => coverage?.from === range.from && coverage.to === range.to,
    };
  },
  'shorten the range and leave its segments': async ({ segments }) => ({
    files: await madeAnew(saying(segments, { to: formatSeconds(RANGE.from + HOUR) })),
    codes: ['segment-added'],
  }),
  'begin the range earlier': async ({ segments }, random) => ({
    files: await madeAnew(
      saying(segments, { from: formatSeconds(RANGE.from - HOUR * (24 + Math.floor(random() * 99))) }),
    ),
    codes: ['evidence-incomplete'],
  }),
  'end the range later': async ({ segments }) => ({
    files: await madeAnew(saying(segments, { to: formatSeconds(RANGE.to + 24 * HOUR) })),
    codes: ['segment-missing'],
  }),
  'be patient with what was not read': async ({ segments }, random) => {
    const overdueSeconds = 8101 + Math.floor(random() * 80_000);
    return {
      files: await madeAnew(saying(segments, { overdueSeconds })),
      says: (ledger) => ledger.overdueSeconds === overdueSeconds,
    };
  },
  'be patient for ever': async ({ segments }) => ({
    files: await madeAnew(saying(segments, { overdueSeconds: 1e9 })),
    codes: ['evidence-form'],
  }),
  'leave out a setting or a hold': async ({ segments }, random) => {
    const { first } = aboutOf(segments);
    const isOther = (seq: number) => !String(entryIn(segments, seq)).includes('"kind":"key"');
    const seq = pick(
      random,
      seqsIn(segments).filter((each) => each < first && isOther(each)),
    );
    const files = without(segments, (name) => name === entryNameIn(segments, seq));
    // The words of every bundle that does not hold the whole ledger say so.
    return { files: await madeAnew(files), says: (ledger) => ledger.first > 0 };
  },
  'leave out the keys': async ({ segments }) => ({
    files: await madeAnew(
      without(segments, (name) => name.startsWith('keys/') || String(segments.get(name)).includes('"kind":"key"')),
    ),
    codes: ['checkpoint-signature'],
  }),
  'leave out a record': async ({ records }, random) => {
    const stem = pick(random, namesOf(records, isLine)).slice(0, -'json'.length);
    return { files: await madeAnew(without(records, (name) => name.startsWith(stem))), codes: ['record-missing'] };
  },
  'leave out a record and that it was asked for': async ({ records }, random) => {
    const name = pick(random, namesOf(records, isLine));
    const { id } = JSON.parse(String(records.get(name))) as { id: string };
    const left = without(records, (each) => each.startsWith(name.slice(0, -'json'.length)));
    return {
      files: await madeAnew(saying(left, { ids: IDS.filter((each) => each !== id) })),
      says: ({ recordIds, askedIds }) => recordIds.length === 2 && askedIds?.length === 2 && !recordIds.includes(id),
    };
  },
  'leave out a line or its proof': async ({ records }, random) => {
    const name = pick(
      random,
      namesOf(records, (each) => each.startsWith('records/')),
    );
    return { files: await madeAnew(without(records, (each) => each === name)), codes: ['record-unproved'] };
  },
  'put a record twice': async ({ records }) => {
    const twice = ['json', 'proof'].map((end) => {
      return [`records/00000009.${end}`, records.get(`records/00000001.${end}`) as Buffer] as const;
    });
    return { files: await madeAnew(new Map([...records, ...twice])), codes: ['record-unproved'] };
  },
  'swap two records': async ({ records }) => ({
    files: await madeAnew(swapped(records, 'records/00000001.json', 'records/00000002.json')),
    codes: ['record-unproved'],
  }),
  'alter a record': async ({ records }, random) => {
    const name = pick(random, namesOf(records, isLine));
    return { files: await madeAnew(altered(records, name, random)), codes: ['record-unproved'] };
  },
  'alter the proof of a record': async ({ records }, random) => {
    const name = pick(
      random,
      namesOf(records, (each) => each.endsWith('.proof')),
    );
    return { files: await madeAnew(altered(records, name, random)), codes: ['record-unproved'] };
  },
  'compress a segment of a bundle again': async ({ segments }, random) => {
    const name = pick(random, namesOf(segments, isSegment));
    const again = gzipSync(gunzipSync(segments.get(name) as Buffer));
    return { files: await madeAnew(new Map([...segments, [name, again]])), codes: ['segment-altered'] };
  },
  'swap two segments': async ({ segments }, random) => {
    const names = namesOf(segments, isSegment);
    const at = 1 + Math.floor(random() * (names.length - 1));
    return {
      files: await madeAnew(swapped(segments, names[at - 1] as string, names[at] as string)),
      codes: ['segment-altered'],
    };
  },
  'remove a segment of a bundle': async ({ segments }, random) => {
    const gone = pick(random, namesOf(segments, isSegment));
    return { files: await madeAnew(without(segments, (name) => name === gone)), codes: ['segment-missing'] };
  },
  'add a segment to a bundle': async ({ segments }, random) => {
    const bytes = gzipSync(`{"id":"forged ${random()}"}\n`);
    const like = pick(random, namesOf(segments, isSegment));
    const name = like.replace(/[0-9a-f]{16}\.jsonl/, `${hash('sha256', bytes).slice(0, 16)}.jsonl`);
    return { files: await madeAnew(new Map([...segments, [name, bytes]])), codes: ['segment-added'] };
  },
  'add an altered segment of another hour': async ({ segments }) => {
    const named = seqsIn(segments).flatMap((seq) => segmentsIn(entryIn(segments, seq)));
    const name = named.find((each) => !segments.has(each)) as string;
    const bytes = gzipSync('{"id":"forged"}\n');
    return { files: await madeAnew(new Map([...segments, [name, bytes]])), codes: ['segment-added'] };
  },
  'add a file to a bundle': async ({ records }, random) => {
    const name = pick(random, [
      'records/4.json',
      'records/note.txt',
      'keys/other.pem',
      'ledger/x',
      'page.html',
      'leaves',
    ]);
    return { files: await madeAnew(new Map([...records, [name, Buffer.from('{}\n')]])), codes: ['file-added'] };
  },
  'add another ledger to a bundle': async ({ segments }, random) => {
    const like = pick(
      random,
      namesOf(segments, (name) => isSegment(name) || name.startsWith('ledger/')),
    );
    const name = like.replace('directoryAudits', 'provisioning');
    const files = new Map([...segments, [name, segments.get(like) as Buffer]]);
    return { files: await madeAnew(files), codes: ['file-added'] };
  },
  'flip a bit in a bundle': async ({ segments }, random) => {
    const name = pick(
      random,
      namesOf(segments, (each) => isSegment(each) || isCheckpoint(each) || each.startsWith('keys/')),
    );
    const codes = ['segment-altered', 'checkpoint-signature', 'key-file'];
    return { files: await madeAnew(altered(segments, name, random)), codes };
  },
  'alter an entry of a bundle': async ({ segments }, random) => {
    const name = entryNameIn(segments, pick(random, seqsIn(segments)));
    return {
      files: await madeAnew(altered(segments, name, random)),
      codes: ['root', 'entry-altered', 'checkpoint-signature'],
    };
  },
  'remove an entry of a bundle': async ({ segments }, random) => {
    const { first } = aboutOf(segments);
    const gone = entryNameIn(
      segments,
      pick(
        random,
        seqsIn(segments).filter((seq) => seq >= first),
      ),
    );
    return { files: await madeAnew(without(segments, (name) => name === gone)), codes: ['entry-missing'] };
  },
  'cut off the last entries of a bundle': async ({ segments }, random) => {
    const { first } = aboutOf(segments);
    const seq = pick(
      random,
      seqsIn(segments).filter((each) => each > first),
    );
    const isGone = (name: string) => /\/\d{12}\.json$/.test(name) && Number(name.slice(-17, -5)) >= seq;
    return { files: await madeAnew(without(segments, isGone)), codes: ['entry-missing'] };
  },
  'alter the hashes before': async ({ segments }, random) => ({
    files: await madeAnew(altered(segments, 'leaves.bin', random)),
    codes: ['root', 'entry-altered'],
  }),
  'say something else of coverage': async ({ segments }) => {
    const lie = String(segments.get('coverage.json')).replaceAll('provisional', 'settled');
    const files = await madeAnew(segments);
    files.set('coverage.json', Buffer.from(lie));
    return { files: listedAnew(files), codes: ['coverage-differs'] };
  },
  'sign a bundle with another key': async ({ segments, other }) => {
    const name = namesOf(segments, isCheckpoint)[0] as string;
    const { log } = aboutOf(segments);
    const leaves = leavesOf(segments);
    const note = await signCheckpoint({ log, size: leaves.length / 32, root: rootOf(leaves) }, [other]);
    const key = [`keys/${fingerprint(other.spki)}.pem`, Buffer.from(publicKeyFile(other.spki))] as const;
    return { files: await madeAnew(new Map([...segments, [name, note], key])), onlyKey: true, codes: ['key-unknown'] };
  },
  'hand out an older bundle': ({ older }) => ({ files: new Map(older), codes: ['rolled-back'] }),
};

function without(files: Files, isGone: (name: string) => boolean): Files {
  return new Map([...files].filter(([name]) => !isGone(name)));
}

function swapped(files: Files, a: string, b: string): Files {
  return new Map([...files, [a, files.get(b) as Buffer], [b, files.get(a) as Buffer]]);
}

function altered(files: Files, name: string, random: () => number): Files {
  const bytes = files.get(name) as Buffer;
  const at = Math.floor(random() * bytes.length);
  return new Map([
    ...files,
    [name, Buffer.from(bytes.with(at, (bytes[at] as number) ^ (1 << Math.floor(random() * 8))))],
  ]);
}

function segmentsIn(entry: Buffer): string[] {
  const { segments = [] } = JSON.parse(String(entry)) as { segments?: { name: string }[] };
  return segments.map(({ name }) => name);
}

function hourOf(name: string): string {
  const [, date, hour] = /date=([\d-]+)\/hour=(\d\d)/.exec(name) ?? [];
  return `${date}T${hour}:00:00Z`;
}

function namesOf(files: Files, which: (name: string) => boolean): string[] {
  return [...files.keys()].filter(which).sort();
}

function pick<T>(random: () => number, of: readonly T[]): T {
  return of[Math.floor(random() * of.length)] as T;
}
