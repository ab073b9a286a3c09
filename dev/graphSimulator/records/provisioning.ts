/**
 * Provisioning records, in the shape of `provisioningObjectSummary`
 * (https://learn.microsoft.com/graph/api/resources/provisioningobjectsummary).
 *
 * `servicePrincipal` is one object, times are whole seconds, and `errorInformation` is null unless the step failed.
 */
import type { App, Person } from '../directory.ts';
import { guid } from '../guid.ts';
import { printSeconds } from '../instant.ts';
import { busy, type Facts } from './facts.ts';
import { type Member, template, text } from './template.ts';

interface Provisioned {
  readonly facts: Facts;
  readonly id: string;
  readonly jobId: string;
  readonly cycleId: string;
  readonly changeId: string;
  readonly person: Person;
  readonly app: App;
  readonly action: string;
  readonly status: 'success' | 'failure' | 'skipped';
  readonly dice: number;
}

function provisioned(facts: Facts): Provisioned {
  const { directory, random } = facts;
  const dice = random.next();
  return {
    facts,
    dice,
    id: guid(random),
    cycleId: guid(random),
    changeId: guid(random),
    jobId: `scim.${directory.tenantId.replaceAll('-', '')}.${guid(random)}`,
    person: directory.people[busy(directory.busyPeople, random)] as Person,
    app: directory.apps[busy(directory.busyApps, random)] as App,
    action: random.pick(['create', 'update', 'update', 'update', 'disable', 'delete', 'other']),
    status: dice % 11 === 0 ? 'failure' : dice % 7 === 0 ? 'skipped' : 'success',
  };
}

const MEMBERS: readonly Member<Provisioned>[] = [
  ['id', text((row) => row.id)],
  ['activityDateTime', text((row) => printSeconds(row.facts.at))],
  ['tenantId', text((row) => row.facts.directory.tenantId)],
  ['jobId', text((row) => row.jobId)],
  ['cycleId', text((row) => row.cycleId)],
  ['changeId', text((row) => row.changeId)],
  ['provisioningAction', text((row) => row.action)],
  ['durationInMilliseconds', (row) => String(100 + (row.dice % 4000) + (row.facts.changed ? 4001 : 0))],
  ['provisioningStatusInfo', status],
  ['provisioningSteps', steps],
  ['modifiedProperties', properties],
  ['servicePrincipal', (row) => `{"id":"${row.app.servicePrincipalId}","displayName":"${row.app.displayName}"}`],
  ['sourceSystem', (row) => `{"id":"${row.app.keyId}","displayName":"Microsoft Entra ID","details":{}}`],
  ['targetSystem', target],
  ['initiatedBy', '{"id":"","displayName":"Azure AD Provisioning Service","initiatorType":"system"}'],
  ['sourceIdentity', (row) => identity(row.person.id, row.person.displayName, 'User')],
  [
    'targetIdentity',
    (row) => identity(row.status === 'success' ? row.changeId : '', '', 'urn:ietf:params:scim:schemas:core:2.0:User'),
  ],
];

const record = template(MEMBERS);

export const provisioning = { keys: record.keys, print: (facts: Facts) => record.print(provisioned(facts)) };

function status(row: Provisioned): string {
  if (row.status !== 'failure') return `{"status":"${row.status}","errorInformation":null}`;
  const reason =
    'The target answered 409: an entry with the same name exists. Remove it there, or take it out of scope.';
  return (
    `{"status":"failure","errorInformation":{"errorCode":"EntryConflict","reason":"${reason}","additionalDetails":null` +
    `,"errorCategory":"nonServiceFailure","recommendedAction":null}}`
  );
}

function steps(row: Provisioned): string {
  const name = row.person.userPrincipalName;
  const step = (title: string, type: string, result: string, description: string, details: string) =>
    `{"name":"${title}","provisioningStepType":"${type}","status":"${result}","description":"${description}","details":${details}}`;
  const imported = step(
    'EntryImportAdd',
    'import',
    'success',
    `Received User '${name}' change of type (Add) from Microsoft Entra ID`,
    `{"objectId":"${row.person.id}","accountEnabled":"True","userPrincipalName":"${name}","IsSoftDeleted":"False"}`,
  );
  const scoped = step(
    'EntrySynchronizationScoping',
    'scoping',
    'success',
    'Determine if User in scope by evaluating against each scoping filter',
    '{"Active in the source system":"True","Assigned to the application":"True","ScopeEvaluationResult":"{}"}',
  );
  const exported = step(
    'EntryExportAdd',
    'export',
    row.status,
    `User '${name}' was handled in ${row.app.displayName}`,
    `{"ReportableIdentifier":"${name}"}`,
  );
  return `[${imported},${scoped},${exported}]`;
}

function properties(row: Provisioned): string {
  const property = (name: string, value: string) => `{"displayName":"${name}","oldValue":null,"newValue":"${value}"}`;
  if (row.status === 'skipped') return '[]';
  return `[${property('displayName', row.person.displayName)},${property('active', 'True')},${property('externalId', row.person.id)}]`;
}

function target({ app }: Provisioned): string {
  const details = `{"ApplicationId":"${app.id}","ServicePrincipalId":"${app.servicePrincipalId}"}`;
  return `{"id":"${app.id}","displayName":"${app.displayName}","details":${details}}`;
}

function identity(id: string, displayName: string, type: string): string {
  return `{"id":"${id}","displayName":"${displayName}","identityType":"${type}","details":{}}`;
}
