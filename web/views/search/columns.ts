/** The columns of the search table, as data: per kind of log type what there is and what is shown at first. */

export interface Column {
  /** Path of the value in the record; `*` is an element of a list. */
  readonly path: string;
  readonly title: string;
  /** Pixels. */
  readonly width: number;
  readonly isNumber?: boolean;
}

interface Kind {
  readonly logTypes: RegExp;
  readonly columns: readonly Column[];
  /** Paths shown until somebody picks others. */
  readonly shown: readonly string[];
}

/** Of the column by which a log type is ordered. Others are times too, and all of them are in UTC. */
const TIME = 'Time (UTC)';

const column = (path: string, title: string, width: number): Column => ({ path, title, width });
const number = (path: string, title: string, width: number): Column => ({ path, title, width, isNumber: true });

const SIGN_INS: readonly Column[] = [
  column('createdDateTime', TIME, 168),
  column('userPrincipalName', 'User', 240),
  column('userDisplayName', 'User name', 150),
  column('servicePrincipalName', 'Service principal', 180),
  column('appDisplayName', 'Application', 160),
  column('resourceDisplayName', 'Resource', 150),
  number('status/errorCode', 'Error', 78),
  column('status/failureReason', 'Reason', 240),
  column('conditionalAccessStatus', 'Cond. access', 100),
  column('ipAddress', 'IP address', 130),
  column('location/city', 'City', 110),
  column('location/countryOrRegion', 'Country', 70),
  column('clientAppUsed', 'Client', 150),
  column('deviceDetail/operatingSystem', 'System', 100),
  column('deviceDetail/browser', 'Browser', 120),
  column('authenticationRequirement', 'Requirement', 170),
  column('riskLevelDuringSignIn', 'Risk', 70),
  column('incomingTokenType', 'Token', 110),
  column('userAgent', 'User agent', 260),
  number('autonomousSystemNumber', 'AS number', 84),
  column('sessionId', 'Session', 280),
  column('correlationId', 'Correlation', 280),
  column('id', 'Id', 280),
];

const AUDITS: readonly Column[] = [
  column('activityDateTime', TIME, 232),
  column('activityDisplayName', 'Activity', 230),
  column('category', 'Category', 160),
  column('result', 'Result', 74),
  column('resultReason', 'Reason', 200),
  column('initiatedBy/user/userPrincipalName', 'By user', 220),
  column('initiatedBy/app/displayName', 'By application', 160),
  column('initiatedBy/user/ipAddress', 'IP address', 130),
  column('targetResources/*/displayName', 'Target', 200),
  column('targetResources/*/userPrincipalName', 'Target user', 220),
  column('targetResources/*/type', 'Target type', 130),
  column('operationType', 'Operation', 90),
  column('loggedByService', 'Service', 150),
  column('correlationId', 'Correlation', 280),
  column('id', 'Id', 320),
];

const PROVISIONING: readonly Column[] = [
  column('activityDateTime', TIME, 168),
  column('provisioningAction', 'Action', 90),
  column('provisioningStatusInfo/status', 'Status', 90),
  column('provisioningStatusInfo/errorInformation/errorCode', 'Error', 130),
  column('sourceIdentity/displayName', 'Source', 180),
  column('targetIdentity/displayName', 'Target', 180),
  column('sourceSystem/displayName', 'Source system', 170),
  column('targetSystem/displayName', 'Target system', 170),
  column('servicePrincipal/displayName', 'Application', 170),
  number('durationInMilliseconds', 'ms', 70),
  column('jobId', 'Job', 300),
  column('cycleId', 'Cycle', 280),
  column('id', 'Id', 280),
];

