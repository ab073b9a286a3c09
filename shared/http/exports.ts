/**
 * Answers of `GET /api/logs/{logType}`: the whole range as a stream, one page of it, or only how much it is.
 */
import { NoteError } from '../archive/noteKey.ts';
import { formatSeconds, instantFromMilliseconds } from '../archive/time.ts';
import type { Deps } from '../deps.ts';
import { countRecords, type Export, type ExportQuery, exportPage, exportRange, knownRecords } from '../export.ts';
import type { LogType } from '../logTypes.ts';
import { latestCheckpoint } from '../proof/heads.ts';
import { type Cursor, formatCursor } from '../query/cursor.ts';
import { safeFileName } from '../query/fileName.ts';
import { SegmentMissing } from '../segments.ts';
import { afterHeader, GZIP_FILLER, gzipBody, inflated } from '../serve/encode.ts';
import { formatted } from '../serve/format.ts';
import type { Piece } from '../serve/pieces.ts';
import { neverSilent } from '../serve/silence.ts';
import { type Answer, type Call, json, refuseUnknown } from './call.ts';
import { EXPORT_PARAMETERS, type ExportRequest, readExport } from './exportQuery.ts';
import { checkpointHeader } from './integrity.ts';
import { listLogTypes, readLogType } from './logs.ts';
import { Problem } from './problem.ts';

/**
 * `GET /api/logs` and `GET,HEAD /api/logs/{logType}`.
 * @param ready resolves when the storage is there; nothing is asked of it before the request has been judged.
 */
export async function getLogs(call: Call, ready: () => Promise<void>): Promise<Answer> {
  const { request, url, path, deps, signal } = call;
  const name = path[1];
  refuseUnknown(url.searchParams, name === undefined ? {} : EXPORT_PARAMETERS);
  if (name === undefined) return json(listLogTypes(deps.config));
  const logType = readLogType(deps.config, name);
  const now = instantFromMilliseconds(deps.clock.now());
  const asked = readExport(deps.config.tenantId, logType, url.searchParams, request.headers, now, signal);
  await ready();
  const answer = request.method === 'HEAD' ? answerHead : answerExport;
  if (!asked.query.cursor) return answer(deps, logType, asked, url);
  try {
    const { body, ...more } = await answer(deps, logType, asked, url);
    return { ...more, ...(body !== undefined && { body: typeof body === 'string' ? body : stillThere(deps, body) }) };
  } catch (error) {
    throw orGone(deps, error);
  }
}

/** The records of a range, or a page of them. */
async function answerExport(deps: Deps, logType: LogType, request: ExportRequest, url: URL): Promise<Answer> {
  if (request.countOnly) return answerCount(deps, logType, request);
  if (request.limit !== undefined) return answerPage(deps, logType, request, request.limit, url);
  const { pieces, ...opened } = await exportRange(deps, logType, request.query);
  const counted = new Counted(pieces);
  const headers = await headersOf(deps, logType, request, opened);
  return { headers, body: bodyOf(deps, request, counted), records: () => counted.records };
}

/** The headers alone; how many records there are where the index tells. */
async function answerHead(deps: Deps, logType: LogType, request: ExportRequest): Promise<Answer> {
  const { records, ...opened } = await knownRecords(deps, logType, request.query);
  const { limit = Number.POSITIVE_INFINITY } = request;
  const known = records !== undefined && countHeader(Math.min(limit, records));
  return { headers: { ...(await headersOf(deps, logType, request, opened)), ...known } };
}

/** A body under a cursor. */
async function* stillThere(deps: Deps, body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw orGone(deps, error);
  }
}

/** A cursor is good for as long as what it leads to is kept. */
function orGone(deps: Deps, error: unknown): unknown {
  if (!(error instanceof SegmentMissing)) return error;
  deps.log('warn', `a cursor leads to what is not there any more: ${error.message}`);
  return new Problem(
    410,
    'Gone',
    'Segments that this cursor leads to are not in the archive any more. Start the export anew without cursor and skip; ' +
      'GET /api/coverage says what is held, and what was deleted with proof.',
    { parameter: 'cursor' },
  );
}

async function answerCount(deps: Deps, logType: LogType, request: ExportRequest): Promise<Answer> {
  const { records, ...opened } = await countRecords(deps, logType, request.query);
  const { from, to } = request.query.range;
  const headers = { ...(await claims(deps, logType, opened, request)), ...countHeader(records) };
  return json({ logType: logType.name, from, to, records }, headers);
}

