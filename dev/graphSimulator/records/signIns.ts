/**
 * Sign-in records of the four kinds, in the shape of beta `signIn`, and interactive ones in the narrower shape of v1.0.
 *
 * Members and values follow https://learn.microsoft.com/graph/api/resources/signin and published records. Sign-ins of
 * applications lack the members that only people have, and the other way round.
 */
import type { App, Directory, Person } from '../directory.ts';
import { address } from '../directory.ts';
import { guid, signInId } from '../guid.ts';
import { printSeconds } from '../instant.ts';
import { DEVICES, FAILURES, PLACES } from '../words.ts';
import { busy, type Facts, quoted } from './facts.ts';
import { type Member, template, text } from './template.ts';

type Kind = 'interactiveUser' | 'nonInteractiveUser' | 'servicePrincipal' | 'managedIdentity';

interface SignIn {
  readonly kind: Kind;
  readonly changed: boolean;
  readonly directory: Directory;
  readonly id: string;
  readonly tokenIdentifier: string;
  readonly time: string;
  readonly person: Person | undefined;
  readonly app: App;
  readonly resource: App;
  readonly address: string;
  readonly correlationId: string;
  readonly sessionId: string;
  readonly failure: (typeof FAILURES)[number] | undefined;
  /** Bits of chance for what needs no more than a choice. */
  readonly dice: number;
}

/** Reads the facts of a sign-in. */
function signIn(kind: Kind, { directory, random, at, changed }: Facts): SignIn {
  const human = kind === 'interactiveUser' || kind === 'nonInteractiveUser';
  const person = human ? directory.people[busy(directory.busyPeople, random)] : undefined;
  const dice = random.next();
  const away = address(random);
  const { id, tokenIdentifier } = signInId(random);
  return {
    id,
    tokenIdentifier,
    kind,
    changed,
    directory,
    person,
    app: directory.apps[busy(directory.busyApps, random)] as App,
    resource: directory.apps[busy(directory.busyApps, random)] as App,
    address: addressOf(kind, person, dice, away),
    correlationId: guid(random),
    sessionId: guid(random),
    failure: dice % 13 === 0 && kind !== 'managedIdentity' ? random.pick(FAILURES) : undefined,
    time: printSeconds(at),
    dice,
  };
}

function addressOf(kind: Kind, person: Person | undefined, dice: number, away: string): string {
  if (kind === 'managedIdentity') return '';
  return person !== undefined && (dice >>> 8) % 4 > 0 ? person.address : away;
}

const NO_PLACE =
  '{"city":"","state":"","countryOrRegion":"","geoCoordinates":{"altitude":null,"latitude":0.0,"longitude":0.0}}';
const human = (value: (row: SignIn, person: Person) => string, other: string) => (row: SignIn) =>
  row.person === undefined ? other : value(row, row.person);
const risk = (calm: string, found: string) => (row: SignIn) => quoted(row.changed && row.dice % 5 < 2 ? found : calm);

