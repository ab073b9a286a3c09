/** An archive of a simulated tenant, all log types, in which people are named everywhere; and a plain search through it. */
import { Random } from '../../dev/graphSimulator/random.ts';
import { STREAMS } from '../../dev/graphSimulator/streams.ts';
import { createTenant } from '../../dev/graphSimulator/tenant.ts';
import { addressIn } from '../../shared/archive/address.ts';
import { parseInstant } from '../../shared/archive/time.ts';
import { isGraphs } from '../../shared/logTypes.ts';
import type { FakeRow } from './fakeGraph.ts';
import { createWorld, type World } from './flowHarness.ts';
import { storeRows } from './storedRows.ts';

const HOURS = 24 * 40;
/** Not every hour: a day of large and small segments each. */
const STEP = 19;
const FIRST = Math.floor(Date.parse('2026-09-20T00:00:00Z') / 3_600_000);
const MOST_AN_HOUR = 12;

const ANNA = 'Anna.Rare@contoso.example';
const ANNAS_ID = '7C1D2E3F-93b1-4d57-8e20-6b5d4c3a2f10';
const SIX = ['2001:db8::7', '2001:DB8:0:0:0:0:0:7', '2001:0db8::0007', '[2001:db8::7]:443', '2001:db8::0.0.0.7'];

/** Records that name a person or an address where the simulator never does. */
const RARE: Readonly<Record<string, readonly string[]>> = {
  interactiveSignIns: [
    `"userPrincipalName":"${ANNA.toUpperCase()}","userId":"${ANNAS_ID.toLowerCase()}"`,
    ...SIX.map((form) => `"ipAddress":"${form}","userPrincipalName":"somebody@x.example"`),
    `"signInIdentifier":"anna.rare@contoso.exa\\u006dple"`,
  ],
  nonInteractiveSignIns: [`"ipAddressFromResourceProvider":"${SIX[2]}","alternateSignInName":"${ANNA}"`],
  directoryAudits: [
    `"targetResources":[{"id":"t","modifiedProperties":[{"newValue":"[\\"${ANNA}\\"]"}]}]`,
    `"targetResources":[{"userPrincipalName":"7c1d2e3f93b14d578e206b5d4c3a2f10${ANNA}"}]`,
    `"additionalDetails":[{"key":"clientIp","value":"addr=${SIX[1]}."}]`,
    `"initiatedBy":{"user":{"id":"${ANNAS_ID}","ipAddress":"${SIX[3]}"}}`,
  ],
  provisioning: [
    `"sourceIdentity":{"Id":"${ANNAS_ID}","details":{"UserPrincipalName":"${ANNA}"}}`,
    `"provisioningSteps":[{"description":"Received User '${ANNA}' change","details":{"objectId":"${ANNAS_ID}"}}]`,
  ],
  riskDetections: [`"additionalInfo":"[{\\"Key\\":\\"relatedIp\\",\\"Value\\":\\"${SIX[0]}\\"},\\"${ANNA}\\"]"`],
};

export const RARE_USERS = [ANNA.toLowerCase(), ANNAS_ID.toLowerCase(), '2001:db8:0::7'];

/** Every log type that Graph has, the optional one too. */
export async function peopledWorld(): Promise<World> {
  const world = createWorld({ logTypes: [...STREAMS.keys()], sourceDays: 365, settings: { RETENTION_DAYS: '60' } });
  const tenant = createTenant(7, 3000);
  for (const [name, stream] of STREAMS) {
    const type = world.logType(name);
    const hours = Array.from({ length: HOURS / STEP }, (_, n) => FIRST + n * STEP);
    const lines = hours.flatMap((hour) =>
      [...tenant.hour(stream, hour).ticks.keys()]
        .slice(0, MOST_AN_HOUR)
        .map((index) => String(tenant.bytes({ stream, hour, index, changed: false, v1: false }))),
    );
    const rare = (RARE[name] ?? []).map((more, n) => rareLine(world, name, `rare-${n}`, FIRST + 40 + n * 97, more));
    const rows = [...lines, ...rare].map((line) => rowOf(world, name, line.replaceAll(/[\r\n]/g, '')));
    await storeRows(world, type, rows);
  }
  return world;
}

