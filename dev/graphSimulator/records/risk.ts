/**
 * Identity Protection: detections, and the present risk of users and service principals, in the shapes of
 * https://learn.microsoft.com/graph/api/resources/identityprotection-overview.
 *
 * All of them move: a later version has a newer time and other levels and states. A detection is first seen half empty.
 */
import type { App, Person } from '../directory.ts';
import { address } from '../directory.ts';
import { guid, hexadecimal } from '../guid.ts';
import { type Instant, plusTicks, printTicks, TICKS_PER_SECOND } from '../instant.ts';
import { hash } from '../random.ts';
import { busy, type Facts, quoted } from './facts.ts';
import { type Member, template, text } from './template.ts';

const EVENTS = [
  'unfamiliarFeatures',
  'anonymizedIPAddress',
  'unlikelyTravel',
  'passwordSpray',
  'leakedCredentials',
  'newCountry',
];
const LEVELS = ['low', 'medium', 'high'];
const STATES = ['atRisk', 'confirmedCompromised', 'remediated', 'dismissed'];
const DETAILS = [
  'none',
  'adminConfirmedSigninCompromised',
  'userPerformedSecuredPasswordReset',
  'adminDismissedAllRiskForUser',
];

interface Detection {
  readonly facts: Facts;
  readonly id: string;
  readonly requestId: string;
  readonly correlationId: string;
  readonly person: Person;
  readonly app: App;
  readonly address: string;
  readonly event: string;
  readonly active: Instant;
  readonly dice: number;
}

function detection(facts: Facts): Detection {
  const { directory, random, born } = facts;
  const dice = random.next();
  const offline = dice & 1;
  return {
    facts,
    dice,
    id: hexadecimal(random, 64),
    requestId: guid(random),
    correlationId: guid(random),
    person: directory.people[busy(directory.busyPeople, random)] as Person,
    app: directory.apps[busy(directory.busyApps, random)] as App,
    address: address(random),
    event: random.pick(EVENTS),
    active: plusTicks(born, -(offline ? 40 * 3600 : 300) * TICKS_PER_SECOND + random.below(TICKS_PER_SECOND)),
  };
}

const level = (list: readonly string[]) => (row: Detection) =>
  quoted(list[(row.dice + row.facts.version) % list.length] ?? '');
const riskState = (row: Detection) => quoted(STATES[row.facts.version % STATES.length] ?? '');
const riskDetail = (row: Detection) => quoted(DETAILS[row.facts.version % DETAILS.length] ?? '');
/** Known only from the second version on. */
const enriched = (value: (row: Detection) => string) => (row: Detection) =>
  row.facts.version === 0 ? 'null' : value(row);

const COMMON: readonly Member<Detection>[] = [
  ['id', text((row) => row.id)],
  ['requestId', text((row) => row.requestId)],
  ['correlationId', text((row) => row.correlationId)],
  ['riskEventType', text((row) => row.event)],
  ['riskState', riskState],
  ['riskLevel', level(LEVELS)],
  ['riskDetail', riskDetail],
  ['source', enriched(() => '"IdentityProtection"')],
  ['detectionTimingType', enriched((row) => (row.dice & 1 ? '"offline"' : '"realtime"'))],
  ['activity', '"signin"'],
  ['tokenIssuerType', '"AzureAD"'],
  ['ipAddress', text((row) => row.address)],
  ['location', enriched((row) => row.facts.directory.locations[row.person.place] ?? 'null')],
  ['activityDateTime', text((row) => printTicks(row.active))],
  ['detectedDateTime', text((row) => printTicks(row.facts.born))],
  ['lastUpdatedDateTime', text((row) => printTicks(row.facts.at))],
];

const userDetection = template<Detection>([
  ...COMMON,
  ['userId', text((row) => row.person.id)],
  ['userDisplayName', enriched((row) => quoted(row.person.displayName))],
  ['userPrincipalName', text((row) => row.person.userPrincipalName)],
  ['additionalInfo', (row) => additionalInfo(row, 'userAgent', 'ExampleMail/4.2')],
]);

const principalDetection = template<Detection>([
  ...COMMON,
  ['servicePrincipalId', text((row) => row.app.servicePrincipalId)],
  ['servicePrincipalDisplayName', text((row) => row.app.displayName)],
  ['appId', text((row) => row.app.id)],
  ['keyIds', (row) => `["${row.app.keyId}"]`],
  ['additionalInfo', (row) => additionalInfo(row, 'alertUrl', '')],
]);

function additionalInfo(row: Detection, key: string, value: string): string {
  const reasons = row.facts.version === 0 ? ['NotSet'] : ['UnfamiliarLocation', 'UnfamiliarDevice'];
  const info = [
    { Key: key, Value: value },
    { Key: 'riskReasons', Value: reasons },
    ...(row.facts.version === 0 ? [] : [{ Key: 'mitreTechniques', Value: 'T1078' }]),
  ];
  return JSON.stringify(JSON.stringify(info));
}

interface Risky {
  readonly facts: Facts;
  readonly person: Person;
  readonly app: App;
  readonly dice: number;
}

/** An entity's state: one person or application for each entity number, other levels for each version. */
function risky(facts: Facts): Risky {
  const { directory, entity, version } = facts;
  return {
    facts,
    person: directory.people[(entity * 37) % directory.people.length] as Person,
    app: directory.apps[(entity * 37) % directory.apps.length] as App,
    dice: hash(entity, version, 0x515, 0),
  };
}

const state = (list: readonly string[], shift: number) => (row: Risky) =>
  quoted(list[(row.dice >>> shift) % list.length] ?? '');

const STATE: readonly Member<Risky>[] = [
  ['isProcessing', (row) => String((row.dice & 7) === 0)],
  ['riskLevel', state(LEVELS, 3)],
  ['riskState', state(STATES, 6)],
  ['riskDetail', state(DETAILS, 9)],
  ['riskLastUpdatedDateTime', text((row) => printTicks(row.facts.at))],
];

const riskyUser = template<Risky>([
  ['id', text((row) => row.person.id)],
  ['isDeleted', 'false'],
  ...STATE,
  ['userDisplayName', text((row) => row.person.displayName)],
  ['userPrincipalName', text((row) => row.person.userPrincipalName)],
]);

const riskyPrincipal = template<Risky>([
  ['id', text((row) => row.app.servicePrincipalId)],
  ['appId', text((row) => row.app.id)],
  ['displayName', text((row) => row.app.displayName)],
  ['isEnabled', 'true'],
  ...STATE,
  ['servicePrincipalType', '"Application"'],
]);

export const riskDetections = {
  keys: userDetection.keys,
  print: (facts: Facts) => userDetection.print(detection(facts)),
};
export const principalRiskDetections = {
  keys: principalDetection.keys,
  print: (facts: Facts) => principalDetection.print(detection(facts)),
};
export const riskyUsers = { keys: riskyUser.keys, print: (facts: Facts) => riskyUser.print(risky(facts)) };
export const riskyPrincipals = {
  keys: riskyPrincipal.keys,
  print: (facts: Facts) => riskyPrincipal.print(risky(facts)),
};