const MEMBERS: readonly Member<SignIn>[] = [
  ['id', text((row) => row.id)],
  ['createdDateTime', text((row) => row.time)],
  ['userDisplayName', human((_, person) => quoted(person.displayName), 'null')],
  ['userPrincipalName', human((_, person) => quoted(person.userPrincipalName), 'null')],
  ['userId', human((_, person) => quoted(person.id), '""')],
  ['appId', text((row) => row.app.id)],
  ['appDisplayName', text((row) => row.app.displayName)],
  ['ipAddress', text((row) => row.address)],
  ['clientAppUsed', human((_, person) => quoted(DEVICES[person.device]?.[2] ?? ''), '""')],
  ['userAgent', human((_, person) => quoted(DEVICES[person.device]?.[3] ?? ''), 'null')],
  ['correlationId', text((row) => row.correlationId)],
  ['conditionalAccessStatus', (row) => (row.failure === undefined ? '"success"' : '"notApplied"')],
  ['originalRequestId', text((row) => row.id)],
  ['isInteractive', (row) => String(row.kind === 'interactiveUser')],
  ['tokenIssuerName', '""'],
  ['tokenIssuerType', '"AzureAD"'],
  ['clientCredentialType', (row) => (row.kind === 'servicePrincipal' ? '"clientSecret"' : '"none"')],
  ['processingTimeInMilliseconds', (row) => String(40 + ((row.dice >>> 4) % 700) + (row.changed ? 701 : 0))],
  ['riskDetail', '"none"'],
  ['riskLevelAggregated', risk('none', 'medium')],
  ['riskLevelDuringSignIn', risk('none', 'low')],
  ['riskState', risk('none', 'atRisk')],
  ['riskEventTypes', '[]'],
  ['riskEventTypes_v2', (row) => (row.changed ? '["unfamiliarFeatures"]' : '[]')],
  ['resourceDisplayName', text((row) => row.resource.displayName)],
  ['resourceId', text((row) => row.resource.id)],
  ['resourceTenantId', text((row) => row.directory.tenantId)],
  ['homeTenantId', text((row) => row.directory.tenantId)],
  [
    'authenticationRequirement',
    (row) => (row.dice & 1 ? '"singleFactorAuthentication"' : '"multiFactorAuthentication"'),
  ],
  ['federatedCredentialId', '""'],
  ['servicePrincipalName', (row) => (row.person === undefined ? quoted(row.app.displayName) : 'null')],
  ['signInEventTypes', (row) => `["${row.kind}"]`],
  ['servicePrincipalId', (row) => (row.person === undefined ? quoted(row.app.servicePrincipalId) : '""')],
  ['servicePrincipalCredentialKeyId', (row) => (row.kind === 'servicePrincipal' ? quoted(row.app.keyId) : '""')],
  ['userType', human((_, person) => (person.guest ? '"guest"' : '"member"'), 'null')],
  ['flaggedForReview', 'false'],
  ['isTenantRestricted', 'false'],
  ['autonomousSystemNumber', (row) => String(64496 + ((row.dice >>> 12) & 15))],
  ['crossTenantAccessType', human((_, person) => (person.guest ? '"b2bCollaboration"' : '"none"'), '"none"')],
  ['privateLinkDetails', '{}'],
  ['uniqueTokenIdentifier', text((row) => row.tokenIdentifier)],
  ['incomingTokenType', (row) => ((row.dice >>> 3) & 1 ? '"none"' : '"primaryRefreshToken"')],
  ['authenticationProtocol', '"none"'],
  ['resourceServicePrincipalId', text((row) => row.resource.servicePrincipalId)],
  ['signInTokenProtectionStatus', '"none"'],
  ['originalTransferMethod', '"none"'],
  ['isThroughGlobalSecureAccess', 'false'],
  ['conditionalAccessAudiences', (row) => `[{"applicationId":"${row.resource.id}","audienceReasons":"none"}]`],
  ['sessionId', text((row) => row.sessionId)],
  ['appOwnerTenantId', text((row) => row.directory.tenantId)],
  ['status', status],
  ['deviceDetail', human(device, 'null')],
  ['location', (row) => row.directory.locations[row.person?.place ?? row.dice % PLACES.length] ?? NO_PLACE],
  ['mfaDetail', (row) => (row.dice & 32 ? 'null' : '{}')],
  ['appliedConditionalAccessPolicies', policies],
  ['authenticationContextClassReferences', '[]'],
  ['authenticationDetails', steps],
  ['authenticationProcessingDetails', processing],
  ['authenticationRequirementPolicies', '[]'],
  [
    'networkLocationDetails',
    (row) => (row.dice & 64 ? '[]' : '[{"networkType":"namedNetwork","networkNames":["Offices"]}]'),
  ],
  ['sessionLifetimePolicies', '[]'],
  ['managedServiceIdentity', managedIdentity],
  ['tokenProtectionStatusDetails', '{"signInSessionStatus":"unbound","signInSessionStatusCode":1002}'],
];

/** The members of v1.0 `signIn` that are seen on the wire; `signInEventTypes` is not among them. */
const V1_KEYS: ReadonlySet<string> = new Set([
  ...[
    'id',
    'createdDateTime',
    'userDisplayName',
    'userPrincipalName',
    'userId',
    'appId',
    'appDisplayName',
    'ipAddress',
  ],
  ...[
    'clientAppUsed',
    'correlationId',
    'conditionalAccessStatus',
    'isInteractive',
    'riskDetail',
    'riskLevelAggregated',
  ],
  ...['riskLevelDuringSignIn', 'riskState', 'riskEventTypes', 'riskEventTypes_v2', 'resourceDisplayName', 'resourceId'],
  ...['status', 'deviceDetail', 'location', 'appliedConditionalAccessPolicies'],
]);
const OF_APPS: ReadonlySet<string> = new Set([
  ...['federatedCredentialId', 'servicePrincipalName', 'servicePrincipalCredentialKeyId', 'managedServiceIdentity'],
]);
const OF_PEOPLE: ReadonlySet<string> = new Set([
  ...[
    'userDisplayName',
    'userPrincipalName',
    'clientAppUsed',
    'userAgent',
    'deviceDetail',
    'mfaDetail',
    'sessionId',
    'userType',
  ],
  ...['authenticationDetails', 'networkLocationDetails', 'sessionLifetimePolicies', 'tokenProtectionStatusDetails'],
]);