/** Segments that come after the sketches, and another version of a record that no longer names whom it named. */
export async function laterRows(world: World): Promise<void> {
  for (const [name, more] of [
    ['interactiveSignIns', '"userPrincipalName":"nobody@contoso.example"'],
    ['nonInteractiveSignIns', `"userPrincipalName":"${ANNA}","ipAddress":"${SIX[4]}"`],
    ['riskyUsers', `"userPrincipalName":"${ANNA}","userDisplayName":"Anna"`],
  ] as const) {
    await storeRows(world, world.logType(name), [
      rowOf(world, name, rareLine(world, name, 'rare-0', FIRST + 40, more)),
    ]);
  }
}

function rareLine(world: World, name: string, id: string, hour: number, more: string): string {
  const { timeField, signInEventType } = world.logType(name);
  const kind = signInEventType === undefined ? '' : `"signInEventTypes":["${signInEventType}"],`;
  return `{"id":"${id}","${timeField}":"${new Date(hour * 3_600_000).toISOString()}",${kind}${more}}`;
}

function rowOf(world: World, name: string, line: string): FakeRow {
  const time = (JSON.parse(line) as Record<string, string>)[world.logType(name).timeField] ?? '';
  return { line, compared: parseInstant(time) };
}

/** Every stored line of every log type, every version. */
export function everyLine(world: World): Readonly<Record<string, readonly string[]>> {
  const names = world.config.logTypes.filter(isGraphs).map(({ name }) => name);
  return Object.fromEntries(names.map((name) => [name, world.check(name).lines]));
}

const TEXTS = new Map<string, readonly string[]>();

/** Every string in a record, in small letters. */
function textsOf(line: string): readonly string[] {
  const known = TEXTS.get(line);
  if (known) return known;
  const texts: string[] = [];
  JSON.parse(line, (_key, value: unknown) => {
    if (typeof value === 'string') texts.push(value.toLowerCase());
    return value;
  });
  TEXTS.set(line, texts);
  return texts;
}

/** Names and ids in a text, each whole; escapes within it stand for what lies between. */
function wordsOf(text: string): string[] {
  const words = text.replaceAll(/\\+(u[0-9a-f]{4}|[bfnrt])/g, ' ').split(/[^\p{L}\p{N}._+@#~!^-]+/u);
  return words.map((word) => word.replace(/\.+$/, '').replace(/^[0-9a-f]{32}(?=.)/, ''));
}

/** Whether a string anywhere in a record is or holds a name or an id, or is or holds an address in whatever form. */
export function isNamed(line: string, user: string): boolean {
  const address = addressIn(user);
  const texts = textsOf(line);
  if (address === undefined) return texts.some((text) => text.includes(user) && wordsOf(text).includes(user));
  return texts.some((text) =>
    text.split(/[^0-9a-f:.[\]]+/).some((each) => addressIn(each.replace(/\.$/, '')) === address),
  );
}

/** Some ids, names and addresses that the simulated records have. */
export function someUsers(stored: ReturnType<typeof everyLine>, most: number): string[] {
  const random = new Random(2, 4, 8);
  const found = new Set<string>();
  const take = (pattern: RegExp, name: string) => {
    const all = stored[name]?.flatMap((line) => [...line.matchAll(pattern)].map(([, value = '']) => value)) ?? [];
    for (let n = 0; n < most && all.length > 0; n += 1) found.add(random.pick(all).toLowerCase());
  };
  take(/"userId":"([0-9a-f-]{36})"/g, 'nonInteractiveSignIns');
  take(/"userPrincipalName":"([^"@]+@[^"]+)"/g, 'directoryAudits');
  take(/"objectId":"([0-9a-f-]{36})"/g, 'provisioning');
  take(/"userPrincipalName":"([^"]+)"/g, 'riskyUsers');
  take(/"ipAddress":"([^"]+)"/g, 'interactiveSignIns');
  take(/"ipAddress":"([^"]+)"/g, 'servicePrincipalRiskDetections');
  return [...found];
}
