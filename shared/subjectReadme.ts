/** `README.txt` of a subject request's answer: what its manifest says, in words for whoever has to answer a person. */
import type { LogTypeManifest, SubjectManifest } from './subjectManifest.ts';

export function subjectReadme(manifest: SubjectManifest): string {
  const {
    user,
    from,
    to,
    asked,
    records,
    logTypes,
    skipped,
    neverArchived,
    means,
    texts,
    purpose,
    otherNames = [],
  } = manifest;
  const span = from === null ? 'everything that is archived' : `from ${from} to ${to}`;
  const missing = logTypes.flatMap(missingOf);
  return `What this archive of Microsoft Entra ID logs holds of ${user}

Asked ${asked}, ${span}${purpose === null ? '' : `; purpose: ${purpose}`}.
${records} records, every stored version of each, one file a log type. An empty file says that nothing was found there.

${logTypes.map(lineOf).join('\n')}

WHAT IS MISSING

${missing.length > 0 ? missing.join('\n') : 'Nothing that the archive knows of.'}
${skipped.map(({ logType, role }) => `${logType}: NOT LOOKED THROUGH; whoever asked lacks the role ${role}.\n`).join('')}${neverArchived.map((name) => `${name}: never archived.\n`).join('')}
WHAT WAS LOOKED FOR

Records that name ${user} in the fields that manifest.json lists for each log type${
    texts ? ', or anywhere in the texts that it lists' : '; texts were NOT looked into (texts=false)'
  }.
${otherNames.length > 0 ? `\nASK FOR THESE TOO; records have them beside ${user}: ${otherNames.join(', ')}\n\n` : ''}A person has several names: ask once for the object id, once for each sign-in name and address they ever had. Records that
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

function missingOf({ logType, coverage, deleted, isOn }: LogTypeManifest): string[] {
  const gaps = coverage.spans.filter(({ state }) => state === 'gap' || state === 'unavailable' || state === 'pending');
  return [
    ...gaps.map(
      ({ from, to, state, cause }) => `${logType}: ${state} from ${from} to ${to}${cause ? ` (${cause})` : ''}`,
    ),
    ...(deleted > 0
      ? [`${logType}: ${deleted} records of this range were deleted with proof after their retention`]
      : []),
    ...(isOn ? [] : [`${logType}: switched off, not read any more`]),
  ];
}