const people = printer((key) => !OF_APPS.has(key));
const apps = printer((key) => !OF_PEOPLE.has(key));
const v1 = printer((key) => V1_KEYS.has(key));

/** Prints sign-ins of one kind as beta does. */
export function betaSignIns(kind: Kind) {
  return (kind === 'interactiveUser' || kind === 'nonInteractiveUser' ? people : apps)(kind);
}

/** Prints interactive sign-ins as v1.0 does. */
export const v1SignIns = v1('interactiveUser');

/**
 * A printer of the members chosen. `appliedConditionalAccessPolicies` is left out for an app without a Policy permission:
 * https://learn.microsoft.com/graph/api/signin-list, "Permissions".
 */
function printer(isMember: (key: string) => boolean) {
  const members = MEMBERS.filter(([key]) => isMember(key));
  const whole = template(members);
  const bare = template(members.filter(([key]) => key !== 'appliedConditionalAccessPolicies'));
  return (kind: Kind) => ({
    keys: whole.keys,
    print: (facts: Facts) => (facts.withoutPolicies ? bare : whole).print(signIn(kind, facts)),
  });
}

function status({ failure, dice, changed }: SignIn): string {
  if (failure !== undefined)
    return `{"errorCode":${failure[0]},"failureReason":"${failure[1]}","additionalDetails":null}`;
  const details = dice & 16 ? '"MFA requirement satisfied by claim in the token"' : 'null';
  return `{"errorCode":0,"failureReason":"Other.","additionalDetails":${changed ? '"MFA completed in Azure AD"' : details}}`;
}

function device(row: SignIn, person: Person): string {
  const [system, browser] = DEVICES[person.device] ?? [];
  const managed = row.dice & 4;
  return (
    `{"deviceId":"${managed ? person.deviceId : ''}","displayName":${managed ? '"CONTOSO-LAPTOP"' : '""'}` +
    `,"operatingSystem":"${system}","browser":"${browser}","browserId":null,"isCompliant":${managed ? 'true' : 'null'}` +
    `,"isManaged":${managed ? 'true' : 'null'},"trustType":${managed ? '"Azure AD joined"' : '""'}}`
  );
}

function policies(row: SignIn): string {
  const sets = row.directory.policySets;
  return row.person === undefined ? '[]' : (sets[(row.dice >>> 7) % sets.length] ?? '[]');
}

function steps(row: SignIn): string {
  if (row.person === undefined) return '[]';
  const step = (method: string, detail: string, requirement: string) =>
    `{"authenticationStepDateTime":"${row.time}","authenticationMethod":"${method}","authenticationMethodDetail":null` +
    `,"succeeded":${row.failure === undefined},"authenticationStepResultDetail":"${detail}"` +
    `,"authenticationStepRequirement":"${requirement}"}`;
  const first = step(
    'Previously satisfied',
    'First factor requirement satisfied by claim in the token',
    'Primary authentication',
  );
  if (!row.changed) return row.dice & 1 ? '[]' : `[${first}]`;
  return `[${first},${step('Mobile app notification', 'MFA successfully completed', 'Multifactor authentication')}]`;
}

function processing(row: SignIn): string {
  const sets = row.directory.scopeSets;
  const cae = `{"key":"Is CAE Token","value":"${row.dice & 2 ? 'True' : 'False'}"}`;
  if (row.person === undefined) return '[{"key":"Azure AD App Authentication Library","value":""}]';
  return `[{"key":"Legacy TLS (TLS 1.0, 1.1, 3DES)","value":"False"},${sets[row.dice % sets.length]},${cae}]`;
}

function managedIdentity(row: SignIn): string {
  const type = row.kind === 'managedIdentity' ? (row.dice & 1 ? 'systemAssigned' : 'userAssigned') : 'none';
  return `{"msiType":"${type}","associatedResourceId":null,"federatedTokenId":null,"federatedTokenIssuer":null}`;
}
