/** What a subject request looked through, what it found, and what it cannot tell: `manifest.json`, and the answer of a count. */
import { MEANS } from './archive/coverageReport.ts';
import { formatSeconds } from './archive/time.ts';
import { nowSeconds } from './clock.ts';
import type { CoverageAnswer } from './coverage.ts';
import type { Deps } from './deps.ts';
import type { Range } from './query/range.ts';
import type { Subject } from './query/subject.ts';
import { type SubjectOpened, type SubjectSearch, subjectCoverage } from './subjects.ts';

/** A file of records. */
export interface SubjectFile {
  readonly name: string;
  readonly records: number;
  /** Of the file as it is taken out of the zip. */
  readonly bytes: number;
  readonly sha256: string;
}

export interface SubjectManifest {
  readonly v: 1;
  readonly tenantId: string;
  /** Whom it is about, as it was asked. */
  readonly user: string;
  readonly kind: Subject['kind'];
  /** `null`: everything that is archived. */
  readonly from: Range['from'] | null;
  readonly to: Range['to'] | null;
  /** Whether texts were looked into, or fields of their own only. */
  readonly texts: boolean;
  readonly purpose: string | null;
  /** When it was asked, by the archive's clock. */
  readonly asked: string;
  readonly records: number;
  /** Other ids and sign-in names that stand beside the one asked for; absent where records were only counted. */
  readonly otherNames?: readonly string[];
  /** The worst of all log types. */
  readonly state: CoverageAnswer['state'];
  readonly logTypes: readonly LogTypeManifest[];
  /** Log types that the caller may not read, with the role that it takes. */
  readonly skipped: readonly { readonly logType: string; readonly role: string }[];
  /** Log types of which nothing was ever archived. */
  readonly neverArchived: readonly string[];
  readonly means: string;
}

export interface LogTypeManifest {
  readonly logType: string;
  /** Whether it is pulled still. */
  readonly isOn: boolean;
  readonly records: number;
  /** Absent where they were only counted. */
  readonly files?: readonly SubjectFile[];
  /** Fields that hold the subject alone, and texts that may name it. None of either: no record of it names such. */
  readonly lookedIn: { readonly fields: readonly string[]; readonly texts: readonly string[] };
  /** Records of the range that were deleted after their retention, whomever they named. */
  readonly deleted: number;
  readonly coverage: Pick<
    CoverageAnswer,
    'from' | 'to' | 'entries' | 'state' | 'coveredTo' | 'spans' | 'gaps' | 'claims'
  >;
}

/** What was asked. */
export type SubjectTerms = Pick<SubjectManifest, 'user' | 'kind' | 'from' | 'to' | 'texts' | 'purpose'>;

type Found = Pick<LogTypeManifest, 'records' | 'files'>;

/** @param foundIn what was found, by the name of the log type. */
export function subjectManifest(
  deps: Pick<Deps, 'config' | 'clock'>,
  { searches, skipped, never }: SubjectOpened,
  terms: SubjectTerms,
  foundIn: (logType: string) => Found,
  otherNames?: readonly string[],
): SubjectManifest {
  const logTypes = searches.map((search) => logTypeManifest(search, foundIn(search.logType.name)));
  return {
    v: 1,
    tenantId: deps.config.tenantId,
    ...terms,
    asked: formatSeconds(nowSeconds(deps)),
    records: logTypes.reduce((sum, { records }) => sum + records, 0),
    ...(otherNames && { otherNames }),
    state: subjectCoverage(searches).state,
    logTypes,
    skipped: skipped.map((logType) => ({ logType, role: 'Archive.Verify' })),
    neverArchived: never,
    means: MEANS,
  };
}

function logTypeManifest({ logType, isOn, paths, coverage, deleted }: SubjectSearch, found: Found): LogTypeManifest {
  const { from, to, entries, state, coveredTo, spans, gaps, claims } = coverage;
  return {
    logType: logType.name,
    isOn,
    ...found,
    lookedIn: paths,
    deleted,
    coverage: { from, to, entries, state, coveredTo, spans, gaps, claims },
  };
}
