/**
 * What can be done to a signed archive by who does not want it to be believed rightly: one row for each kind.
 *
 * Every kind changes something that must be noticed by somebody who knows the key; those of an insider who has the key, and
 * roll-backs, by somebody who kept a checkpoint.
 */

import { hash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { signCheckpoint } from '../../shared/archive/checkpoint.ts';
import { leafHash, rootOf } from '../../shared/archive/merkle.ts';
import type { Signer } from '../../shared/archive/note.ts';
import { type Archive, type Files, LOG, type Told } from '../support/signedArchive.ts';
import { done, expiredArchive, isHeld, meant, segmentsOf } from './expired.ts';

/** What a mutation has at hand. */
export interface Bench {
  readonly archive: Archive;
  readonly signer: Signer;
  /** Another archive of the same story, under another key. */
  readonly forged: Archive;
  readonly other: Signer;
  /** A number in [0, 1). */
  readonly random: () => number;
}

export interface Mutated {
  readonly files: Files;
  /** A file that a finding must name. */
  readonly named?: string;
  /** The verifier is given a checkpoint that was kept, by its name in the untouched archive. */
  readonly kept?: string;
  /** It is a warning, and breaks nothing. */
  readonly isWarning?: true;
}

type Mutate = (bench: Bench) => Mutated | Promise<Mutated>;

const isEntry = (name: string) => name.endsWith('.json');
const isSegment = (name: string) => name.endsWith('.gz');
const isCheckpoint = (name: string) => name.includes('/checkpoints/');

export const KINDS: Readonly<Record<string, Mutate>> = {
  'flip a bit': (bench) =>
    inOneFile(
      bench,
      () => true,
      (bytes) => {
        const at = below(bench, bytes.length);
        return bytes.with(at, (bytes[at] as number) ^ (1 << below(bench, 8)));
      },
    ),
  'overwrite some bytes': (bench) =>
    inOneFile(
      bench,
      () => true,
      (bytes) => {
        const at = below(bench, bytes.length);
        return Buffer.concat([bytes.subarray(0, at), noise(bench, 16), bytes.subarray(at + 16)]);
      },
    ),
  truncate: (bench) =>
    inOneFile(
      bench,
      () => true,
      (bytes) => bytes.subarray(0, below(bench, bytes.length)),
    ),
  'insert bytes': (bench) =>
    inOneFile(
      bench,
      () => true,
      (bytes) => {
        const at = below(bench, bytes.length);
        return Buffer.concat([bytes.subarray(0, at), noise(bench, 1 + below(bench, 9)), bytes.subarray(at)]);
      },
    ),
  'append bytes': (bench) =>
    inOneFile(
      bench,
      () => true,
      (bytes) => Buffer.concat([bytes, noise(bench, 1 + below(bench, 9))]),
    ),
  'append after the last signature line': (bench) =>
    inOneFile(bench, isCheckpoint, (bytes) => {
      const line = bytes.subarray(bytes.lastIndexOf('\n\n') + 2);
      const tails = [
        Buffer.from('\n'),
        Buffer.from(' '),
        line,
        line.subarray(0, -1),
        noise(bench, 40),
        Buffer.from('— x y\n'),
      ];
      return Buffer.concat([bytes, pick(bench, tails)]);
    }),
  'change the text of a checkpoint': (bench) =>
    inOneFile(bench, isCheckpoint, (bytes) => {
      const [origin, size = '', root = '', ...rest] = bytes.toString().split('\n');
      const lie =
        below(bench, 2) === 0 ? [String(Number(size) - 1), root] : [size, noise(bench, 32).toString('base64')];
      return Buffer.from([origin, ...lie, ...rest].join('\n'));
    }),
  'remove an entry': (bench) => removed(bench, isEntry, 1),
  'remove two adjacent entries': (bench) => removed(bench, isEntry, 2),
  'remove the last entries': (bench) => removedTail(bench, isEntry),
  'remove a segment': (bench) => removed(bench, isSegment, 1),
  'remove two adjacent segments': (bench) => removed(bench, isSegment, 2),
  'remove the last segments': (bench) => removedTail(bench, isSegment),
  'remove all checkpoints': ({ archive }) => ({
    files: without(archive.files, archive.checkpoints),
    named: `ledger/${LOG}/checkpoints`,
  }),
  'leave out the one sweep that found rows': leaveOutSweep,
  'swap two files': swapped,
  'put a segment under another name': (bench) => {
    const name = pick(bench, namesOf(bench.archive.files, isSegment));
    const files = without(bench.archive.files, [name]);
    const digits = noise(bench, 8).toString('hex');
    files.set(name.replace(/[0-9a-f]{16}\.jsonl/, `${digits}.jsonl`), bench.archive.files.get(name) as Buffer);
    return { files, named: name };
  },
  'forge an extra segment': (bench) => {
    const bytes = gzipSync(noise(bench, 100));
    const like = pick(bench, namesOf(bench.archive.files, isSegment));
    const name = like.replace(/[0-9a-f]{16}\.jsonl/, `${hash('sha256', bytes).slice(0, 16)}.jsonl`);
    return { files: new Map([...bench.archive.files, [name, bytes]]), named: name, isWarning: true };
  },
  'compress the same content again': (bench) =>
    inOneFile(bench, isSegment, (bytes) => gzipSync(gunzipSync(bytes), { level: 1 + below(bench, 9) })),
  'repeat an entry': repeated,
  'sign with another key': otherKey,
  'make all of it anew with another key': ({ forged }) => ({
    files: new Map(forged.files),
    named: forged.checkpoints.at(-1) as string,
  }),
  'roll back to an older checkpoint': rolledBack,
  'roll back with the key': async (bench) => {
    const { story } = bench.archive;
    const length = story.length - 1 - below(bench, story.length - 5);
    return {
      ...(await asInsider(bench, story.slice(0, length), 'kept')),
      kept: bench.archive.checkpoints.at(-1) as string,
    };
  },
  'leave out a window with the key': (bench) => {
    const { story } = bench.archive;
    const kept = pick(bench, bench.archive.checkpoints);
    const at = below(bench, Number(kept.slice(-12)));
    return insider(bench, story.toSpliced(at, 1), kept);
  },
  'alter an entry with the key': (bench) => {
    const kept = pick(bench, bench.archive.checkpoints);
    const at = below(bench, Number(kept.slice(-12)));
    const told = bench.archive.story[at] as Told;
    return insider(bench, bench.archive.story.with(at, { ...told, at: told.at + 1 }), kept);
  },
  'delete under a hold with the key': (bench) => {
    const segment = pick(bench, segmentsOf(bench.archive).filter(isHeld));
    return asInsider(bench, [...bench.archive.story, meant(segment), done(segment)], segment.name);
  },
  'delete without having meant it with the key': (bench) => {
    const segment = pick(bench, lasting(bench.archive));
    return asInsider(bench, [...bench.archive.story, done(segment)], segment.name);
  },
  'delete by another hash or count with the key': (bench) => {
    const segment = pick(bench, lasting(bench.archive));
    const otherHash = segment.sha256.slice(0, 16) + noise(bench, 24).toString('hex');
    const lie = pick(bench, [{ sha256: otherHash }, { records: segment.records + 1 }]);
    const told = { ...segment, ...lie };
    return asInsider(bench, [...bench.archive.story, meant(told), done(told)], segment.name);
  },
  'keep quiet of a deletion with the key': async (bench) => {
    const gone = segmentsOf(bench.archive).find(({ name }) => !bench.archive.files.has(name));
    const story = bench.archive.story.filter((told) => told.kind !== 'raw');
    const { files } = await asInsider(bench, story);
    return { files: without(files, [gone?.name ?? '']), named: gone?.name ?? '' };
  },
};

/** Those that are there, and that no hold concerns. */
function lasting(archive: Archive) {
  return segmentsOf(archive).filter((segment) => archive.files.has(segment.name) && !isHeld(segment));
}

function insider(bench: Bench, story: readonly Told[], kept: string): Promise<Mutated> {
  return asInsider(bench, story, 'kept').then((made) => ({ ...made, kept }));
}

/** The archive that somebody with the key makes of another story. */
async function asInsider({ signer }: Bench, story: readonly Told[], named?: string): Promise<Mutated> {
  return { files: new Map((await expiredArchive(story, signer)).files), ...(named !== undefined && { named }) };
}

function inOneFile(bench: Bench, which: (name: string) => boolean, change: (bytes: Buffer) => Uint8Array): Mutated {
  const { files } = bench.archive;
  for (;;) {
    const name = pick(bench, namesOf(files, which));
    const before = files.get(name) as Buffer;
    const after = Buffer.from(change(before));
    if (after.equals(before)) continue;
    // An altered entry shows where its successor, or a root over it, does not fit.
    return { files: new Map([...files, [name, after]]), ...(!isEntry(name) && { named: name }) };
  }
}

function removed(bench: Bench, which: (name: string) => boolean, count: number): Mutated {
  const names = namesOf(bench.archive.files, which);
  const at = below(bench, names.length - count + 1);
  return { files: without(bench.archive.files, names.slice(at, at + count)), named: names[at] as string };
}

function removedTail(bench: Bench, which: (name: string) => boolean): Mutated {
  const names = namesOf(bench.archive.files, which);
  const left = below(bench, names.length);
  return { files: without(bench.archive.files, names.slice(left)), named: names[left] as string };
}

/** The entry and its segment are taken out, the later entries move up and are chained anew; nobody can sign that. */
async function leaveOutSweep(bench: Bench): Promise<Mutated> {
  const { archive } = bench;
  const story = archive.story.filter(
    (told) => !(told.kind === 'read' && told.why === 'sweep' && told.segments?.length),
  );
  const made = await expiredArchive(story, bench.other);
  const files = without(made.files, made.checkpoints);
  for (const name of archive.checkpoints) files.set(name, archive.files.get(name) as Buffer);
  return { files };
}

function swapped(bench: Bench): Mutated {
  const { files } = bench.archive;
  for (;;) {
    const names = namesOf(files, pick(bench, [isEntry, isSegment, isCheckpoint]));
    const [a, b] = [pick(bench, names), pick(bench, names)];
    const [first, second] = [files.get(a) as Buffer, files.get(b) as Buffer];
    if (!first.equals(second))
      return { files: new Map([...files, [a, second], [b, first]]), ...(!isEntry(a) && { named: a }) };
  }
}

/** An entry stands twice, and all after it move down by one. */
function repeated(bench: Bench): Mutated {
  const names = namesOf(bench.archive.files, isEntry);
  const at = below(bench, names.length);
  const files = new Map(bench.archive.files);
  for (const [seq, name] of names.entries()) {
    if (seq < at) continue;
    files.set(name.replace(/\d{12}/, String(seq + 1).padStart(12, '0')), bench.archive.files.get(name) as Buffer);
  }
  return { files };
}

/** The newest checkpoint, or all of them, signed by a key that nobody named, over the same entries. */
async function otherKey(bench: Bench): Promise<Mutated> {
  const { archive, other } = bench;
  const files = new Map(archive.files);
  const leaves = namesOf(files, isEntry).map((name) => leafHash(files.get(name) as Buffer));
  const which = below(bench, 2) === 0 ? archive.checkpoints : archive.checkpoints.slice(-1);
  for (const name of which) {
    const size = Number(name.slice(-12));
    const root = rootOf(Buffer.concat(leaves.slice(0, size)));
    files.set(name, await signCheckpoint({ log: LOG, size, root }, [other]));
  }
  return { files, named: archive.checkpoints.at(-1) as string };
}

function rolledBack(bench: Bench): Mutated {
  const { archive } = bench;
  const left = 1 + below(bench, archive.checkpoints.length - 1);
  const size = Number((archive.checkpoints[left - 1] as string).slice(-12));
  const entries = namesOf(archive.files, isEntry).slice(size);
  const files = without(archive.files, [...entries, ...archive.checkpoints.slice(left)]);
  return { files, named: 'kept', kept: pick(bench, archive.checkpoints.slice(left)) };
}

function without(files: Files, names: readonly string[]): Files {
  const gone = new Set(names);
  return new Map([...files].filter(([name]) => !gone.has(name)));
}

function namesOf(files: Files, which: (name: string) => boolean): string[] {
  return [...files.keys()].filter(which).sort();
}

function below({ random }: Pick<Bench, 'random'>, bound: number): number {
  return Math.floor(random() * bound);
}

function pick<T>(bench: Pick<Bench, 'random'>, of: readonly T[]): T {
  return of[below(bench, of.length)] as T;
}

function noise({ random }: Pick<Bench, 'random'>, length: number): Buffer {
  return Buffer.from(Array.from({ length }, () => Math.floor(random() * 256)));
}
