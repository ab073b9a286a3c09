/**
 * Which values of a record its segment's sketches hold: the strings, at any depth, of fields that people search by.
 *
 * There are two layers, because the two kinds of values are searched for in different ways. `actors` recur in many
 * records, so that a day's values take little room and a whole month of days is read at once. `events` are nearly as many
 * as there are records; their sketches are read only for a search that names one.
 *
 * Values are folded before they are hashed, so that a search regardless of case finds them too: A to Z become small, and
 * so does the Kelvin sign, the only other character whose small form is ASCII. Letters beyond ASCII stay as they are:
 * what their small forms are depends on the version of Unicode, and a sketch must mean the same for years. IP addresses are
 * held in the one form of `addressIn` too, so that a search for one finds it however it was written.
 *
 * Fields: those that Graph documents as filterable with `eq` by value, and their like in nested objects (signIn,
 * directoryAudit, provisioningObjectSummary, riskDetection and servicePrincipalRiskDetection, microsoft-graph-docs).
 */
import { hash } from 'node:crypto';
import { addressIn, LONGEST_ADDRESS } from './address.ts';
import { JsonCursor, TOKEN } from './json.ts';

export type Layer = 'actors' | 'events';
export const LAYERS: readonly Layer[] = ['actors', 'events'];

/** The values of records, hashed. */
export type Values = Readonly<Record<Layer, Set<number>>>;

/** The `id` of a record is its own; one deeper inside is that of a user, an app, a resource or a policy. */
const OWN_ID = 'id';

const FIELDS: Readonly<Record<Layer, readonly string[]>> = {
  actors: [
    ...['id', 'userId', 'userPrincipalName', 'userDisplayName', 'displayName', 'signInIdentifier'],
    ...['alternateSignInName', 'appId', 'appDisplayName', 'applicationId', 'servicePrincipalId'],
    ...['servicePrincipalName', 'servicePrincipalDisplayName', 'resourceId', 'resourceDisplayName'],
    ...['resourceServicePrincipalId', 'ipAddress', 'ipAddressFromResourceProvider', 'globalSecureAccessIpAddress'],
    ...['deviceId', 'jobId'],
  ],
  events: [
    ...[OWN_ID, 'correlationId', 'requestId', 'originalRequestId', 'uniqueTokenIdentifier', 'sessionId'],
    ...['clientSessionId', 'changeId', 'cycleId'],
  ],
};

/** Sketches of another table, or of another way to hash, tell nothing: they are made again. */
export const VALUES_VERSION = hash('sha256', JSON.stringify({ hash: 2, FIELDS })).slice(0, 16);

/** The layer that holds the values of a field. @param name in any case. @param own whether it is the record's own. */
export function layerOf(name: string, own: boolean): Layer | undefined {
  return fieldAt(Buffer.from(name), 0, Buffer.byteLength(name), own);
}

/** A value as sketches know it, 53 bits: equal for texts that differ only in the case of ASCII letters. */
export function hashValue(text: string): number {
  const bytes = Buffer.from(text);
  return hashBytes(bytes, 0, bytes.length);
}

/**
 * Adds the values of records.
 * @param lines whole lines of a segment.
 * @throws BrokenPage when they are not JSON.
 */
export function addValues(lines: Buffer, into: Values): void {
  const json = new JsonCursor(lines);
  for (let first = json.token(); first >= 0; first = json.token()) {
    if (first !== openBrace) json.fail('a record is not an object');
    walkObject(json, into, 1);
  }
}

const { closeBrace, closeBracket, none, openBrace, openBracket, quote } = TOKEN;
/** Containers within containers, at most: more than a stored line has. */
const MAX_DEPTH = 500;

function walkObject(json: JsonCursor, into: Values, depth: number): void {
  if (depth > MAX_DEPTH) json.fail('nested too deep');
  for (let key = json.enter(closeBrace); key !== none; key = json.next(closeBrace)) {
    const start = json.at;
    const layer = json.string()
      ? fieldAt(json.bytes, start + 1, json.at - 1, depth === 1)
      : layerOf(json.text(start, false), depth === 1);
    const first = json.colon();
    if (layer !== undefined && first === quote) addString(json, into[layer]);
    else walk(json, first, into, depth);
  }
}

