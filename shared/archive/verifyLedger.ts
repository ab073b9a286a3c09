/** One ledger: signature, then the root over raw bytes, then what the entries say. */
import { LATE_SECONDS } from './coverage.ts';
import type { CoverageFold } from './coverageFold.ts';
import { coverageStatement } from './coverageStatement.ts';
import { owedSpan } from './ledgerState.ts';
import { parseSeconds } from './time.ts';
import { type Head, openHeads } from './verifyCheckpoints.ts';
import { type ContentScope, readContents } from './verifyContents.ts';
import { type HashedEntries, hashEntries } from './verifyEntries.ts';
import type { Inspection } from './verifyInspection.ts';
import { trustedKeys } from './verifyKeys.ts';
import type { LedgerFiles } from './verifyNames.ts';
import type { CheckpointReport, Claim, CoverageStatement, LedgerReport, VerifyOptions } from './verifyTypes.ts';
import type { Window } from './window.ts';

export interface LedgerScope extends Omit<ContentScope, 'size' | 'isNewest'> {
  /** Public keys found in files. */
  readonly keys: readonly Buffer[];
  readonly kept: NonNullable<VerifyOptions['kept']>;
  /** Leaf hashes of the entries before those at hand. */
  readonly before: Buffer;
}

/** A ledger whose entries are tied to a checkpoint. */
export interface VerifiedLedger {
  readonly report: LedgerReport;
  readonly hashed: HashedEntries;
  /** `undefined` where no checkpoint holds: then nothing was parsed. */
  readonly fold: CoverageFold | undefined;
}

/** The settling time that is in force where nothing else is set, and what is late beyond it. */
const USUAL_OVERDUE = 900 + LATE_SECONDS;

export async function verifyLedger(
  inspection: Inspection,
  files: LedgerFiles,
  scope: LedgerScope,
  options: VerifyOptions,
): Promise<VerifiedLedger> {
  const errors = inspection.errors;
  const hashed = await hashEntries(inspection, files, scope.before);
  const keys = [...scope.keys, ...hashed.announced.map(({ key }) => Buffer.from(key.spki, 'base64'))];
  const heads = await openHeads(inspection, files, hashed, keys, scope.kept);
  const head = heads.at(-1);
  if (files.sizes.length === 0) {
    inspection.error(
      'checkpoint-missing',
      `ledger/${files.log}/checkpoints`,
      'has no checkpoint: nothing vouches for the ledger',
    );
  }
  if (!head) return { report: unauthenticated(files, hashed, scope), hashed, fold: undefined };
  const outside = vouchers(inspection, head, heads, keys, hashed, options);
  const isNewest = head.size >= (files.sizes.at(-1) ?? 0);
  const { fold, segments } = await readContents(inspection, files, hashed, { ...scope, size: head.size, isNewest });
  const isBroken = inspection.errors > errors;
  const report: LedgerReport = {
    log: files.log,
    verdict: isBroken ? 'broken' : outside.length > 0 ? 'proved' : 'self-consistent',
    claim: claimOf(scope),
    outside,
    checkpoint: checkpointReport(head, fold),
    first: hashed.first,
    beginning: hashed.first > 0 ? 'open' : 'whole',
    entries: Math.max(0, head.size - hashed.first),
    unsigned: files.seqs.filter((seq) => seq >= head.size).length,
    segments,
    records: 0,
    recordIds: [],
    askedIds: null,
    overdueSeconds: options.overdueSeconds ?? USUAL_OVERDUE,
    coverage: coverageOf(fold, hashed.first, scope.window, options) ?? null,
  };
  return { report, hashed, fold };
}

/** No checkpoint holds: what the entries say is not looked at. */
function unauthenticated(files: LedgerFiles, hashed: HashedEntries, scope: LedgerScope): LedgerReport {
  const { depth } = scope;
  return {
    log: files.log,
    verdict: 'broken',
    claim: claimOf(scope),
    outside: [],
    checkpoint: null,
    first: hashed.first,
    beginning: hashed.first > 0 ? 'open' : 'whole',
    entries: 0,
    unsigned: files.seqs.length,
    segments: { named: 0, checked: 0, deleted: 0, depth, bytes: 0, records: 0 },
    records: 0,
    recordIds: [],
    askedIds: null,
    overdueSeconds: USUAL_OVERDUE,
    coverage: null,
  };
}

function claimOf({ segmentsExpected, depth }: LedgerScope): Claim {
  if (!segmentsExpected) return 'records';
  return depth === 'none' ? 'entries' : 'range';
}

/** The coverage of a range; by default of all that the archive owes, judged at its newest entry. */
export function coverageOf(
  fold: CoverageFold,
  first: number,
  window: Window | undefined,
  { since, until, now: asked, overdueSeconds = USUAL_OVERDUE }: VerifyOptions,
): CoverageStatement | undefined {
  const newest = parseSeconds(fold.ledger.time ?? '');
  const now = asked ?? newest;
  if (now === undefined) return undefined;
  const owed = owedSpan(fold.ledger);
  const from = since ?? window?.from ?? owed?.from ?? now;
  const to = until ?? window?.to ?? Math.max(owed?.to ?? now, now);
  if (from >= to) return undefined;
  // Entries before the first at hand began the archive before what this one reads.
  const began = first > 0 ? from : undefined;
  return coverageStatement(fold, { from, to }, { now, overdue: overdueSeconds, began });
}

/** What vouches from outside for the newest checkpoint; a finding where something should and does not. */
function vouchers(
  inspection: Inspection,
  head: Head,
  heads: readonly Head[],
  keys: readonly Buffer[],
  { announced }: HashedEntries,
  { keys: given = [] }: VerifyOptions,
): LedgerReport['outside'] {
  const held = heads.filter(({ isKept }) => isKept);
  if (given.length === 0 && held.length === 0) return [];
  const byKey = trustedKeys(given, keys, announced);
  const byAll = trustedKeys([...given, ...held.flatMap(({ signers }) => signers)], keys, announced);
  const isTrusted = (trusted: ReadonlySet<string>) => head.signers.some((sha256) => trusted.has(sha256));
  if (!isTrusted(byAll)) {
    const words = `is signed by ${head.signers.join(', ')}: not a key that was given, and none that is trusted vouches for it`;
    inspection.error('key-unknown', head.file, words);
    return [];
  }
  return [...(isTrusted(byKey) ? (['key'] as const) : []), ...(held.length > 0 ? (['checkpoint'] as const) : [])];
}

function checkpointReport({ file, size, root, signers }: Head, fold: CoverageFold): CheckpointReport {
  return { file, size, root: root.toString('hex'), signedBy: signers, time: fold.ledger.time ?? null };
}