const RISK: readonly Column[] = [
  column('lastUpdatedDateTime', TIME, 232),
  column('riskLastUpdatedDateTime', TIME, 232),
  column('activityDateTime', 'Activity', 232),
  column('userPrincipalName', 'User', 240),
  column('servicePrincipalDisplayName', 'Service principal', 180),
  column('displayName', 'Service principal', 180),
  column('riskEventType', 'Detection', 200),
  column('riskLevel', 'Level', 70),
  column('riskState', 'State', 130),
  column('riskDetail', 'Detail', 220),
  column('ipAddress', 'IP address', 130),
  column('appId', 'Application id', 280),
  column('correlationId', 'Correlation', 280),
  column('id', 'Id', 280),
];

const OTHERS: readonly Column[] = [column('time', TIME, 168), column('id', 'Id', 320)];

const KINDS: readonly Kind[] = [
  {
    logTypes: /^(interactive|nonInteractive)SignIns$/,
    columns: SIGN_INS,
    shown: words(
      'userPrincipalName appDisplayName resourceDisplayName status/errorCode ipAddress location/city clientAppUsed',
    ),
  },
  {
    logTypes: /SignIns$/,
    columns: SIGN_INS,
    shown: words('servicePrincipalName appDisplayName resourceDisplayName status/errorCode ipAddress location/city'),
  },
  {
    logTypes: /Audits$/,
    columns: AUDITS,
    shown: words(
      'activityDisplayName result initiatedBy/user/userPrincipalName initiatedBy/app/displayName targetResources/*/displayName category',
    ),
  },
  {
    logTypes: /^provisioning$/,
    columns: PROVISIONING,
    shown: words(
      'provisioningAction provisioningStatusInfo/status sourceIdentity/displayName targetSystem/displayName provisioningStatusInfo/errorInformation/errorCode durationInMilliseconds',
    ),
  },
  {
    logTypes: /risk/i,
    columns: RISK,
    shown: words(
      'userPrincipalName servicePrincipalDisplayName displayName riskEventType riskLevel riskState riskDetail ipAddress',
    ),
  },
  { logTypes: /./, columns: OTHERS, shown: words('id') },
];

/** Columns with other paths than these can be added by hand; they are as wide as this. */
const OWN_WIDTH = 180;

/** The columns there are for a log type, that of its time first. */
export function columnsOf(logType: string, timeField: string): readonly Column[] {
  const { columns } = kindOf(logType);
  const isTime = ({ path, title }: Column) => path === timeField || title === TIME;
  const time = columns.find(({ path }) => path === timeField) ?? column(timeField, TIME, 168);
  return [time, ...columns.filter((each) => !isTime(each))];
}

/** The columns shown until somebody picks others; those that no record of the log type has are left out. */
export function shownAtFirst(logType: string, timeField: string): readonly string[] {
  const lacks = LACKING.find(([name]) => name.test(logType))?.[1] ?? [];
  return [timeField, ...kindOf(logType).shown.filter((path) => !lacks.includes(path))];
}

/** The column of a path: one of the table's, or one by its own name. */
export function columnOf(columns: readonly Column[], path: string): Column {
  return columns.find((each) => each.path === path) ?? column(path, path, OWN_WIDTH);
}

/** What `select` has to name for these paths. */
export function fieldsOf(paths: readonly string[]): readonly string[] {
  return [...new Set(['id', ...paths.map((path) => path.split('/')[0] ?? path)])];
}

const LACKING: readonly (readonly [logTypes: RegExp, paths: readonly string[]])[] = [
  [/^managedIdentity/, words('appDisplayName')],
  [/^riskDetections$/, words('servicePrincipalDisplayName displayName')],
  [/^servicePrincipalRiskDetections$/, words('userPrincipalName displayName')],
  [/^riskyUsers$/, words('servicePrincipalDisplayName displayName riskEventType ipAddress')],
  [/^riskyServicePrincipals$/, words('userPrincipalName servicePrincipalDisplayName riskEventType ipAddress')],
];

function kindOf(logType: string): Kind {
  return KINDS.find(({ logTypes }) => logTypes.test(logType)) ?? { logTypes: /./, columns: OTHERS, shown: ['id'] };
}

function words(text: string): string[] {
  return text.split(' ');
}
