/** What the verifier says of a bundle: the verdict, what it covers, what is wrong, and the same as `verify.mjs` prints it. */
import { claimWords, subjectWords } from '../../../shared/archive/verifyClaims.ts';
import type { Finding, Verdict, VerifyReport } from '../../../shared/archive/verifyTypes.ts';
import { CopyButton } from '../../parts/CopyButton.tsx';
import { countOf, countText } from '../../parts/numbers.ts';
import { saveFile } from '../../parts/saveFile.ts';
import { LedgerFacts } from './LedgerFacts.tsx';

const VERDICTS: Readonly<Record<Verdict, (report: VerifyReport) => string>> = {
  proved: (report) =>
    `Proved: ${claimWords(report)}, and the key that you know vouches for it. ${subjectWords(report)}`,
  'self-consistent': ({ ledgers }) =>
    ledgers.some(({ outside }) => outside.length > 0)
      ? 'Only self-consistent: this bundle does not show that no entry before its first concerns the range. Ask for it again.'
      : 'Only self-consistent: nothing contradicts itself, but nothing from outside vouches for it. Whoever made this could have made all of it anew. Type the fingerprint of the key.',
  broken: () => 'Broken: something is missing, was altered, or contradicts itself.',
};

/** Findings that are shown; the text below has as many as a terminal takes, the JSON a thousand. */
const MOST_SHOWN = 20;

interface RangeReportProps {
  readonly report: VerifyReport;
  readonly words: string;
  readonly bundle: Blob;
  readonly fileName: string;
  /** Of the bundle, where this page fetched it. */
  readonly sha256: string | undefined;
}

export function RangeReport({ report, words, bundle, fileName, sha256 }: RangeReportProps) {
  return (
    <div class={`panel verdict verdict-${report.verdict}`}>
      <p role="status">
        <strong>{VERDICTS[report.verdict](report)}</strong>
      </p>
      {report.findings.length > 0 && <Findings report={report} />}
      {report.ledgers.map((ledger) => (
        <LedgerFacts key={ledger.log} ledger={ledger} sha256={sha256} />
      ))}
      <p class="quiet">What Microsoft Graph never showed to the archive is not in it, and no check can tell.</p>
      <details>
        <summary>As verify.mjs prints it</summary>
        <pre class="report">{words}</pre>
      </details>
      <div class="actions">
        <CopyButton label="Copy the report (JSON)" text={`${JSON.stringify(report, null, 2)}\n`} />
        {sha256 !== undefined && (
          <button type="button" onClick={() => saveFile(fileName, [bundle])}>
            Keep this bundle
          </button>
        )}
      </div>
    </div>
  );
}

function Findings({ report: { findings, errors, warnings } }: Pick<RangeReportProps, 'report'>) {
  const more = errors + warnings - Math.min(findings.length, MOST_SHOWN);
  return (
    <>
      <p>
        {countOf(errors, 'error')}, {countOf(warnings, 'warning')}:
      </p>
      <ul class="findings">
        {findings.slice(0, MOST_SHOWN).map((finding, n) => (
          <FindingLine key={n} finding={finding} />
        ))}
        {more > 0 && <li>and {countText(more)} more</li>}
      </ul>
    </>
  );
}

/** Names of files come from whoever made them: each stays in its own place. */
function FindingLine({ finding: { severity, code, file, words } }: { readonly finding: Finding }) {
  return (
    <li class={severity === 'error' ? 'bad' : ''}>
      {severity} <code>{code}</code>: <bdi>{file}</bdi> <bdi>{words}</bdi>
    </li>
  );
}
