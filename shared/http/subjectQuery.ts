/** What `GET /api/subjects` is asked for: every parameter read and judged before anything is fetched. */
import type { Instant } from '../archive/time.ts';
import { type FormatName, MEDIA_TYPES } from '../query/formats.ts';
import { type Range, readOptionalRange } from '../query/range.ts';
import { readSubject, type Subject } from '../query/subject.ts';
import { readWord } from './words.ts';

export interface SubjectRequest {
  readonly subject: Subject;
  /** As it was given. */
  readonly user: string;
  readonly range: Range | undefined;
  readonly format: FormatName;
  readonly texts: boolean;
  readonly countOnly: boolean;
}

const FORMATS: readonly FormatName[] = MEDIA_TYPES.map(([name]) => name);

/** @param now a range that begins later is refused. @throws BadQuery naming the parameter. */
export function readSubjectRequest(query: URLSearchParams, now: Instant): SubjectRequest {
  return {
    subject: readSubject(query),
    user: query.get('user') ?? '',
    range: readOptionalRange(query, now),
    format: readWord(query, 'format', FORMATS) ?? 'ndjson',
    texts: readWord(query, 'texts', ['true', 'false']) !== 'false',
    countOnly: readWord(query, 'count', ['only']) === 'only',
  };
}