function walk(json: JsonCursor, first: number, into: Values, depth: number): void {
  if (first === openBrace) walkObject(json, into, depth + 1);
  else if (first !== openBracket) json.value(first, depth);
  else {
    if (depth >= MAX_DEPTH) json.fail('nested too deep');
    for (let item = json.enter(closeBracket); item !== none; item = json.next(closeBracket))
      walk(json, item, into, depth + 1);
  }
}

/** Skips the string at the cursor and adds its hash; that of an address in its one form, if it is written otherwise. */
function addString(json: JsonCursor, into: Set<number>): void {
  const start = json.at;
  const plain = json.string();
  into.add(plain ? hashBytes(json.bytes, start + 1, json.at - 1) : hashValue(json.text(start, false)));
  if (plain && !mayNeedForm(json.bytes, start + 1, json.at - 1)) return;
  const address = addressIn(json.text(start, plain));
  if (address !== undefined) into.add(hashValue(address));
}

const COLON = 0x3a;

/** Whether a value may be an address that has several forms: those have a colon, and are short. */
function mayNeedForm(bytes: Buffer, from: number, to: number): boolean {
  if (to - from > LONGEST_ADDRESS) return false;
  for (let at = from; at < to; at += 1) if (bytes[at] === COLON) return true;
  return false;
}

const CASE_BIT = 0x20;
const UPPER_A = 0x41;
const UPPER_Z = 0x5a;
const SMALL_K = 0x6b;
/** The Kelvin sign in UTF-8. */
const KELVIN = [0xe2, 0x84, 0xaa] as const;

/** Two lanes of 32 bits, each mixed into the other at the end (cyrb53 by bryc, public domain). */
function hashBytes(bytes: Buffer, from: number, to: number): number {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let at = from; at < to; at += 1) {
    let byte = bytes[at] as number;
    if (byte >= UPPER_A && byte <= UPPER_Z) byte |= CASE_BIT;
    else if (byte === KELVIN[0] && bytes[at + 1] === KELVIN[1] && bytes[at + 2] === KELVIN[2]) {
      byte = SMALL_K;
      at += 2;
    }
    a = Math.imul(a ^ byte, 0x9e3779b1);
    b = Math.imul(b ^ byte, 0x5f356495);
  }
  const x = Math.imul(a ^ (a >>> 16), 0x85ebca6b) ^ Math.imul(b ^ (b >>> 13), 0xc2b2ae35);
  const y = Math.imul(b ^ (b >>> 16), 0x85ebca6b) ^ Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (y & 0x1fffff) * 4_294_967_296 + (x >>> 0);
}

const NAMES: Readonly<Record<'own' | 'inner', ReadonlyMap<number, Layer>>> = {
  own: new Map(namesOf((layer, name) => layer === 'events' || name !== OWN_ID)),
  inner: new Map(namesOf((layer, name) => layer === 'actors' || name !== OWN_ID)),
};

function namesOf(counts: (layer: Layer, name: string) => boolean): [number, Layer][] {
  return LAYERS.flatMap((layer) =>
    FIELDS[layer].filter((name) => counts(layer, name)).map((name): [number, Layer] => [hashValue(name), layer]),
  );
}

/**
 * For each length of a key the first letters, as bits, of the names that have it: passes over nearly all other keys at
 * once. A k of a name may be a Kelvin sign, which is two bytes longer.
 */
const FIRST_LETTERS = firstLetters();

function firstLetters(): Uint32Array {
  const letters = new Uint32Array(256);
  for (const name of LAYERS.flatMap((layer) => FIELDS[layer])) {
    const ks = name.toLowerCase().split('k').length - 1;
    for (let k = 0; k <= ks; k += 1) {
      const length = name.length + (KELVIN.length - 1) * k;
      letters[length] = (letters[length] as number) | (1 << (name.charCodeAt(0) & 31));
    }
  }
  return letters;
}

/** The layer of the field whose name lies between two positions. */
function fieldAt(bytes: Buffer, from: number, to: number, own: boolean): Layer | undefined {
  const length = to - from;
  if (length === 0 || length >= FIRST_LETTERS.length) return undefined;
  if ((((FIRST_LETTERS[length] as number) >>> ((bytes[from] as number) & 31)) & 1) === 0) return undefined;
  return NAMES[own ? 'own' : 'inner'].get(hashBytes(bytes, from, to));
}
