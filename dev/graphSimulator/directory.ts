/**
 * The cast of the simulated tenant: some 5,000 people, 200 applications, a few places and policies.
 *
 * A pure function of the seed. Members that only ever stand in records are kept as the JSON text they are printed as.
 */
import { guid } from './guid.ts';
import { Random } from './random.ts';
import {
  APP_KINDS,
  APP_SUBJECTS,
  DEVICES,
  DOMAINS,
  FAMILY_NAMES,
  GIVEN_NAMES,
  GROUPS,
  PLACES,
  POLICIES,
  ROLES,
  SCOPES,
} from './words.ts';

export interface Person {
  readonly id: string;
  readonly displayName: string;
  readonly userPrincipalName: string;
  readonly guest: boolean;
  readonly deviceId: string;
  readonly device: number;
  readonly place: number;
  readonly address: string;
}

export interface App {
  readonly id: string;
  readonly displayName: string;
  readonly servicePrincipalId: string;
  readonly keyId: string;
}

/** What audits are about beside people and applications. */
export interface Named {
  readonly id: string;
  readonly displayName: string;
}

export interface Directory {
  readonly tenantId: string;
  readonly people: readonly Person[];
  readonly apps: readonly App[];
  readonly named: Readonly<Record<'Group' | 'Role' | 'Policy', readonly Named[]>>;
  /** Indexes into `people` and `apps`, each as often as it is busy (Zipf). */
  readonly busyPeople: Uint16Array;
  readonly busyApps: Uint16Array;
  /** JSON text of `location`. */
  readonly locations: readonly string[];
  /** JSON text of `appliedConditionalAccessPolicies`, in many combinations. */
  readonly policySets: readonly string[];
  /** JSON text of the processing detail that lists scopes. */
  readonly scopeSets: readonly string[];
}

const PEOPLE = 5000;
const BUSY_SLOTS = 1 << 15;

/** The directory of a tenant. */
export function createDirectory(seed: number, tenantId: string): Directory {
  const random = new Random(seed, 0x0d1, 0);
  const apps = APP_SUBJECTS.flatMap((subject) => APP_KINDS.map((kind) => createApp(random, `${subject} ${kind}`)));
  return {
    tenantId,
    people: Array.from({ length: PEOPLE }, (_, index) => createPerson(random, index)),
    apps,
    named: namedObjects(seed),
    busyPeople: zipf(random, PEOPLE),
    busyApps: zipf(random, apps.length),
    locations: PLACES.map(location),
    policySets: policySets(random),
    scopeSets: Array.from({ length: 24 }, () => scopes(random)),
  };
}

function createPerson(random: Random, index: number): Person {
  const given = GIVEN_NAMES[index % GIVEN_NAMES.length] ?? '';
  const family = FAMILY_NAMES[Math.floor(index / GIVEN_NAMES.length) % FAMILY_NAMES.length] ?? '';
  const guest = random.below(25) === 0;
  const domain = guest ? DOMAINS[2] : random.pick(DOMAINS.slice(0, 2));
  const name = `${plain(given)}.${plain(family)}`;
  return {
    id: guid(random),
    displayName: `${given} ${family}`,
    userPrincipalName: guest ? `${name}_${domain}#ext#@contoso.example` : `${name}@${domain}`,
    guest,
    deviceId: guid(random),
    device: random.below(DEVICES.length),
    place: random.below(PLACES.length),
    address: address(random),
  };
}

/** By chance of their own, so that everything else of a seed stays what it was. */
function namedObjects(seed: number): Directory['named'] {
  const random = new Random(seed, 0x0d1, 1);
  const all = (names: readonly string[]) => names.map((displayName) => ({ id: guid(random), displayName }));
  return { Group: all(GROUPS), Role: all(ROLES), Policy: all(POLICIES) };
}

function createApp(random: Random, displayName: string): App {
  return { id: guid(random), displayName, servicePrincipalId: guid(random), keyId: guid(random) };
}

/** An address of the documentation ranges, a sixth of them IPv6. */
export function address(random: Random): string {
  const [low, high] = [random.next(), random.next()];
  if (low % 6 === 0)
    return `2001:db8:${(high >>> 16).toString(16)}:${(high & 0xffff).toString(16)}::${(low >>> 20).toString(16)}`;
  return `${['192.0.2', '198.51.100', '203.0.113'][low % 3]}.${1 + (high % 254)}`;
}

/** Lower-case letters only, as user principal names have them. */
function plain(name: string): string {
  return name
    .normalize('NFD')
    .replaceAll('ø', 'o')
    .replaceAll('ł', 'l')
    .toLowerCase()
    .replace(/[^a-z-]/g, '');
}

/** Slots filled by Zipf's law: index 0 of a shuffled list is the busiest. */
function zipf(random: Random, count: number): Uint16Array {
  const order = Array.from({ length: count }, (_, index) => index);
  for (let index = count - 1; index > 0; index -= 1) {
    const other = random.below(index + 1);
    [order[index], order[other]] = [order[other] as number, order[index] as number];
  }
  const weights = order.map((_, rank) => 1 / (rank + 3));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const slots = new Uint16Array(BUSY_SLOTS);
  let [rank, below] = [0, (weights[0] ?? 0) / total];
  for (let slot = 0; slot < BUSY_SLOTS; slot += 1) {
    while ((slot + 0.5) / BUSY_SLOTS > below && rank < count - 1) {
      rank += 1;
      below += (weights[rank] ?? 0) / total;
    }
    slots[slot] = order[rank] ?? 0;
  }
  return slots;
}

/** Coordinates are single-precision numbers printed as doubles with 17 digits, as Graph prints them. */
function location([city, state, country, latitude, longitude]: (typeof PLACES)[number]): string {
  const wide = (value: number) => Math.fround(value).toPrecision(17).replace(/0+$/, '');
  const names = `"city":"${city}","state":"${state}","countryOrRegion":"${country}"`;
  return `{${names},"geoCoordinates":{"altitude":null,"latitude":${wide(latitude)},"longitude":${wide(longitude)}}}`;
}

const RESULTS = ['success', 'notApplied', 'notEnabled', 'reportOnlyNotApplied', 'reportOnlySuccess'] as const;

function policySets(random: Random): string[] {
  const ids = POLICIES.map(() => guid(random));
  return Array.from({ length: 48 }, () => {
    const first = random.below(POLICIES.length);
    const chosen = Array.from({ length: 1 + random.below(4) }, (_, step) => (first + step) % POLICIES.length);
    return `[${chosen.map((policy) => policyText(random, ids[policy] ?? '', POLICIES[policy] ?? '')).join(',')}]`;
  });
}

function policyText(random: Random, id: string, displayName: string): string {
  return JSON.stringify({
    id,
    displayName,
    enforcedGrantControls: random.below(2) === 0 ? [] : ['Mfa'],
    enforcedSessionControls: random.below(4) === 0 ? ['SignInFrequency'] : [],
    result: random.pick(RESULTS),
  });
}

function scopes(random: Random): string {
  const first = random.below(SCOPES.length);
  const list = Array.from({ length: random.below(6) }, (_, step) => SCOPES[(first + step) % SCOPES.length]);
  return JSON.stringify({ key: 'Oauth Scope Info', value: JSON.stringify(list) });
}
