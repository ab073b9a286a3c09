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
import { type KnownKey, knownKeys } from '../keyIndex.ts';
import { applyLedger, MOST_ENTRIES_BEHIND } from '../ledger.ts';
import { proveConsistency, proveEntry, TilesMissing } from '../proof/proofs.ts';
import { BadQuery } from '../query/range.ts';
import { type Answer, type Call, json } from './call.ts';
import { checkpointHeader, HOURLY, newest, ofSize } from './checkpoints.ts';
import { Problem } from './problem.ts';
import { readLogType } from './readLogType.ts';
import { getRecordProof } from './recordProof.ts';
import { refuseUnknown } from './refuseUnknown.ts';
import { type Operation, operationOf, wordsOf } from './route.ts';
import { PROOF_ROUTES } from './routes/proof.ts';

/** @param given what stands in the places of the parameters of the path. */
type Handler = (call: Call, given: readonly string[]) => Promise<Answer>;

/** By the path of the operation. */
const HANDLERS: Readonly<Record<string, Handler>> = {
  '/api/integrity/keys': getKeys,
  '/api/integrity/checkpoints/{logType}': getCheckpoint,
  '/api/integrity/checkpoints/{logType}/{size}': getCheckpoint,
  '/api/integrity/proofs/entry/{logType}/{seq}': getEntryProof,
  '/api/integrity/proofs/consistency/{logType}': getConsistencyProof,
  '/api/integrity/proofs/record/{logType}/{id}': getRecordProof,
};
const THERE_ARE =
  'keys, checkpoints/{logType}[/{size}], proofs/entry/{logType}/{seq}, proofs/consistency/{logType}?from&to, ' +
  'proofs/record/{logType}/{id}?from&to';
const NUMBER = /^(?:0|[1-9]\d{0,11})$/;

/** `GET /api/integrity/…` */
export async function getIntegrity(call: Call): Promise<Answer> {
  const operation = askedFor(call.path);
  const handle = HANDLERS[operation?.path ?? ''];
  if (!operation || !handle) throw new Problem(404, 'No such route', `Below /api/integrity/ there are: ${THERE_ARE}.`);
  refuseUnknown(call.url.searchParams, operation.query);
  const given = wordsOf(operation).flatMap((word, n) => (isParameter(word) ? [call.path[n] ?? ''] : []));
  return handle(call, given).catch((error: unknown) => {
    if (!(error instanceof TilesMissing)) throw error;
    const detail = `${error.message}. They are made anew with the next checkpoint, at the latest with the next audit.`;
    throw new Problem(503, 'Proof not available yet', detail, {}, { 'retry-after': '3600' });
  });
}

/** The operation of a path. The host matches no further than `integrity`: what follows is taken as it is written. */
function askedFor(path: readonly string[]): Operation | undefined {
  const operation = operationOf(PROOF_ROUTES.integrity, 'GET', path);
  const isWritten = (word: string, n: number) => n === 0 || isParameter(word) || word === path[n];
  return operation && wordsOf(operation).every(isWritten) ? operation : undefined;
}

const isParameter = (word: string) => word.startsWith('{');

/** Every key that ever signed, by ledger, in the forms that openssl and C2SP's tools take. */
async function getKeys({ deps }: Call): Promise<Answer> {
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
async function getCheckpoint({ deps }: Call, [name = '', size]: readonly string[]): Promise<Answer> {
  const logType = readLogType(deps.config, name);
  const { head, bytes } =
    size === undefined ? await newest(deps, logType) : await ofSize(deps, logType, readNumber('size', size));
  const file = `${logType.name}_${head.size}.checkpoint`;
  return text(bytes.toString('utf8'), file, { 'x-archive-checkpoint': checkpointHeader(head) });
}

/** A C2SP tlog-proof that carries the entry's bytes as its extra data. */
async function getEntryProof({ deps }: Call, [name = '', number = '']: readonly string[]): Promise<Answer> {
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
