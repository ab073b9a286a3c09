/**
 * Everything that is held of one user or address, over all log types: what a request for access to it (GDPR, article 15)
 * is answered from.
 *
 * Log types that are switched off are looked through as well, because what they left is still held, and every version of
 * a record is given, because every one is held. Of each log type the coverage says what was read, what is missing and what
 * was deleted, at the very size of its ledger that the records are taken from.
 */
import { worstState } from './archive/coverage.ts';
import { SUBJECT_FIELDS } from './archive/subjectFields.ts';
import { type Instant, instantFromMilliseconds, instantFromSeconds } from './archive/time.ts';
import { UNDATED, UNDATED_SPAN } from './archive/undated.ts';
import { type CoverageAnswer, readCoverage } from './coverage.ts';
import type { Deps } from './deps.ts';
import { countRecords, type ExportQuery, exportRange } from './export.ts';
import { applyLedger, MOST_ENTRIES_BEHIND } from './ledger.ts';
import { ALWAYS } from './list.ts';
import { ACCESS_LOG_TYPE, type LogType } from './logTypes.ts';
import { otherNamesIn } from './query/otherNames.ts';
import type { Range } from './query/range.ts';
import type { Subject } from './query/subject.ts';
import { type SubjectPaths, subjectMatcher, subjectPaths } from './query/subjectMatcher.ts';
import { deletedBetween } from './segmentIndex.ts';
import type { Piece } from './serve/pieces.ts';

export interface SubjectAsked {
  readonly subject: Subject;
  /** Everything that is archived where it is absent. */
  readonly range: Range | undefined;
  /** Whether to look into texts too, for which sketches tell nothing. */
  readonly texts: boolean;
  /** Whether our own access log may be looked through. */
  readonly withAccessLog: boolean;
  readonly signal: AbortSignal;
}

/** A log type that is looked through. */
export interface SubjectSearch {
  readonly logType: LogType;
  readonly isOn: boolean;
  /** Where the subject is looked for. */
  readonly paths: SubjectPaths;
  readonly coverage: CoverageAnswer;
  /** Records of the range's hours that were deleted with proof: nobody can tell any more whom they named. */
  readonly deleted: number;
  /** The other names that a record of it has for the subject. */
  readonly otherNames: (line: Buffer) => readonly string[];
  /** `undefined` where no field of the log type could name the subject. */
  readonly query: ExportQuery | undefined;
}

export interface SubjectOpened {
  readonly searches: readonly SubjectSearch[];
  /** Log types that were not looked through because the caller may not read them. */
  readonly skipped: readonly string[];
  /** Log types that never had anything archived, and are switched off. */
  readonly never: readonly string[];
}

/**
 * Finds out where each ledger stands, before anything is searched.
 * @throws LedgerTorn, LedgerBehind, ContainerMissing or a storage error: an answer without one of the log types would pass
 *   for one that looked everywhere.
 */
export async function openSubject(deps: Deps, asked: SubjectAsked): Promise<SubjectOpened> {
  const [searches, skipped, never]: [SubjectSearch[], string[], string[]] = [[], [], []];
  for (const logType of deps.config.everyLogType) {
    const { name } = logType;
    const isOn = deps.config.logTypes.some((each) => each.name === name);
    if (name === ACCESS_LOG_TYPE.name && !asked.withAccessLog) skipped.push(name);
    else if (!isOn && (await applyLedger(deps, name, MOST_ENTRIES_BEHIND)).seq < 0) never.push(name);
    else searches.push(await openSearch(deps, logType, isOn, asked));
  }
  return { searches, skipped, never };
}

/** The records of a search, in the order of their times. */
export async function subjectPieces(deps: Deps, { logType, query }: SubjectSearch): Promise<AsyncIterable<Piece>> {
  return query ? (await exportRange(deps, logType, query)).pieces : nothing();
}

/** How many those are. Opens the same segments. */
export async function countSubject(deps: Deps, { logType, query }: SubjectSearch): Promise<number> {
  return query ? (await countRecords(deps, logType, query)).records : 0;
}

/** What all searches together say of themselves: the worst state, and up to where every one of them was read. */
export function subjectCoverage(searches: readonly SubjectSearch[]) {
  const reached = searches.map(({ coverage }) => coverage.coveredTo).sort();
  return {
    state: worstState(searches.map(({ coverage }) => coverage)),
    coveredTo: reached[0],
    deleted: searches.reduce((sum, { deleted }) => sum + deleted, 0),
  };
}

async function openSearch(deps: Deps, logType: LogType, isOn: boolean, asked: SubjectAsked): Promise<SubjectSearch> {
  const fields = SUBJECT_FIELDS[logType.name];
  if (!fields) throw new RangeError(`it is not listed where ${logType.name} names people`);
  const paths = subjectPaths(fields, asked.subject, asked.texts);
  const filter = subjectMatcher(asked.subject, paths);
  const coverage = await readCoverage(deps, logType, asked.range ?? (await wholeRange(deps, logType)));
  const query: ExportQuery = {
    range: asked.range ?? ALWAYS,
    versions: 'all',
    filter,
    signal: asked.signal,
    // What is committed from here on is in neither: the coverage and the records are of one size of the ledger.
    cursor: { pin: coverage.entries - 1, hour: '', given: 0 },
  };
  // In our own log whoever asks stands beside whom they ask for: two people, not two names of one.
  const otherNames = logType.source === 'access' ? () => [] : otherNamesIn(asked.subject, fields);
  const deleted = deletedIn(coverage) + (asked.range ? 0 : await deletedUndated(deps, logType, coverage));
  return { logType, isOn, paths, coverage, deleted, otherNames, query: filter && query };
}

/** Of everything that is archived, what was deleted outside the spans of the coverage: undated records. */
async function deletedUndated(deps: Deps, { name }: LogType, { from, entries }: CoverageAnswer): Promise<number> {
  if (from === UNDATED) return 0;
  let deleted = 0;
  for await (const { records } of deletedBetween(deps, name, ...UNDATED_SPAN, entries - 1)) deleted += records;
  return deleted;
}

/** From the first second that a ledger says anything of to now; `undefined` where nothing was read yet. */
async function wholeRange(deps: Deps, { name }: LogType): Promise<Range | undefined> {
  const { head } = await applyLedger(deps, name, MOST_ENTRIES_BEHIND);
  const now: Instant = instantFromMilliseconds(deps.clock.now());
  const from = head && instantFromSeconds(Math.max(0, head.from));
  return from !== undefined && from < now ? { from, to: now } : undefined;
}

function deletedIn({ spans }: CoverageAnswer): number {
  return spans.reduce((sum, { deleted }) => sum + (deleted?.records ?? 0), 0);
}

async function* nothing(): AsyncGenerator<Piece> {}
