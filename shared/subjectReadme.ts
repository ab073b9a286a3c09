/** `README.txt` of a subject request's answer: what its manifest says, in words for whoever has to answer a person. */
import type { LogTypeManifest, SubjectManifest } from './subjectManifest.ts';

export function subjectReadme(manifest: SubjectManifest): string {
  const { user, from, to, asked, purpose, records, logTypes, means } = manifest;
  const span = from === null ? 'everything that is archived' : `from ${from} to ${to}`;
  const missing = missingOf(manifest);
  return `What this archive of Microsoft Entra ID logs holds of ${user}

Asked ${asked}, ${span}${purpose === null ? '' : `; purpose: ${purpose}`}.
${records} records, every stored version of each, one file a log type. An empty file says that nothing was found there.

${logTypes.map(lineOf).join('\n')}

WHAT IS MISSING

${missing.length > 0 ? missing.join('\n') : 'Nothing that the archive knows of.'}

WHAT WAS LOOKED FOR

${lookedFor(manifest)}
A person has several names: ask once for the object id, once for each sign-in name and address they ever had. Records that
hold only the id are not found by the name. Requests of the last quarter of an hour may not be in archiveAccess yet.

${means}

Records are as Microsoft Graph gave them. manifest.json has the SHA-256 of each file, the spans that were read, are missing
or were deleted with proof, and the size of each ledger that this rests on (entries).
`;
}

function lineOf({ logType, records, coverage, lookedIn }: LogTypeManifest): string {
  const names = lookedIn.fields.length + lookedIn.texts.length;
  const rest = names > 0 ? `${coverage.from} to ${coverage.to}: ${coverage.state}` : 'names no such person or address';
  return `${logType.padEnd(32)}${String(records).padStart(9)}   ${rest}`;
}

function lookedFor({ user, texts, otherNames = [] }: SubjectManifest): string {
  const where = texts ? 'or as a whole word in the texts that it lists' : '; texts were NOT looked into (texts=false)';
  const named = `Records that name ${user} in the fields that manifest.json lists for each log type${texts ? ', ' : ''}${where}.`;
  if (otherNames.length === 0) return named;
  return `${named}\n\nASK FOR THESE TOO; records have them beside ${user}: ${otherNames.join(', ')}\n`;
}

function missingOf({ logTypes, skipped, neverArchived }: SubjectManifest): string[] {
  return [
    ...logTypes.flatMap(missingIn),
    ...skipped.map(({ logType, role }) => `${logType}: NOT LOOKED THROUGH; whoever asked lacks the role ${role}`),
    ...neverArchived.map((logType) => `${logType}: never archived`),
  ];
}

/** Spans that hold nothing because nothing was read, what was deleted, and what is read no more. */
function missingIn({ logType, coverage, deleted, isOn }: LogTypeManifest): string[] {
  const unread = coverage.spans.filter(
    ({ state }) => state === 'gap' || state === 'unavailable' || state === 'pending',
  );
  return [
    ...unread.map(
      ({ from, to, state, cause }) => `${logType}: ${state} from ${from} to ${to}${cause ? ` (${cause})` : ''}`,
    ),
    ...(deleted > 0
      ? [`${logType}: ${deleted} records of this range were deleted with proof after their retention`]
      : []),
    ...(isOn ? [] : [`${logType}: switched off, not read any more`]),
  ];
}
