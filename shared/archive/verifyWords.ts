/** A report of the verifier in words, for people and for a terminal. */
import { exitCodeOf } from './verify.ts';
import { claimWords, subjectWords } from './verifyClaims.ts';
import type {
  CheckpointReport,
  CoverageStatement,
  Finding,
  LedgerReport,
  Verdict,
  VerifyReport,
} from './verifyTypes.ts';

const VERDICTS: Readonly<Record<Verdict, (report: VerifyReport) => string>> = {
  proved: (report) =>
    `PROVED: ${claimWords(report)}, and what you brought from outside vouches for it. ${subjectWords(report)}`,
  'self-consistent': (report) =>
    'ONLY SELF-CONSISTENT: nothing contradicts itself, but nothing from outside vouches for it. Whoever made these files ' +
    `could have made all of them anew. Give --key or --checkpoint. ${subjectWords(report)}`,
  broken: () => 'BROKEN: something is missing, was altered, or contradicts itself.',
};
const OPEN =
  'NOT PROVED: nothing contradicts itself, and what you brought from outside vouches for it, but it does not show that no ' +
  'entry before its first concerns the range. Ask for it again: newer evidence does.';

/** Lines that are shown of findings; JSON has more. */
const MOST_SHOWN = 50;
const MOST_SPANS = 40;

/** The report as text, ended by a newline. */
export function wordsOf(report: VerifyReport): string {
  const { findings, errors, warnings } = report;
  const shown = findings.slice(0, MOST_SHOWN).map(findingLine);
  const more = errors + warnings - shown.length;
  return [
    isOpen(report) ? OPEN : VERDICTS[report.verdict](report),
    ...report.ledgers.flatMap((ledger) => ['', ...ledgerLines(ledger)]),
    ...(shown.length > 0 ? ['', `${errors} errors, ${warnings} warnings`, ...shown] : []),
    ...(more > 0 ? [`and ${more} more`] : []),
    '',
    'What Microsoft Graph never showed to the archive is not in it, and no check of these files can tell.',
    `Exit code ${exitCodeOf(report.verdict)}.`,
    '',
  ].join('\n');
}

/** Whether all that keeps a verdict from being `proved` is that evidence does not show its beginning. */
function isOpen({ verdict, ledgers }: VerifyReport): boolean {
  return (
    verdict === 'self-consistent' &&
    ledgers.some(({ beginning, outside }) => beginning === 'open' && outside.length > 0)
  );
}

function findingLine({ severity, code, file, words }: Finding): string {
  return printable(`  ${severity} ${code}: ${file} ${words}`);
}

function ledgerLines(ledger: LedgerReport): string[] {
  const { log, verdict, checkpoint, outside, unsigned, coverage } = ledger;
  return [
    `${log}: ${verdict}`,
    ...(checkpoint ? checkpointLines(checkpoint, outside) : ['  no checkpoint holds; nothing else was looked at']),
    ...(checkpoint ? [entriesLine(ledger), segmentsLine(ledger)] : []),
    ...recordLines(ledger),
    ...(unsigned > 0 && checkpoint
      ? [`  ${unsigned} newer entries are under no checkpoint and prove nothing yet`]
      : []),
    ...(coverage ? [`  coverage from ${coverage.from} to ${coverage.to}: ${coverage.state}`] : []),
    ...(coverage?.spans.slice(0, MOST_SPANS).map(({ from, to, state, cause, held }) => {
      const flag = held ? ', held' : '';
      return printable(`    ${from} to ${to}  ${state}${flag}${cause === undefined ? '' : `: ${cause}`}`);
    }) ?? []),
    ...(coverage && coverage.spans.length > MOST_SPANS ? ['    and more; --json has all of them'] : []),
    ...(coverage ? judgedLines(ledger, coverage) : []),
  ];
}

/** What the states hang on. Settings that no entry at hand states are not proved by them. */
function judgedLines({ first, overdueSeconds }: LedgerReport, { now, schedule }: CoverageStatement): string[] {
  const sweeps = schedule.sweepAges.join(', ') || 'none';
  return [
    `    judged at ${now} by the sweeps ${sweeps}; what was not read for ${overdueSeconds / 60} minutes is a gap`,
    ...(first > 0
      ? ['    as far as the bundle shows settings and legal holds: only the whole ledger proves that']
      : []),
  ];
}

function recordLines({ claim, records, recordIds, askedIds }: LedgerReport): string[] {
  if (records === 0) return [];
  const more = recordIds.length > MOST_SHOWN ? ' and more; --json has all of them' : '';
  return [
    `  ${records} single records are in segments that those entries name:`,
    printable(`    ${recordIds.slice(0, MOST_SHOWN).join(', ')}${more}`),
    ...(claim === 'records' && askedIds === null ? ['    the bundle does not say which were asked for'] : []),
  ];
}

function checkpointLines({ file, size, root, signedBy, time }: CheckpointReport, outside: LedgerReport['outside']) {
  const vouchers = { key: 'the key that you named', checkpoint: 'the checkpoint that you kept' };
  const by = outside.length > 0 ? outside.map((each) => vouchers[each]).join(' and ') : 'nothing from outside';
  return [
    printable(`  checkpoint over ${size} entries, root ${root}`),
    printable(`    in ${file}, signed by ${signedBy.join(', ')}`),
    `    vouched for by ${by}`,
    `    its newest entry was made at ${time ?? 'no known time'}, by the clock of whoever made it`,
  ];
}

function entriesLine({ first, entries }: LedgerReport): string {
  const before = first > 0 ? `, from entry ${first} on; of those before only the hashes are here` : '';
  return `  ${entries} entries are those that were signed${before}`;
}

function segmentsLine({ claim, segments }: LedgerReport): string {
  const { named, checked, deleted, depth, bytes, records } = segments;
  if (claim === 'records')
    return `  ${named} segments are named in the range, and are not here: only single records are`;
  const gone = deleted > 0 ? `; ${deleted} were deleted after their retention, as the ledger proves` : '';
  if (depth === 'none') return `  ${named} segments are named in the range; none was looked at, as you asked${gone}`;
  const what = depth === 'hash' ? 'by their SHA-256 only' : 'to the line';
  return `  ${checked} of ${named} segments of the range were checked ${what}: ${records} records, ${bytes} bytes${gone}`;
}

/** Names of files come from whoever made them: nothing in them may steer a terminal. */
function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
