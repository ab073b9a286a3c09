/**
 * Directory audits and custom security attribute audits, in the shape of `directoryAudit`
 * (https://learn.microsoft.com/graph/api/resources/directoryaudit).
 *
 * Values of modified properties are JSON in strings, ids are no GUIDs, and of the two initiators one is null.
 */
import type { App, Directory, Named, Person } from '../directory.ts';
import { address } from '../directory.ts';
import { fiveCapitals, guid } from '../guid.ts';
import { printTicks } from '../instant.ts';
import { busy, type Facts, quoted } from './facts.ts';
import { type Member, template, text } from './template.ts';

interface Activity {
  readonly name: string;
  readonly category: string;
  readonly operation: string;
  readonly target: 'User' | 'Group' | 'ServicePrincipal' | 'Role' | 'Policy';
  /** The service, and the prefix of the ids it writes. */
  readonly service: readonly [name: string, prefix: string];
  readonly properties: readonly string[];
}

const CORE = ['Core Directory', 'Directory_'] as const;
const GROUPS = ['Self-service Group Management', 'SSGM_'] as const;

const ACTIVITIES: readonly Activity[] = [
  activity('Update user', 'UserManagement', 'Update', 'User', CORE, [
    'StrongAuthenticationMethod',
    'Included Updated Properties',
  ]),
  activity('Add user', 'UserManagement', 'Add', 'User', CORE, [
    'AccountEnabled',
    'DisplayName',
    'UserPrincipalName',
    'UserType',
  ]),
  activity('Reset user password', 'UserManagement', 'Update', 'User', CORE, []),
  activity('Add member to group', 'GroupManagement', 'Assign', 'Group', CORE, ['Group.ObjectID', 'Group.DisplayName']),
  activity('Remove member from group', 'GroupManagement', 'Unassign', 'Group', GROUPS, ['Group.ObjectID']),
  activity('Update group', 'GroupManagement', 'Update', 'Group', GROUPS, ['DynamicMembershipRule']),
  activity('Add member to role', 'RoleManagement', 'Assign', 'Role', CORE, [
    'Role.ObjectID',
    'Role.DisplayName',
    'Role.TemplateId',
  ]),
  activity('Update service principal', 'ApplicationManagement', 'Update', 'ServicePrincipal', CORE, [
    'Credential',
    'AppAddress',
  ]),
  activity('Consent to application', 'ApplicationManagement', 'Assign', 'ServicePrincipal', CORE, [
    'ConsentContext.IsAdminConsent',
  ]),
  activity(
    'Update conditional access policy',
    'Policy',
    'Update',
    'Policy',
    ['Conditional Access', 'Sync_HM0PK_'],
    ['PolicyDetail'],
  ),
];

const ATTRIBUTE_ACTIVITIES: readonly Activity[] = [
  activity('Update attribute values assigned to a user', 'AttributeManagement', 'Update', 'User', CORE, [
    'CustomSecurityAttribute',
  ]),
  activity('Add attribute definition', 'AttributeManagement', 'Add', 'Policy', CORE, ['Name', 'Type', 'Status']),
];

function activity(
  name: string,
  category: string,
  operation: string,
  target: Activity['target'],
  service: Activity['service'],
  properties: readonly string[],
): Activity {
  return { name, category, operation, target, service, properties };
}

interface Audit {
  readonly activity: Activity;
  readonly id: string;
  readonly correlationId: string;
  readonly time: string;
  readonly actor: Person;
  readonly app: App;
  readonly byApp: boolean;
  readonly targets: readonly Person[];
  /** What the first target is, where it is nobody. */
  readonly object: Named;
  readonly address: string;
  readonly changed: boolean;
  readonly dice: number;
  readonly guids: readonly string[];
}

function audit(activities: readonly Activity[], { directory, random, at, changed }: Facts): Audit {
  const chosen = random.pick(activities);
  const correlationId = guid(random);
  const dice = random.next();
  const person = () => directory.people[busy(directory.busyPeople, random)] as Person;
  return {
    activity: chosen,
    correlationId,
    dice,
    changed,
    time: printTicks(at),
    id: `${chosen.service[1]}${correlationId}_${fiveCapitals(random)}_${10_000_000 + random.below(90_000_000)}`,
    actor: person(),
    app: directory.apps[busy(directory.busyApps, random)] as App,
    byApp: dice % 5 < 2,
    object: objectOf(chosen.target, directory, dice),
    targets: Array.from({ length: 1 + (dice % 3) }, person),
    address: address(random),
    guids: [guid(random), guid(random), guid(random)],
  };
}

