/**
 * The columns of a CSV, per log type, as data: docs/CSV.md shows them.
 *
 * Where the Entra portal's download has a documented CSV (sign-ins, audits), its columns come under its titles as far as
 * Graph has the field; a title that Graph's path itself is, is ours. Every log type has `id`, and every nested array
 * whole, as JSON text.
 */
import type { Column } from './csv.ts';
import { AUDIT_COLUMNS } from './csvAuditColumns.ts';
import { SIGN_IN_COLUMNS } from './csvSignInColumns.ts';
import type { Selection } from './select.ts';

const PROVISIONING = byPath([
  'activityDateTime',
  'id',
  'changeId',
  'cycleId',
  'jobId',
  'tenantId',
  'provisioningAction',
  'durationInMilliseconds',
  'provisioningStatusInfo/status',
  'provisioningStatusInfo/errorInformation/errorCode',
  'provisioningStatusInfo/errorInformation/errorCategory',
  'provisioningStatusInfo/errorInformation/reason',
  'provisioningStatusInfo/errorInformation/additionalDetails',
  'provisioningStatusInfo/errorInformation/recommendedAction',
  'servicePrincipal/id',
  'servicePrincipal/displayName',
  'initiatedBy/id',
  'initiatedBy/displayName',
  'initiatedBy/initiatorType',
  'sourceSystem/id',
  'sourceSystem/displayName',
  'sourceSystem/details',
  'targetSystem/id',
  'targetSystem/displayName',
  'targetSystem/details',
  'sourceIdentity/id',
  'sourceIdentity/displayName',
  'sourceIdentity/identityType',
  'sourceIdentity/details',
  'targetIdentity/id',
  'targetIdentity/displayName',
  'targetIdentity/identityType',
  'targetIdentity/details',
  'provisioningSteps',
  'modifiedProperties',
]);

const DETECTION_FIELDS = [
  'lastUpdatedDateTime',
  'id',
  'activityDateTime',
  'detectedDateTime',
  'riskEventType',
  'riskState',
  'riskLevel',
  'riskDetail',
  'source',
  'detectionTimingType',
  'activity',
  'tokenIssuerType',
  'requestId',
  'correlationId',
  'ipAddress',
  'location/city',
  'location/state',
  'location/countryOrRegion',
  'location/geoCoordinates',
];
const RISK_DETECTIONS = byPath([
  ...DETECTION_FIELDS,
  'userId',
  'userDisplayName',
  'userPrincipalName',
  'additionalInfo',
]);
const SERVICE_PRINCIPAL_RISK_DETECTIONS = byPath([
  ...DETECTION_FIELDS,
  'servicePrincipalId',
  'servicePrincipalDisplayName',
  'appId',
  'keyIds',
  'additionalInfo',
]);

const RISK_FIELDS = ['riskLastUpdatedDateTime', 'id', 'riskLevel', 'riskState', 'riskDetail', 'isProcessing'];
const RISKY_USERS = byPath([...RISK_FIELDS, 'isDeleted', 'userDisplayName', 'userPrincipalName']);
const RISKY_SERVICE_PRINCIPALS = byPath([...RISK_FIELDS, 'appId', 'displayName', 'servicePrincipalType', 'isEnabled']);

/** What a request was, and what it got; a minute's counts have the columns at the end. */
const ACCESS = byPath([
  'time',
  'id',
  'kind',
  'oid',
  'appId',
  'roles',
  'method',
  'route',
  'path',
  'logType',
  'from',
  'to',
  'filter',
  'select',
  'format',
  'limit',
  'ids',
  'user',
  'cursor',
  'purpose',
  'outcome',
  'status',
  'problem',
  'records',
  'bytes',
  'sha256',
  'durationMs',
  'invocationId',
  'withoutToken',
  'notRecorded',
  'note',
]);

/** By the name of the log type. */
export const CSV_COLUMNS: ReadonlyMap<string, readonly Column[]> = new Map([
  ['interactiveSignIns', SIGN_IN_COLUMNS],
  ['nonInteractiveSignIns', SIGN_IN_COLUMNS],
  ['servicePrincipalSignIns', SIGN_IN_COLUMNS],
  ['managedIdentitySignIns', SIGN_IN_COLUMNS],
  ['directoryAudits', AUDIT_COLUMNS],
  ['provisioning', PROVISIONING],
  ['riskDetections', RISK_DETECTIONS],
  ['servicePrincipalRiskDetections', SERVICE_PRINCIPAL_RISK_DETECTIONS],
  ['riskyUsers', RISKY_USERS],
  ['riskyServicePrincipals', RISKY_SERVICE_PRINCIPALS],
  ['customSecurityAttributeAudits', AUDIT_COLUMNS],
  ['archiveAccess', ACCESS],
]);

/** The columns of a log type; with a selection its fields instead. @throws RangeError when the table lacks the log type. */
export function csvColumns(logType: string, selection?: Selection): readonly Column[] {
  if (selection) return byPath(selection.names);
  const columns = CSV_COLUMNS.get(logType);
  if (columns === undefined) throw new RangeError(`no CSV columns are listed for ${logType}`);
  return columns;
}

function byPath(paths: readonly string[]): readonly Column[] {
  return paths.map((path) => [path, path]);
}
