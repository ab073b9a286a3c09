/** What somebody without the key can do to an evidence bundle: change its files, and make anew all that nothing signs. */
import { hash } from 'node:crypto';
import {
  COVERAGE_FILE,
  EVIDENCE_FILE,
  type Evidence,
  jsonFile,
  LEAVES_FILE,
  MANIFEST_FILE,
  manifestLine,
  UNPROVED_FILES,
} from '../../shared/archive/evidenceFiles.ts';
import { leafHash } from '../../shared/archive/merkle.ts';
import { verify } from '../../shared/archive/verify.ts';
import { type Files, filesOf } from './signedArchive.ts';

const SEQ = /\/(\d{12})\.json$/;

/** What a bundle says it is about. */
export function aboutOf(files: Files): Evidence {
  return JSON.parse(String(files.get(EVIDENCE_FILE))) as Evidence;
}

/** The same bundle, said to be about something else. */
export function saying(files: Files, lie: Partial<Evidence>): Files {
  return new Map([...files, [EVIDENCE_FILE, jsonFile({ ...aboutOf(files), ...lie })]]);
}

/** With the manifest that fits the files. */
export function listedAnew(files: Files): Files {
  const lines = [...files]
    .filter(([name]) => !UNPROVED_FILES.has(name))
    .map(([name, bytes]) => manifestLine(name, hash('sha256', bytes)));
  return new Map([...files, [MANIFEST_FILE, Buffer.from(lines.sort().join(''))]]);
}

/** With the coverage statement and the manifest that fit the files: all that nothing signs. */
export async function madeAnew(files: Files): Promise<Files> {
  const { ledgers } = await verify(filesOf(listedAnew(files)));
  const coverage = ledgers[0]?.coverage;
  return listedAnew(coverage ? new Map([...files, [COVERAGE_FILE, jsonFile(coverage)]]) : files);
}

/** The numbers of the entries that a bundle holds, ascending. */
export function seqsIn(files: Files): number[] {
  return [...files.keys()].flatMap((name) => SEQ.exec(name)?.[1] ?? []).map(Number);
}

/** The bytes of an entry that a bundle holds. */
export function entryIn(files: Files, seq: number): Buffer {
  return files.get(entryNameIn(files, seq)) as Buffer;
}

/** The bundle that begins at a later entry: those before are there as hashes, and what they name is not there. */
export function beginningAt(files: Files, first: number): Files {
  const forged = saying(files, { first });
  const hidden = seqsIn(files).filter((seq) => seq >= aboutOf(files).first && seq < first);
  forged.set(
    LEAVES_FILE,
    Buffer.concat([files.get(LEAVES_FILE) ?? Buffer.alloc(0), ...hidden.map((seq) => leafHash(entryIn(files, seq)))]),
  );
  for (const seq of hidden) {
    const { kind, segments = [] } = JSON.parse(String(entryIn(files, seq))) as Told;
    for (const { name } of segments) forged.delete(name);
    if (!['key', 'config', 'hold', 'release'].includes(kind)) forged.delete(entryNameIn(files, seq));
  }
  return forged;
}

interface Told {
  readonly kind: string;
  readonly segments?: readonly { readonly name: string }[];
}

/** The name of an entry that a bundle holds. */
export function entryNameIn(files: Files, seq: number): string {
  const end = `/${String(seq).padStart(12, '0')}.json`;
  const name = [...files.keys()].find((each) => each.endsWith(end));
  if (name === undefined) throw new Error(`the bundle has no entry ${seq}`);
  return name;
}

/** The leaf hashes of all entries of a bundle. */
export function leavesOf(files: Files): Buffer {
  const { first } = aboutOf(files);
  const run = seqsIn(files).filter((seq) => seq >= first);
  return Buffer.concat([files.get(LEAVES_FILE) ?? Buffer.alloc(0), ...run.map((seq) => leafHash(entryIn(files, seq)))]);
}
