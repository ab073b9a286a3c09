/**
 * The routes of proof: keys, checkpoints, and proofs of entries, of consistency and of single records.
 *
 * What is asked for and not there is answered with what is.
 */
import { createPublicKey } from 'node:crypto';
import { originOf } from '../archive/checkpoint.ts';
import { fingerprint } from '../archive/ecdsa.ts';
import { ledgerName } from '../archive/names.ts';
import { formatNoteKey, noteKey } from '../archive/noteKey.ts';
import { formatTlogProof } from '../archive/tlogProof.ts';
import type { Deps } from '../deps.ts';
import { type KnownKey, knownKeys } from '../keyIndex.ts';
import { applyLedger, MOST_ENTRIES_BEHIND } from '../ledger.ts';
import type { LogType } from '../logTypes.ts';
import { newestHead, type StoredHead, storedHead } from '../proof/heads.ts';
import { proveConsistency, proveEntry, TilesMissing } from '../proof/proofs.ts';
import { signedSizes } from '../proof/stored.ts';
import { BadQuery } from '../query/range.ts';
import { type Answer, type Call, json, refuseUnknown } from './call.ts';
import { readLogType } from './logs.ts';
import { Problem } from './problem.ts';
import { getRecordProof } from './recordProof.ts';

type Handler = (call: Call, rest: readonly string[]) => Promise<Answer>;

/** By what follows `/api/integrity/`, and how many further segments the route takes. */
const ROUTES: readonly { readonly path: string; readonly takes: readonly number[]; readonly handle: Handler }[] = [
  { path: 'keys', takes: [0], handle: getKeys },
  { path: 'checkpoints', takes: [1, 2], handle: getCheckpoint },
  { path: 'proofs/entry', takes: [2], handle: getEntryProof },
  { path: 'proofs/consistency', takes: [1], handle: getConsistencyProof },
  { path: 'proofs/record', takes: [2], handle: getRecordProof },
];
const THERE_ARE =
  'keys, checkpoints/{logType}[/{size}], proofs/entry/{logType}/{seq}, proofs/consistency/{logType}?from&to, ' +
  'proofs/record/{logType}/{id}?from&to';
const NUMBER = /^(?:0|[1-9]\d{0,11})$/;
/** Sizes named to somebody who asked for one that there is not. */
const NEAREST = 5;

/** `GET /api/integrity/…` */
export async function getIntegrity(call: Call): Promise<Answer> {
  const asked = call.path.slice(1);
  for (const { path, takes, handle } of ROUTES) {
    const words = path.split('/');
    const rest = asked.slice(words.length);
    if (!words.every((word, n) => word === asked[n]) || !takes.includes(rest.length)) continue;
    try {
      return await handle(call, rest);
    } catch (error) {
      if (!(error instanceof TilesMissing)) throw error;
      const detail = `${error.message}. They are made anew with the next checkpoint, at the latest with the next audit.`;
      throw new Problem(503, 'Proof not available yet', detail, {}, { 'retry-after': '3600' });
    }
  }
  throw new Problem(404, 'No such route', `Below /api/integrity/ there are: ${THERE_ARE}.`);
}

/** Every key that ever signed, by ledger, in the forms that openssl and C2SP's tools take. */
async function getKeys({ deps, url }: Call): Promise<Answer> {
  refuseUnknown(url.searchParams, {});
  const ledgers = deps.config.logTypes.map(async ({ name }) => {
    await applyLedger(deps, name, MOST_ENTRIES_BEHIND);
    const origin = originOf(ledgerName(deps.config.tenantId, name));
    return { logType: name, origin, keys: (await knownKeys(deps, name)).map((known) => showKey(origin, known)) };
  });
  return json({ ledgers: await Promise.all(ledgers) });
}

function showKey(origin: string, { seq, time, key }: KnownKey) {
  const spki = Buffer.from(key.spki, 'base64');
  const pem = createPublicKey({ key: spki, format: 'der', type: 'spki' }).export({ format: 'pem', type: 'spki' });
  return { entry: seq, time, ...key, sha256: fingerprint(spki), noteKey: formatNoteKey(noteKey(origin, spki)), pem };
}

/** The signed note, verbatim. */
async function getCheckpoint({ deps, url }: Call, [name = '', size]: readonly string[]): Promise<Answer> {
  refuseUnknown(url.searchParams, {});
  const logType = readLogType(deps.config, name);
  const { head, bytes } =
    size === undefined ? await newest(deps, logType) : await ofSize(deps, logType, readNumber('size', size));
  const file = `${logType.name}_${head.size}.checkpoint`;
  return text(bytes.toString('utf8'), file, { 'x-archive-checkpoint': checkpointHeader(head) });
}