/** The first of a kind is the busiest. Nobody, where it is a person. */
function objectOf(type: Activity['target'], { named, apps, busyApps }: Directory, dice: number): Named {
  if (type === 'User') return { id: '', displayName: '' };
  if (type === 'ServicePrincipal') {
    const { servicePrincipalId, displayName } = apps[busyApps[(dice >>> 8) % busyApps.length] ?? 0] as App;
    return { id: servicePrincipalId, displayName };
  }
  const all = named[type];
  return all[(dice >>> 8) % (1 + ((dice >>> 18) % all.length))] as Named;
}

const MEMBERS: readonly Member<Audit>[] = [
  ['id', text((row) => row.id)],
  ['category', text((row) => row.activity.category)],
  ['correlationId', text((row) => row.correlationId)],
  ['result', (row) => (row.dice % 17 === 0 ? '"failure"' : '"success"')],
  [
    'resultReason',
    (row) => (row.changed ? '"Completed after retry"' : row.dice % 17 === 0 ? '"Insufficient privileges"' : '""'),
  ],
  ['activityDisplayName', text((row) => row.activity.name)],
  ['activityDateTime', text((row) => row.time)],
  ['loggedByService', text((row) => row.activity.service[0])],
  ['operationType', text((row) => row.activity.operation)],
  ['initiatedBy', initiator],
  ['targetResources', (row) => `[${row.targets.map((person, index) => target(row, person, index)).join(',')}]`],
  ['additionalDetails', details],
];

const directoryAudit = template(MEMBERS);
const attributeAudit = template<Audit>([
  ...MEMBERS.slice(0, 9),
  [
    'userAgent',
    (row) => (row.dice & 8 ? '"Mozilla/5.0 (X11; Linux x86_64; rv:149.0) Gecko/20100101 Firefox/149.0"' : 'null'),
  ],
  ...MEMBERS.slice(9),
]);

export const directoryAudits = {
  keys: directoryAudit.keys,
  print: (facts: Facts) => directoryAudit.print(audit(ACTIVITIES, facts)),
};

export const attributeAudits = {
  keys: attributeAudit.keys,
  print: (facts: Facts) => attributeAudit.print(audit(ATTRIBUTE_ACTIVITIES, facts)),
};

/** For an application only `servicePrincipalId` is filled; `appId` is null on records as Graph shows them. */
function initiator({ byApp, actor, app, address: from }: Audit): string {
  if (byApp) {
    const { displayName, servicePrincipalId } = app;
    return `{"user":null,"app":{"appId":null,"displayName":"${displayName}","servicePrincipalId":"${servicePrincipalId}","servicePrincipalName":null}}`;
  }
  return (
    `{"user":{"id":"${actor.id}","displayName":null,"userPrincipalName":"${actor.userPrincipalName}","ipAddress":"${from}"` +
    `,"userType":"${actor.guest ? 'Guest' : 'Member'}","homeTenantId":null,"homeTenantName":null},"app":null}`
  );
}

function target(row: Audit, person: Person, index: number): string {
  const type = index === 0 ? row.activity.target : 'User';
  const human = type === 'User';
  const properties = index === 0 ? row.activity.properties.map((name, place) => property(row, name, place)) : [];
  return (
    `{"id":"${human ? person.id : row.object.id}","displayName":${human ? 'null' : quoted(row.object.displayName)},"type":"${type}"` +
    `,"userPrincipalName":${human ? quoted(person.userPrincipalName) : 'null'}` +
    `,"groupType":${type === 'Group' ? '"azureAD"' : 'null'},"modifiedProperties":[${properties.join(',')}]}`
  );
}

function property(row: Audit, name: string, place: number): string {
  const value =
    place % 2 === 0
      ? [{ MethodType: row.dice % 8, Default: true, Reference: row.guids[place % 3] }]
      : row.guids[place % 3];
  const former = row.dice & 64 ? 'null' : JSON.stringify(JSON.stringify([]));
  return `{"displayName":"${name}","oldValue":${former},"newValue":${JSON.stringify(JSON.stringify(value))}}`;
}

function details(row: Audit): string {
  const agent = `{"key":"User-Agent","value":"ExampleAdmin/${row.dice % 9}.2"}`;
  return row.changed ? `[{"key":"UserType","value":"Member"},${agent}]` : row.dice & 1 ? '[]' : `[${agent}]`;
}
