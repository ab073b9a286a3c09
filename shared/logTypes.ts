/**
 * The log types, as data: one row for each stream that the archive keeps. Adding one is a row here. All of the table are
 * Microsoft Graph's; beside it stands our own access log.
 *
 * Paths, time fields, operators and limits are those of Microsoft Graph: the list pages of signIn (beta),
 * directoryAudit, provisioningObjectSummary, riskDetection and riskyUser in microsoft-graph-docs-contrib.
 */

/** The budget a log type's requests are counted against: Graph limits each separately. */
export type GraphBudget = 'reports' | 'risk';

export interface LogType {
  readonly name: string;
  /** Where records come from: Graph, which pull timers read, or our own access log, which `pull-access` collects. */
  readonly source: 'graph' | 'access';
  /** What the ledger names as their origin: the version of Graph's API, or our own log. */
  readonly api: 'v1.0' | 'beta' | 'access';
  /** Path below the API version; empty without Graph, as are the other fields that are about asking it. */
  readonly path: string;
  /** The value of `signInEventTypes` that selects this kind of sign-in. */
  readonly signInEventType?: string;
  /** The field that `$filter` bounds and that orders records. */
  readonly timeField: string;
  /** Comparison operators that Graph documents for the time field, lower bound first. */
  readonly operators: readonly ['ge', 'le'] | readonly ['gt', 'lt'];
  /** Records a page, at most. */
  readonly pageSize: number;
  /** How long the source keeps a record, in days; `undefined` is without limit. */
  readonly sourceRetentionDays?: number;
  /** Absent where Graph is not asked. */
  readonly budget?: GraphBudget;
  /** Application permission that reading it takes. */
  readonly permission: string;
  /** A field that Graph leaves out, without a word, of an app that lacks `Policy.Read.ConditionalAccess` too. */
  readonly permittedField?: string;
  /** An update moves a record to a newer time. */
  readonly moving: boolean;
  /** The source shows the present state only: the first read has no lower bound. */
  readonly state: boolean;
  /** Graph answers newest first. Without it a window's pages may overlap in any way. */
  readonly newestFirst: boolean;
  /** Pulled only when `LOG_TYPES` names it. */
  readonly optional: boolean;
}

/** One that Graph is asked for. */
export type GraphLogType = LogType & { readonly api: 'v1.0' | 'beta'; readonly budget: GraphBudget };

const report = {
  source: 'graph',
  operators: ['ge', 'le'],
  pageSize: 1000,
  sourceRetentionDays: 30,
  budget: 'reports',
  permission: 'AuditLog.Read.All',
  moving: false,
  state: false,
  newestFirst: true,
  optional: false,
} as const;

const signIns = { ...report, api: 'beta', path: '/auditLogs/signIns', timeField: 'createdDateTime' } as const;

/** List signIns, "Permissions": microsoft-graph-docs-contrib, api-reference/beta/api/signin-list.md. */
const userSignIns = { ...signIns, permittedField: 'appliedConditionalAccessPolicies' } as const;

const risk = {
  ...report,
  api: 'v1.0',
  timeField: 'lastUpdatedDateTime',
  pageSize: 500,
  sourceRetentionDays: 90,
  budget: 'risk',
  moving: true,
  newestFirst: false,
} as const;

const riskState = {
  ...risk,
  timeField: 'riskLastUpdatedDateTime',
  sourceRetentionDays: undefined,
  state: true,
} as const;

const TABLE: readonly GraphLogType[] = [
  { ...userSignIns, name: 'interactiveSignIns', signInEventType: 'interactiveUser' },
  { ...userSignIns, name: 'nonInteractiveSignIns', signInEventType: 'nonInteractiveUser' },
  { ...signIns, name: 'servicePrincipalSignIns', signInEventType: 'servicePrincipal' },
  { ...signIns, name: 'managedIdentitySignIns', signInEventType: 'managedIdentity' },
  {
    ...report,
    name: 'directoryAudits',
    api: 'v1.0',
    path: '/auditLogs/directoryAudits',
    timeField: 'activityDateTime',
  },
  {
    ...report,
    name: 'provisioning',
    api: 'v1.0',
    path: '/auditLogs/provisioning',
    timeField: 'activityDateTime',
    operators: ['gt', 'lt'],
    newestFirst: false,
  },
  {
    ...risk,
    name: 'riskDetections',
    path: '/identityProtection/riskDetections',
    permission: 'IdentityRiskEvent.Read.All',
  },
  {
    ...risk,
    name: 'servicePrincipalRiskDetections',
    path: '/identityProtection/servicePrincipalRiskDetections',
    permission: 'IdentityRiskyServicePrincipal.Read.All',
  },
  {
    ...riskState,
    name: 'riskyUsers',
    path: '/identityProtection/riskyUsers',
    permission: 'IdentityRiskyUser.Read.All',
  },
  {
    ...riskState,
    name: 'riskyServicePrincipals',
    path: '/identityProtection/riskyServicePrincipals',
    permission: 'IdentityRiskyServicePrincipal.Read.All',
  },
  {
    ...report,
    name: 'customSecurityAttributeAudits',
    api: 'beta',
    path: '/auditLogs/customSecurityAttributeAudits',
    timeField: 'activityDateTime',
    permission: 'CustomSecAttributeAuditLogs.Read.All',
    optional: true,
  },
];

/** Those of Graph by name, in the order of the table: what the setting `LOG_TYPES` chooses from. */
export const LOG_TYPES: ReadonlyMap<string, GraphLogType> = new Map(TABLE.map((logType) => [logType.name, logType]));

/** Our own: who asked this archive for what. It is kept whatever `LOG_TYPES` says. */
export const ACCESS_LOG_TYPE: LogType = {
  name: 'archiveAccess',
  source: 'access',
  api: 'access',
  path: '',
  timeField: 'time',
  operators: ['ge', 'le'],
  pageSize: 0,
  permission: '',
  moving: false,
  state: false,
  newestFirst: false,
  optional: false,
};

export function isGraphs(logType: LogType): logType is GraphLogType {
  return logType.source === 'graph';
}
