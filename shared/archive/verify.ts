/**
 * The verifier: is an archive, or a part of it handed out as evidence, what was once signed?
 *
 * It takes a copied archive folder (its containers as folders) or an evidence bundle, and needs nothing else. The order
 * is what makes it safe with files that anybody may have made: signature, then the root over the raw bytes of the
 * entries, and only then is anything parsed. It never throws, whatever the files are.
 *
 * What it cannot show is what Microsoft Graph never showed (docs/AUDITOR.md).
 */
import { EVIDENCE_FILE, type Evidence } from './evidenceFiles.ts';
import { LAST_SECOND, parseSeconds } from './time.ts';
import { isOf } from './verifyCheckpoints.ts';
import { checkBeginning, checkStatement, openEvidence, openManifest, reportAdded } from './verifyEvidence.ts';
import { Inspection } from './verifyInspection.ts';
import { keysInFiles } from './verifyKeys.ts';
import { coverageOf, verifyLedger } from './verifyLedger.ts';
import { type SortedNames, sortNames } from './verifyNames.ts';
import { checkRecords } from './verifyRecords.ts';
import type { ArchiveFiles, LedgerReport, Verdict, VerifyOptions, VerifyReport } from './verifyTypes.ts';
import type { Window } from './window.ts';

const WORST_FIRST: readonly Verdict[] = ['broken', 'self-consistent', 'proved'];
/** A file that nothing else needed is compared with the manifest up to this size. */
const MOST_OTHER_BYTES = 512 * 1024 * 1024;

/** Verifies everything there is. */
export async function verify(files: ArchiveFiles, options: VerifyOptions = {}): Promise<VerifyReport> {
  const inspection = new Inspection(files);
  let kind: VerifyReport['kind'] = 'archive';
  let ledgers: readonly LedgerReport[] = [];
  try {
    const names = await inspection.names();
    if (names.has(EVIDENCE_FILE)) kind = 'evidence';
    const verifyAll = kind === 'evidence' ? verifyBundle : verifyArchive;
    ledgers = await verifyAll(inspection, names, options);
  } catch (error) {
    const why = error instanceof Error ? error.name : 'something';
    inspection.error('verifier-failed', '.', `could not be verified to the end: ${why}`);
  }
  const { findings, errors, warnings } = inspection;
  return { verdict: overall(ledgers, errors), kind, ledgers, findings, errors, warnings };
}

/** What a process ends with: 0 proved, 1 only self-consistent, 2 broken. */
export function exitCodeOf(verdict: Verdict): 0 | 1 | 2 {
  return ({ proved: 0, 'self-consistent': 1, broken: 2 } as const)[verdict];
}

async function verifyArchive(
  inspection: Inspection,
  names: ReadonlySet<string>,
  options: VerifyOptions,
): Promise<LedgerReport[]> {
  const sorted = sortNames(names);
  reportStrangers(inspection, sorted, options);
  const keys = await keysInFiles(inspection, sorted.others);
  const reports: LedgerReport[] = [];
  for (const files of sorted.ledgers) {
    const scope = {
      keys,
      kept: keptOf(options, files.log),
      before: Buffer.alloc(0),
      window: askedWindow(options),
      depth: options.segments ?? 'full',
      segmentsExpected: true,
      isEvidence: false,
    };
    reports.push((await verifyLedger(inspection, files, scope, options)).report);
  }
  return reports;
}

