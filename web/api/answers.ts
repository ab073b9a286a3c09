/** What the archive's routes answer, in the words of the code that makes the answers. */
export type { CoverageState } from '../../shared/archive/coverage.ts';
export type { GapReport, LatenessReport, PieceReport, SpanReport } from '../../shared/archive/coverageReport.ts';
export type { CoverageAnswer, CoverageSummary } from '../../shared/coverage.ts';
export type { LogTypeStatus } from '../../shared/status.ts';

import type { CoverageSummary } from '../../shared/coverage.ts';
import type { listLogTypes } from '../../shared/http/logs.ts';
import type { LogTypeStatus } from '../../shared/status.ts';

/** One log type in `GET /api/logs`. */
export type LogTypeInfo = ReturnType<typeof listLogTypes>['logTypes'][number];

/** `GET /api/status`. */
export interface StatusAnswer {
  readonly now: string;
  readonly tenantId: string;
  readonly settleMinutes: number;
  readonly logTypes: readonly LogTypeStatus[];
}

/** `GET /api/coverage`. */
export interface CoverageSummaries {
  readonly now: string;
  readonly logTypes: readonly CoverageSummary[];
  readonly means: string;
}

/** One ledger in `GET /api/integrity/keys`. */
export interface LedgerKeys {
  readonly logType: string;
  /** What the ledger is called outside: first line of its checkpoints. */
  readonly origin: string;
  /** `spki` in DER as base64, `sha256` is its fingerprint. */
  readonly keys: readonly { readonly spki: string; readonly sha256: string; readonly time: string }[];
}
