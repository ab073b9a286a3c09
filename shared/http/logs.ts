/**
 * `GET /api/logs`: the log types. `GET,HEAD /api/logs/{logType}`: a whole range as a stream, one page of it, or only how
 * much it is.
 */
import { instantFromMilliseconds } from '../archive/time.ts';
import type { Config } from '../config.ts';
import type { Deps } from '../deps.ts';
import { countRecords, exportPage, exportRange, knownRecords } from '../export.ts';
import type { LogType } from '../logTypes.ts';
import { formatCursor } from '../query/cursor.ts';
import { SegmentMissing } from '../segments.ts';
import { afterHeader, GZIP_FILLER, gzipBody, inflated } from '../serve/encode.ts';
import { formatted } from '../serve/format.ts';
import { counted, type Pieces } from '../serve/pieces.ts';
import { neverSilent } from '../serve/silence.ts';
import { type Answer, type Call, json } from './call.ts';
import { claims, countHeader, headersOf } from './exportHeaders.ts';
import { type ExportRequest, readExport } from './exportQuery.ts';
import { Problem } from './problem.ts';
import { readLogType } from './readLogType.ts';

export async function getLogs(call: Call): Promise<Answer> {
  const { request, url, path, deps, signal } = call;
  const name = path[1];
  if (name === undefined) return json(listLogTypes(deps.config));
  const logType = readLogType(deps.config, name);
  const now = instantFromMilliseconds(deps.clock.now());
  const asked = readExport(deps.config.tenantId, logType, url.searchParams, request.headers, now, signal);
  const answer = request.method === 'HEAD' ? answerHead : answerExport;
  if (!asked.query.cursor) return answer(deps, logType, asked, url);
  try {
    const { body, ...more } = await answer(deps, logType, asked, url);
    return { ...more, ...(body !== undefined && { body: typeof body === 'string' ? body : stillThere(deps, body) }) };
  } catch (error) {
    throw orGone(deps, error);
  }
}

/** The body of `GET /api/logs`. */
export function listLogTypes(config: Config) {
  return {
    logTypes: config.logTypes.map((logType) => ({
      logType: logType.name,
      source: `${logType.api}${logType.path}`,
      timeField: logType.timeField,
      sourceRetentionDays: logType.sourceRetentionDays ?? null,
      retentionDays: config.retentionDays(logType.name),
    })),
  };
}

/** The records of a range, or a page of them. */
async function answerExport(deps: Deps, logType: LogType, request: ExportRequest, url: URL): Promise<Answer> {
  if (request.countOnly) return answerCount(deps, logType, request);
  if (request.limit !== undefined) return answerPage(deps, logType, request, request.limit, url);
  const { pieces, ...opened } = await exportRange(deps, logType, request.query);
  const given = { records: 0 };
  const headers = await headersOf(deps, logType, request, opened);
  return { headers, body: bodyOf(deps, request, counted(pieces, given)), records: () => given.records };
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
  return { headers: { ...headers, ...link }, body: bodyOf(deps, request, pieces), records: () => records };
}

function nextLink(url: URL, cursor: string): string {
  const next = new URL(url);
  next.searchParams.set('cursor', cursor);
  next.searchParams.delete('skip');
  return `${next.pathname}${next.search}`;
}

function bodyOf(deps: Deps, { format, gzip }: ExportRequest, pieces: Pieces): AsyncIterable<Buffer> {
  const written = formatted(pieces, format);
  if (gzip) return afterHeader(neverSilent(gzipBody(written), GZIP_FILLER, deps.clock));
  return neverSilent(inflated(written), Buffer.from(format.filler), deps.clock);
}
