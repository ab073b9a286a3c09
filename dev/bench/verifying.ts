/**
 * The verifier: a year of one log type, 35,000 entries with a checkpoint an hour, from a folder that has no segments; how
 * fast segments are read from a folder and checked, by hash and to the line; and the daily audit of such a ledger.
 */
import { hash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { fingerprint } from '../../shared/archive/ecdsa.ts';
import { fullName, LEDGER_CONTAINER, splitName } from '../../shared/archive/names.ts';
import type { Signer } from '../../shared/archive/note.ts';
import { verify } from '../../shared/archive/verify.ts';
import type { SegmentDepth, SegmentsReport } from '../../shared/archive/verifyTypes.ts';
import { auditLedgers } from '../../shared/audit.ts';
import { applyLedger } from '../../shared/ledger.ts';
import { folderFiles } from '../../shared/verifier/folder.ts';
import { worldOf } from '../../test/support/flowHarness.ts';
import { type Files, LOG_TYPE, newSigner, TENANT } from '../../test/support/signedArchive.ts';
import type { Figure } from './figure.ts';
import { folderOf, segmentsOf, yearOf } from './verifying/archives.ts';

const ENTRIES = 35_000;
/** Each is 3.5 MB, of 44 MB of lines. */
const SEGMENTS = 64;
/** The index in memory takes a time that grows with the square of them. */
const AUDITED = 5000;
const YEARS = 7;
const YEAR = 400 * 86_400;

export async function verifying(): Promise<Figure[]> {
  const signer = newSigner();
  // First, while there is no big heap that the collector would look through for every segment that is read.
  const segments = await ofSegments(signer);
  const year = await ofYear(signer, await yearOf(signer, ENTRIES));
  return [year, ...segments, await ofAudit(await yearOf(signer, AUDITED))];
}

async function ofYear(signer: Signer, year: Files): Promise<Figure> {
  const inLedger = fullName(LEDGER_CONTAINER, '');
  const folder = folderOf([...year].filter(([name]) => name.startsWith(inLedger)));
  const { seconds, named } = await timed(signer, folder, 'none').finally(() => rmSync(folder, { recursive: true }));
  return {
    what: `a year verified without its segments, ${ENTRIES} entries, seconds of CPU`,
    figure: `${seconds.toFixed(1)}, ${named} segments named`,
    reach: '≤ 120',
    ok: seconds <= 120,
  };
}

async function ofSegments(signer: Signer): Promise<Figure[]> {
  const files = await segmentsOf(signer, SEGMENTS);
  const folder = folderOf(files);
  try {
    const inMemory = hashedInMemory(files);
    const hashed = await timed(signer, folder, 'hash');
    const full = await timed(signer, folder, 'full');
    const rate = ({ bytes, seconds }: typeof inMemory) => bytes / seconds / 1e9;
    return [
      {
        what: 'segments hashed in memory, stored GB/s of CPU',
        figure: rate(inMemory).toFixed(2),
        reach: '≥ 1',
        ok: rate(inMemory) >= 1,
      },
      {
        what: 'segments of a folder hashed (--segments hash), stored GB/s of CPU',
        figure: rate(hashed).toFixed(2),
        reach: '',
        ok: true,
      },
      {
        what: 'segments of a folder checked to the line (by default), stored GB/s of CPU',
        figure: `${rate(full).toFixed(3)}, ${Math.round(full.records / full.seconds)} records a second of CPU`,
        reach: '',
        ok: true,
      },
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What the hash alone costs, of every segment once. */
function hashedInMemory(files: Files): { readonly bytes: number; readonly seconds: number } {
  const segments = [...files].filter(([name]) => name.endsWith('.gz')).map(([, bytes]) => bytes);
  const begun = process.cpuUsage();
  for (const bytes of segments) hash('sha256', bytes);
  return { bytes: segments.reduce((sum, { length }) => sum + length, 0), seconds: cpuSeconds(begun) };
}

/** @throws Error unless the folder is proved. */
async function timed(
  signer: Signer,
  folder: string,
  segments: SegmentDepth,
): Promise<SegmentsReport & { seconds: number }> {
  const begun = process.cpuUsage();
  const { verdict, ledgers } = await verify(folderFiles(folder), { keys: [fingerprint(signer.spki)], segments });
  const seconds = cpuSeconds(begun);
  const report = ledgers[0]?.segments;
  if (verdict !== 'proved' || !report) throw new Error(`the archive of the bench is ${verdict}`);
  return { ...report, seconds };
}

/** Of this process since then, reads of the disk's cache with it: what other processes do at the time is not in it. */
function cpuSeconds(begun: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(begun);
  return (user + system) / 1e6;
}

/** The audit reads every entry and every row of the index, and a thirtieth of the segments, here from memory. */
async function ofAudit(files: Files): Promise<Figure> {
  const { world } = worldOf(LOG_TYPE);
  const deps = { ...world.instance(), config: { ...world.config, tenantId: TENANT } };
  for (const [file, bytes] of files) {
    const [container, name] = splitName(file);
    world.stores.containers.get(container)?.set(name, bytes);
  }
  world.advance(YEAR);
  await applyLedger(deps, LOG_TYPE);
  const begun = process.cpuUsage();
  const { segments, mismatches, failed } = await auditLedgers(deps, new AbortController().signal);
  const seconds = cpuSeconds(begun);
  if (mismatches + failed.length > 0) throw new Error(`the audit of the bench found ${mismatches} mismatches`);
  const yearly = (seconds * ENTRIES) / AUDITED;
  return {
    what: `the daily audit of ${ENTRIES} entries, seconds of CPU`,
    figure: `${yearly.toFixed(1)} (${(YEARS * yearly).toFixed(0)} after ${YEARS} years), of ${AUDITED} with ${segments} tiny segments`,
    reach: '',
    ok: true,
  };
}