async function verifyBundle(
  inspection: Inspection,
  names: ReadonlySet<string>,
  options: VerifyOptions,
): Promise<LedgerReport[]> {
  await openManifest(inspection, names);
  const evidence = await openEvidence(inspection);
  const sorted = sortNames(names);
  const files = sorted.ledgers.find(({ log }) => log === evidence?.log);
  if (!evidence || !files) {
    if (evidence) inspection.error('ledger-missing', EVIDENCE_FILE, 'is about a ledger that is not here');
    return [];
  }
  reportAdded(inspection, sorted, evidence);
  reportOtherLedgers(inspection, [files], options);
  const { overdueSeconds } = evidence;
  const window = { from: parseSeconds(evidence.from) ?? 0, to: parseSeconds(evidence.to) ?? 0 };
  const scope = {
    keys: await keysInFiles(inspection, sorted.others),
    kept: keptOf(options, files.log),
    before: evidence.before,
    window,
    depth: options.segments ?? 'full',
    segmentsExpected: evidence.holds === 'segments',
    isEvidence: true,
  };
  const asked = within(inspection, evidence, window, options);
  const { report, hashed, fold } = await verifyLedger(inspection, files, scope, { overdueSeconds, ...asked });
  const computed = fold && coverageOf(fold, hashed.first, window, { overdueSeconds });
  if (computed) await checkStatement(inspection, computed);
  const size = report.checkpoint?.size ?? 0;
  const beginning = fold ? await checkBeginning(inspection, files, hashed, size, window.from) : report.beginning;
  const scopeOfRecords = { files, hashed, size, window, asked: evidence.ids };
  const records = fold ? await checkRecords(inspection, sorted.others, scopeOfRecords) : { count: 0, ids: [] };
  if (report.claim === 'records' && records.count === 0) {
    inspection.error('record-missing', EVIDENCE_FILE, 'is about single records, and holds none that is proved');
  }
  if (report.unsigned > 0) inspection.error('entry-added', files.log, 'has entries after the checkpoint of the bundle');
  await inspection.compareRest(MOST_OTHER_BYTES);
  const isOpen = beginning === 'open' && report.verdict === 'proved';
  const verdict = inspection.errors > 0 ? 'broken' : isOpen ? 'self-consistent' : report.verdict;
  return [
    { ...report, beginning, records: records.count, recordIds: records.ids, askedIds: evidence.ids ?? null, verdict },
  ];
}

/** The range to judge within that of a bundle: of what lies outside, entries may be hashes only, and nothing is claimed. */
function within(inspection: Inspection, { from, to }: Evidence, window: Window, options: VerifyOptions): VerifyOptions {
  const since = Math.max(options.since ?? window.from, window.from);
  const until = Math.min(options.until ?? window.to, window.to);
  if (since < until) return { ...options, since, until };
  inspection.error('range-outside', EVIDENCE_FILE, `is about ${from} to ${to}: it has nothing of the range to judge`);
  return { ...options, since: window.from, until: window.to };
}

/** Names what is there and not of the archive, and what should be there by a kept checkpoint. */
function reportStrangers(inspection: Inspection, { ledgers, others }: SortedNames, options: VerifyOptions): void {
  if (ledgers.length === 0)
    inspection.error('ledger-missing', '.', 'holds no ledger: name the folder that has a folder ledger');
  for (const name of others) {
    if (name.startsWith('ledger/') || /^archive-\d+d\//.test(name)) {
      inspection.warning('file-unknown', name, 'has no name of the archive: it proves nothing');
    }
  }
  reportOtherLedgers(inspection, ledgers, options);
}

/** Names the kept checkpoints whose ledger is not here. */
function reportOtherLedgers(inspection: Inspection, ledgers: SortedNames['ledgers'], options: VerifyOptions): void {
  for (const kept of options.kept ?? []) {
    if (ledgers.some(({ log }) => isOf(kept, log))) continue;
    inspection.error('ledger-missing', kept.name, 'is a checkpoint of a ledger that is not here, or none at all');
  }
}

function keptOf({ kept = [] }: VerifyOptions, log: string): NonNullable<VerifyOptions['kept']> {
  return kept.filter((each) => isOf(each, log));
}

/** The range that was asked for; open where only one side was given. */
function askedWindow({ since, until }: VerifyOptions): Window | undefined {
  if (since === undefined && until === undefined) return undefined;
  return { from: since ?? 0, to: until ?? LAST_SECOND };
}

function overall(ledgers: readonly LedgerReport[], errors: number): Verdict {
  if (errors > 0) return 'broken';
  return WORST_FIRST.find((verdict) => ledgers.some((ledger) => ledger.verdict === verdict)) ?? 'broken';
}
