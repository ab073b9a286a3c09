/**
 * `GET /api/subjects?user=…`: everything that is held of one user or address, as a zip; or how much that is.
 */
import { formatSeconds, instantFromMilliseconds } from '../archive/time.ts';
import { nowSeconds } from '../clock.ts';
import type { Deps } from '../deps.ts';
import { ACCESS_LOG_TYPE } from '../logTypes.ts';
import { SubjectZip } from '../subjectFiles.ts';
import { type SubjectTerms, subjectManifest } from '../subjectManifest.ts';
import { countSubject, openSubject, type SubjectOpened, subjectCoverage } from '../subjects.ts';
import { type Answer, type Call, json } from './call.ts';
import { readPurpose } from './purpose.ts';
import { ACCESS_OF_LOG_TYPE } from './route.ts';
import { readSubjectRequest } from './subjectQuery.ts';

/** `GET /api/subjects?user=…`; what is asked for is judged before it is looked for. */
export async function getSubject(call: Call): Promise<Answer> {
  const { url, deps, caller, request, signal } = call;
  const now = instantFromMilliseconds(deps.clock.now());
  const { subject, user, range, format, texts, countOnly } = readSubjectRequest(url.searchParams, now);
  // Who looked at what is for whoever checks, here as everywhere.
  const role = ACCESS_OF_LOG_TYPE.get(ACCESS_LOG_TYPE.name);
  const withAccessLog = !caller || caller.roles.some((each) => each === role);
  const [from, to] = [range?.from ?? null, range?.to ?? null];
  const terms: SubjectTerms = { user, kind: subject.kind, from, to, texts, purpose: readPurpose(request.headers) };
  const opened = await openSubject(deps, { subject, range, texts, withAccessLog, signal });
  call.concerns(opened.searches.map(({ logType }) => logType.name));
  if (countOnly) return answerCount(deps, opened, terms);
  const zip = new SubjectZip(deps, opened, terms, format);
  const made = formatSeconds(nowSeconds(deps)).replace(/[-:]/g, '');
  const headers = {
    'content-type': 'application/zip',
    // Without the name of whom it is about: files are handed on under their names.
    'content-disposition': `attachment; filename="subject_${made}.zip"`,
    ...claims(opened),
  };
  return { headers, body: zip.bytes(), records: () => zip.records };
}

async function answerCount(deps: Deps, opened: SubjectOpened, terms: SubjectTerms): Promise<Answer> {
  const counts = new Map<string, number>();
  for (const search of opened.searches) counts.set(search.logType.name, await countSubject(deps, search));
  const manifest = subjectManifest(deps, opened, terms, (name) => ({ records: counts.get(name) ?? 0 }));
  return json(manifest, { ...claims(opened), 'x-archive-records': String(manifest.records) });
}

/** As an export says of its range; of several log types the worst, the earliest and the sum. */
function claims({ searches, skipped }: SubjectOpened): Record<string, string> {
  const { state, coveredTo, deleted } = subjectCoverage(searches);
  return {
    'x-archive-coverage': state,
    ...(coveredTo !== undefined && { 'x-archive-covered-to': coveredTo.replace('.0000000Z', 'Z') }),
    ...(deleted > 0 && { 'x-archive-deleted': String(deleted) }),
    ...(skipped.length > 0 && { 'x-archive-skipped': skipped.join(', ') }),
  };
}
