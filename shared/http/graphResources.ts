/**
 * What the Graph-compatible routes serve, as data: Graph's collections of the log types, and what Graph allows on each.
 *
 * Sources: the list pages of microsoft-graph-docs-contrib (page sizes, versions) and the CSDL in msgraph-metadata
 * (`Countable`); the page sizes of directoryAudits and provisioning are those that clients use.
 */
import { LOG_TYPES, type LogType } from '../logTypes.ts';

export type GraphVersion = 'v1.0' | 'beta';

export interface GraphResource {
  /** Below the version, e.g. `auditLogs/signIns`. */
  readonly path: string;
  /** Name of the entity type, as Graph's messages print it. */
  readonly typeName: string;
  readonly versions: readonly GraphVersion[];
  /** Fields that hold a time. */
  readonly times: readonly string[];
  readonly top: PageSize;
  /** Versions whose `$count` Graph answers. */
  readonly countable: readonly GraphVersion[];
  /** Several, in order, where `signInEventTypes` chooses. */
  readonly logTypes: readonly LogType[];
}

export interface PageSize {
  /** Without `$top`. */
  readonly fallback: number;
  readonly most: number;
  /** More is refused; otherwise pages are just smaller. */
  readonly strict: boolean;
}

const REPORTS: PageSize = { fallback: 1000, most: 1000, strict: false };
const RISK: PageSize = { fallback: 20, most: 500, strict: true };
const BOTH: readonly GraphVersion[] = ['v1.0', 'beta'];

const report = { versions: BOTH, times: ['activityDateTime'], top: REPORTS, countable: [] } as const;
const detections = {
  versions: BOTH,
  times: ['activityDateTime', 'detectedDateTime', 'lastUpdatedDateTime'],
  top: RISK,
  countable: [],
} as const;
const state = { versions: BOTH, times: ['riskLastUpdatedDateTime'], top: RISK, countable: [] } as const;

const TABLE: readonly Omit<GraphResource, 'logTypes'>[] = [
  {
    ...report,
    path: 'auditLogs/signIns',
    typeName: 'signIn',
    times: ['createdDateTime'],
    countable: ['v1.0'],
  },
  { ...report, path: 'auditLogs/directoryAudits', typeName: 'directoryAudit', countable: ['v1.0'] },
  { ...report, path: 'auditLogs/provisioning', typeName: 'provisioningObjectSummary' },
  {
    ...report,
    path: 'auditLogs/customSecurityAttributeAudits',
    typeName: 'customSecurityAttributeAudit',
    versions: ['beta'],
  },
  { ...detections, path: 'identityProtection/riskDetections', typeName: 'riskDetection' },
  {
    ...detections,
    path: 'identityProtection/servicePrincipalRiskDetections',
    typeName: 'servicePrincipalRiskDetection',
  },
  { ...state, path: 'identityProtection/riskyUsers', typeName: 'riskyUser' },
  {
    ...state,
    path: 'identityProtection/riskyServicePrincipals',
    typeName: 'riskyServicePrincipal',
    countable: BOTH,
  },
];

/** All of them. */
export const GRAPH_RESOURCES: readonly GraphResource[] = TABLE.map((row) => ({
  ...row,
  logTypes: logTypesAt(row.path),
}));

const RESOURCES: ReadonlyMap<string, GraphResource> = new Map(
  GRAPH_RESOURCES.map((resource) => [resource.path.toLowerCase(), resource]),
);

/** The resource of a path; like Graph, in any case. */
export function resourceAt(path: string): GraphResource | undefined {
  return RESOURCES.get(path.toLowerCase());
}

/** Whether paths of resources begin with this segment. */
export function isNamespace(segment: string): boolean {
  return [...RESOURCES.keys()].some((path) => path.startsWith(`${segment.toLowerCase()}/`));
}

function logTypesAt(path: string): LogType[] {
  return [...LOG_TYPES.values()].filter((logType) => logType.path === `/${path}`);
}