async function answerPage(
  deps: Deps,
  logType: LogType,
  request: ExportRequest,
  limit: number,
  url: URL,
): Promise<Answer> {
  const { pieces, records, next, ...opened } = await exportPage(deps, logType, request.query, limit);
  const headers = { ...(await headersOf(deps, logType, request, opened)), ...countHeader(records) };
  const link = next && {
    link: `<${nextLink(url, formatCursor({ pin: opened.seq, ...next }, request.key))}>; rel="next"`,
  };
  return { headers: { ...headers, ...link }, body: bodyOf(deps, request, listed(pieces)), records: () => records };
}

function nextLink(url: URL, cursor: string): string {
  const next = new URL(url);
  next.searchParams.set('cursor', cursor);
  next.searchParams.delete('skip');
  return `${next.pathname}${next.search}`;
}

function bodyOf(deps: Deps, { format, gzip }: ExportRequest, pieces: AsyncIterable<Piece>): AsyncIterable<Buffer> {
  const written = formatted(pieces, format);
  if (gzip) return afterHeader(neverSilent(gzipBody(written), GZIP_FILLER, deps.clock));
  return neverSilent(inflated(written), Buffer.from(format.filler), deps.clock);
}

/** Passes pieces on, and knows how many records that were: each piece says it of itself. */
class Counted implements AsyncIterable<Piece> {
  readonly #pieces: AsyncIterable<Piece>;
  records = 0;

  constructor(pieces: AsyncIterable<Piece>) {
    this.#pieces = pieces;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Piece> {
    for await (const piece of this.#pieces) {
      this.records += piece.records;
      yield piece;
    }
  }
}

async function* listed(pieces: readonly Piece[]): AsyncGenerator<Piece> {
  yield* pieces;
}

type Opened = Omit<Export, 'pieces'>;

async function headersOf(
  deps: Deps,
  logType: LogType,
  request: ExportRequest,
  opened: Opened,
): Promise<Record<string, string>> {
  const { format, gzip, query } = request;
  return {
    'content-type': format.contentType,
    'content-disposition': `attachment; filename="${safeFileName(logType.name, query.range, format.extension)}"`,
    vary: 'accept, accept-encoding',
    ...(gzip && { 'content-encoding': 'gzip' }),
    ...(await claims(deps, logType, opened, request)),
  };
}

/** What an answer says of the range, and where a broken download goes on. */
async function claims(
  deps: Deps,
  logType: LogType,
  { pin, seq, coverage }: Opened,
  { query, key, unknown }: ExportRequest,
): Promise<Record<string, string>> {
  const checkpoint = await signedHead(deps, logType, seq);
  return {
    'x-archive-coverage': coverage.state,
    'x-archive-covered-to': coverage.coveredTo.replace('.0000000Z', 'Z'),
    ...(coverage.deleted !== undefined && { 'x-archive-deleted': String(coverage.deleted) }),
    'x-archive-entries': String(seq + 1),
    'x-archive-cursor': formatCursor(beginning(query, seq), key),
    ...(checkpoint !== undefined && { 'x-archive-checkpoint': checkpoint }),
    ...(unknown.length > 0 && { 'x-archive-unknown-fields': unknown.join(', ') }),
    ...(pin.head && { 'x-archive-watermark': formatSeconds(pin.head.to) }),
  };
}

/** The newest checkpoint over no more than the answer rests on. The records are worth having without one too. */
async function signedHead(deps: Deps, { name }: LogType, seq: number): Promise<string | undefined> {
  try {
    const found = await latestCheckpoint(deps, name, seq + 1);
    return found && checkpointHeader(found);
  } catch (error) {
    if (!(error instanceof NoteError)) throw error;
    const next = 'Run the verifier over the archive (docs/AUDITOR.md); GET /api/status names what the audit found.';
    const message = `export of ${name}: the newest checkpoint cannot be believed, its header is left out. ${next}`;
    deps.log('error', message, { logType: name, cause: error.message });
    return undefined;
  }
}

/** Where an answer begins. */
function beginning({ cursor, skip = 0 }: ExportQuery, pin: number): Cursor {
  const { hour, given } = cursor ?? { hour: '', given: 0 };
  return { pin, hour, given: given + skip };
}

function countHeader(records: number): Record<string, string> {
  return { 'x-archive-records': String(records) };
}
