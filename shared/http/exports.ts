/**
 * Answers of `GET /api/logs/{logType}`: the whole range as a stream, one page of it, or only how much it is.
 */
import { formatSeconds } from '../archive/time.ts';
import type { Deps } from '../deps.ts';
import { countRecords, type Export, exportPage, exportRange, knownRecords } from '../export.ts';
import type { LogType } from '../logTypes.ts';
import { formatCursor } from '../query/cursor.ts';
import { safeFileName } from '../query/fileName.ts';
import { afterHeader, GZIP_FILLER, gzipBody, inflated } from '../serve/encode.ts';
import { formatted } from '../serve/format.ts';
import type { Piece } from '../serve/pieces.ts';
import { neverSilent } from '../serve/silence.ts';
import type { ExportRequest } from './exportQuery.ts';
import { type Answer, json } from './respond.ts';

/** The records of a range, or a page of them. */
export async function answerExport(deps: Deps, logType: LogType, request: ExportRequest, url: URL): Promise<Answer> {
  if (request.countOnly) return answerCount(deps, logType, request);
  if (request.limit !== undefined) return answerPage(deps, logType, request, request.limit, url);
  const { pieces, ...opened } = await exportRange(deps, logType, request.query);
  return { headers: headersOf(logType, request, opened), body: bodyOf(deps, request, pieces) };
}

/** The headers alone; how many records there are where the index tells. */
export async function answerHead(deps: Deps, logType: LogType, request: ExportRequest): Promise<Answer> {
  const { records, ...opened } = await knownRecords(deps, logType, request.query);
  return { headers: { ...headersOf(logType, request, opened), ...(records !== undefined && countHeader(records)) } };
}

async function answerCount(deps: Deps, logType: LogType, request: ExportRequest): Promise<Answer> {
  const { records, ...opened } = await countRecords(deps, logType, request.query);
  const { from, to } = request.query.range;
  const headers = { ...claims(opened, request), ...countHeader(records) };
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
  const headers = { ...headersOf(logType, request, opened), ...countHeader(records) };
  const link = next && {
    link: `<${nextLink(url, formatCursor({ pin: opened.seq, ...next }, request.key))}>; rel="next"`,
  };
  return { headers: { ...headers, ...link }, body: bodyOf(deps, request, listed(pieces)) };
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

async function* listed(pieces: readonly Piece[]): AsyncGenerator<Piece> {
  yield* pieces;
}

type Opened = Omit<Export, 'pieces'>;

function headersOf(logType: LogType, request: ExportRequest, opened: Opened): Record<string, string> {
  const { format, gzip, query } = request;
  return {
    'content-type': format.contentType,
    'content-disposition': `attachment; filename="${safeFileName(logType.name, query.range, format.extension)}"`,
    vary: 'accept, accept-encoding',
    ...(gzip && { 'content-encoding': 'gzip' }),
    ...claims(opened, request),
  };
}

/** What an answer says of the range, and where a broken download goes on. */
function claims({ pin, seq, coverage }: Opened, { query, key }: ExportRequest): Record<string, string> {
  return {
    'x-archive-coverage': coverage.state,
    'x-archive-covered-to': coverage.coveredTo.replace('.0000000Z', 'Z'),
    'x-archive-entries': String(seq + 1),
    'x-archive-cursor': formatCursor(query.cursor ?? { pin: seq, hour: '', given: 0 }, key),
    ...(pin.head && { 'x-archive-watermark': formatSeconds(pin.head.to) }),
  };
}

function countHeader(records: number): Record<string, string> {
  return { 'x-archive-records': String(records) };
}
