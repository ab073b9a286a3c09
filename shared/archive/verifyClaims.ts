/** What a verdict is about, in words: a verdict that is right says little as long as nobody knows of what. */
import type { Claim, LedgerReport, VerifyReport } from './verifyTypes.ts';

const HOLDS: Readonly<Record<Claim, (ledgers: readonly LedgerReport[]) => string>> = {
  range: () => 'nothing that was signed is missing or altered',
  records: (ledgers) => {
    const count = ledgers.reduce((sum, { records }) => sum + records, 0);
    return `only ${count} single ${count === 1 ? 'record' : 'records'}, as signed; whether the range has more was NOT judged`;
  },
  entries: () => 'no entry that was signed is missing or altered; the segments were NOT looked at',
};
const LEAST_FIRST: readonly Claim[] = ['records', 'entries', 'range'];

/** What holds where nothing is wrong. */
export function claimWords({ ledgers }: VerifyReport): string {
  const claim = LEAST_FIRST.find((each) => ledgers.some((ledger) => ledger.claim === each)) ?? 'range';
  return HOLDS[claim](ledgers);
}

/** Of what: the log type, its range and its coverage, which may be a gap all the same. */
export function subjectWords({ ledgers }: VerifyReport): string {
  const [only, ...others] = ledgers;
  if (!only) return 'No ledger.';
  if (others.length > 0) return `${ledgers.length} ledgers; the range and the coverage of each stand below.`;
  const { log, coverage } = only;
  const logType = log.split('/')[1];
  return coverage ? `${logType} from ${coverage.from} to ${coverage.to}: coverage ${coverage.state}.` : `${logType}.`;
}
