/**
 * The columns of directory audits and custom security attribute audits.
 *
 * First those of the portal's `AuditLogs_….csv`, as public scripts read them (2024): it ends after 3 targets of 5
 * properties and 6 details, so that the arrays follow whole. `ActorType` is left out, which Graph does not have.
 */
import type { Column } from './csv.ts';

const TARGETS = [1, 2, 3];
const PROPERTIES = [1, 2, 3, 4, 5];
const DETAILS = [1, 2, 3, 4, 5, 6];

export const AUDIT_COLUMNS: readonly Column[] = [
  ['Date (UTC)', 'activityDateTime'],
  ['id', 'id'],
  ['CorrelationId', 'correlationId'],
  ['Service', 'loggedByService'],
  ['Category', 'category'],
  ['Activity', 'activityDisplayName'],
  ['Result', 'result'],
  ['ResultReason', 'resultReason'],
  ['User Agent', 'userAgent'],
  ['ActorDisplayName', 'initiatedBy/user/displayName'],
  ['ActorObjectId', 'initiatedBy/user/id'],
  ['ActorUserPrincipalName', 'initiatedBy/user/userPrincipalName'],
  ['IPAddress', 'initiatedBy/user/ipAddress'],
  ['ActorHomeTenantId', 'initiatedBy/user/homeTenantId'],
  ['ActorHomeTenantName', 'initiatedBy/user/homeTenantName'],
  ['ActorServicePrincipalId', 'initiatedBy/app/servicePrincipalId'],
  ['ActorServicePrincipalName', 'initiatedBy/app/servicePrincipalName'],
  ...TARGETS.flatMap(target),
  ...DETAILS.flatMap(detail),
  ['operationType', 'operationType'],
  ['initiatedBy/app/displayName', 'initiatedBy/app/displayName'],
  ['initiatedBy/app/appId', 'initiatedBy/app/appId'],
  ['initiatedBy/user/userType', 'initiatedBy/user/userType'],
  ['targetResources', 'targetResources'],
  ['additionalDetails', 'additionalDetails'],
];

function target(n: number): Column[] {
  const path = `targetResources/${n - 1}`;
  return [
    [`Target${n}Type`, `${path}/type`],
    [`Target${n}DisplayName`, `${path}/displayName`],
    [`Target${n}ObjectId`, `${path}/id`],
    [`Target${n}UserPrincipalName`, `${path}/userPrincipalName`],
    ...PROPERTIES.flatMap((m) => property(`Target${n}ModifiedProperty${m}`, `${path}/modifiedProperties/${m - 1}`)),
  ];
}

function property(title: string, path: string): Column[] {
  return [
    [`${title}Name`, `${path}/displayName`],
    [`${title}OldValue`, `${path}/oldValue`],
    [`${title}NewValue`, `${path}/newValue`],
  ];
}

function detail(n: number): Column[] {
  return [
    [`AdditionalDetail${n}Key`, `additionalDetails/${n - 1}/key`],
    [`AdditionalDetail${n}Value`, `additionalDetails/${n - 1}/value`],
  ];
}