/** A C2SP tlog-proof that carries the entry's bytes as its extra data. */
async function getEntryProof({ deps, url }: Call, [name = '', number = '']: readonly string[]): Promise<Answer> {
  refuseUnknown(url.searchParams, {});
  const logType = readLogType(deps.config, name);
  const seq = readNumber('seq', number);
  const checkpoint = await newest(deps, logType);
  const { size } = checkpoint.head;
  if (seq >= size) {
    const { seq: last } = await applyLedger(deps, logType.name, MOST_ENTRIES_BEHIND);
    const detail =
      seq > last
        ? `${logType.name} has no entry ${seq}: its entries are 0 to ${last}, of which 0 to ${size - 1} can be proved.`
        : `Entry ${seq} of ${logType.name} is under no checkpoint yet: the newest covers entries 0 to ${size - 1}. ${HOURLY}`;
    throw new Problem(404, 'No such entry under a checkpoint', detail, { parameter: 'seq' });
  }
  const { entry, hashes } = await proveEntry(deps, logType.name, seq, checkpoint);
  const proof = formatTlogProof({ index: seq, hashes, checkpoint: checkpoint.bytes, extra: entry });
  return text(proof, `${logType.name}_${seq}.tlog-proof`);
}

/** No C2SP text exists for these: JSON, with both checkpoints as signed. */
async function getConsistencyProof({ deps, url }: Call, [name = '']: readonly string[]): Promise<Answer> {
  refuseUnknown(url.searchParams, { from: '24', to: '48' });
  const logType = readLogType(deps.config, name);
  const [from, to] = (['from', 'to'] as const).map((side) => {
    const given = url.searchParams.get(side) ?? '';
    if (NUMBER.test(given)) return Number(given);
    throw new BadQuery(side, `'${side}' must be the size of a checkpoint. A right example: from=24&to=48`);
  }) as [number, number];
  const [older, newer] = [await ofSize(deps, logType, from), await ofSize(deps, logType, to)];
  if (from > to) throw new BadQuery('to', `'to' must not be less than 'from'. A right example: from=24&to=48`);
  const proof = await proveConsistency(deps, logType.name, older.head, newer.head);
  return json({
    logType: logType.name,
    from,
    to,
    proof: proof.map((hash) => hash.toString('base64')),
    checkpoints: { from: older.bytes.toString('utf8'), to: newer.bytes.toString('utf8') },
  });
}

const HOURLY = 'Checkpoints are signed every hour; GET /api/status says if something keeps them from it.';

/** @throws Problem 404 when nothing is signed yet. */
async function newest(deps: Deps, { name }: LogType): Promise<StoredHead> {
  await applyLedger(deps, name, MOST_ENTRIES_BEHIND);
  const found = await newestHead(deps, name);
  if (found) return found;
  throw new Problem(404, 'No checkpoint yet', `No checkpoint of ${name} is signed yet. ${HOURLY}`);
}

/** @throws Problem 404 that names the sizes nearest to it. */
async function ofSize(deps: Deps, { name }: LogType, size: number): Promise<StoredHead> {
  await applyLedger(deps, name, MOST_ENTRIES_BEHIND);
  const found = await storedHead(deps, name, size);
  if (found) return found;
  const sizes = await signedSizes(deps, name);
  const nearest = sizes.toSorted((a, b) => Math.abs(a - size) - Math.abs(b - size)).slice(0, NEAREST);
  const there =
    sizes.length === 0
      ? `None is signed yet. ${HOURLY}`
      : `There are ${sizes.length}, over ${sizes[0]} to ${sizes.at(-1)} entries; the nearest: ${nearest.sort((a, b) => a - b).join(', ')}.`;
  throw new Problem(404, 'No such checkpoint', `No checkpoint of ${name} is over ${size} entries. ${there}`, {
    nearest,
  });
}

/** `<size> <root>`: what `X-Archive-Checkpoint` says. */
export function checkpointHeader({ size, root }: { readonly size: number; readonly root: Buffer | string }): string {
  return `${size} ${typeof root === 'string' ? root : root.toString('base64')}`;
}

function readNumber(name: string, given: string): number {
  if (NUMBER.test(given)) return Number(given);
  const detail = `'${name}' must be a whole number without zeros in front, not '${given.slice(0, 80)}'.`;
  throw new Problem(400, 'Bad path', `${detail} Below /api/integrity/ there are: ${THERE_ARE}.`, { parameter: name });
}

function text(body: string, file: string, headers: Readonly<Record<string, string>> = {}): Answer {
  const disposition = `inline; filename="${file}"`;
  return {
    body,
    headers: { 'content-type': 'text/plain; charset=utf-8', 'content-disposition': disposition, ...headers },
  };
}
