/**
 * "Everything of this …": what a record names, and how each log type is asked for it. A row each; adding one is a row
 * here.
 */
import { SUBJECT_FIELDS } from '../../../../shared/archive/subjectFields.ts';
import { quoted } from '../../../filter/clauses.ts';
import { pick } from '../../../json/pick.ts';
import { spoken } from '../../../json/tokens.ts';

interface Subject {
  readonly name: string;
  /** Where a record may name it. */
  readonly paths: readonly string[];
  /** For log types of that name, the filter; `{}` is the quoted value. */
  readonly filters: readonly (readonly [logTypes: Pick<RegExp, 'test'>, filter: string])[];
}

const SUBJECTS: readonly Subject[] = [
  { name: 'user', paths: ['userId', 'initiatedBy/user/id', 'sourceIdentity/id'], filters: filtersOf('ids') },
  {
    name: 'application',
    paths: ['appId', 'initiatedBy/app/appId'],
    filters: [
      [/SignIns$/, 'appId eq {}'],
      [/Audits$/, 'initiatedBy/app/appId eq {}'],
      [/^servicePrincipalRiskDetections$/, 'appId eq {}'],
      [/^riskyServicePrincipals$/, 'appId eq {}'],
    ],
  },
  {
    name: 'service principal',
    paths: ['servicePrincipalId', 'initiatedBy/app/servicePrincipalId', 'servicePrincipal/id'],
    filters: [
      [/^(servicePrincipal|managedIdentity)SignIns$/, 'servicePrincipalId eq {}'],
      [/Audits$/, 'initiatedBy/app/servicePrincipalId eq {} or targetResources/any(t: t/id eq {})'],
      [/^provisioning$/, 'servicePrincipal/id eq {}'],
      [/^servicePrincipalRiskDetections$/, 'servicePrincipalId eq {}'],
      [/^riskyServicePrincipals$/, 'id eq {}'],
    ],
  },
  { name: 'IP address', paths: ['ipAddress', 'initiatedBy/user/ipAddress'], filters: filtersOf('addresses') },
  {
    name: 'correlation id',
    paths: ['correlationId'],
    filters: [[/SignIns$|Audits$|^riskDetections$|RiskDetections$/, 'correlationId eq {}']],
  },
  {
    name: 'session',
    paths: ['sessionId'],
    filters: [[/^(interactive|nonInteractive)SignIns$/, 'sessionId eq {}']],
  },
];

/** A filter for each log type that has such fields, of the rows by which subject requests look for people. */
function filtersOf(kind: 'ids' | 'addresses'): Subject['filters'] {
  return Object.entries(SUBJECT_FIELDS).flatMap(([logType, fields]): Subject['filters'] => {
    const filter = fields[kind].map(equals).join(' or ');
    // Of the access log a user is no subject: who may read it looks there by itself.
    return filter === '' || logType === 'archiveAccess' ? [] : [[{ test: (name) => name === logType }, filter]];
  });
}

function equals(path: string): string {
  const [list, field] = path.split('[]/');
  return field === undefined ? `${path} eq {}` : `${list}/any(t: t/${field} eq {})`;
}

export interface Followed {
  readonly name: string;
  readonly value: string;
  readonly searches: readonly { readonly log: string; readonly filter: string }[];
}

/** What a record names, and the searches for everything of it. @param logTypes those of the archive. */
export function followedOf(text: string, logTypes: readonly string[]): Followed[] {
  const found = pick(
    text,
    SUBJECTS.flatMap(({ paths }) => paths),
  );
  return SUBJECTS.flatMap(({ name, paths, filters }) => {
    const tokens = paths.flatMap((path) => found.get(path) ?? []).map(({ token }) => token);
    const token = tokens.find((each) => each.startsWith('"') && each !== '""');
    if (token === undefined) return [];
    const value = spoken(token);
    const searches = logTypes.flatMap((log) => {
      const filter = filters.find(([names]) => names.test(log))?.[1];
      return filter === undefined ? [] : [{ log, filter: filter.replaceAll('{}', () => quoted(value)) }];
    });
    return [{ name, value, searches }];
  });
}
