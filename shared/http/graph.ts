/**
 * The Graph-compatible routes: `/api/graph/{v1.0|beta}/…`, lists and single records, as Microsoft Graph answers them.
 * docs/GRAPH.md says what is supported and where this differs from Graph.
 */
import { ALWAYS, countList, deletedRecords, findRecord, type ListQuery, listPage } from '../list.ts';
import type { LogType } from '../logTypes.ts';
import { matcher } from '../query/matcher.ts';
import type { Range } from '../query/range.ts';
import type { Selection } from '../query/select.ts';
import { SegmentMissing } from '../segments.ts';
import { type Answer, type Call, whole } from './call.ts';
import { pageBody, recordBody } from './graphBody.ts';
import { expiredSkipToken, noRecord } from './graphErrors.ts';
import { deletedHeader, graphHeaders } from './graphHeaders.ts';
import { linkTo } from './graphLinks.ts';
import { logTypesOfList, logTypesOfRecord, rangeOfList } from './graphLogTypes.ts';
import { type GraphPath, readGraphPath } from './graphPath.ts';
import { type GraphQuery, readGraphQuery, readOptions, readSelection } from './graphQuery.ts';
import { formatSkipToken, parseSkipToken, type SkipToken } from './graphSkipToken.ts';

/**
 * Answers a request. Whatever is wrong with it is said before anything is looked for.
 * @throws Problem in Graph's words.
 */
export async function getGraph(call: Call): Promise<Answer> {
  const path = readGraphPath(call.path);
  const answer = path.id === undefined ? prepareList(call, path) : prepareRecord(call, path, path.id);
  const { body, records, deleted = 0 } = await answer();
  // Graph has no word for it: what it shows is simply there or not.
  return { headers: { ...graphHeaders(call), ...deletedHeader(deleted) }, body: whole(body), records: () => records };
}

interface Prepared {
  readonly body: Buffer;
  readonly records: number;
  /** Records of the range that were deleted with proof. */
  readonly deleted?: number;
}

function prepareRecord(call: Call, path: GraphPath, id: string): () => Promise<Prepared> {
  const select = readSelection(readOptions(call.url.searchParams, 'record'));
  const logTypes = logTypesOfRecord(call.deps.config, path);
  call.concerns(namesOf(logTypes));
  return async () => {
    const line = await findRecord(call.deps, logTypes, id, call.signal);
    if (!line) throw noRecord(id, await deletedRecords(call.deps, logTypes, { range: ALWAYS }));
    return { body: recordBody(`${contextOf(call, path, select)}/$entity`, line, select), records: 1 };
  };
}

function prepareList(call: Call, path: GraphPath): () => Promise<Prepared> {
  const { deps, url } = call;
  const options = readOptions(url.searchParams, 'list');
  const query = readGraphQuery(options, path.resource, path.version);
  const logTypes = logTypesOfList(deps.config, path, query.filter);
  const belongsTo = [path.version, path.resource.path, options.get('$filter') ?? '', query.order];
  const token = query.skipToken === undefined ? undefined : parseSkipToken(query.skipToken, belongsTo, logTypes.length);
  const list = listOf(call, logTypes, query, token);
  call.concerns(namesOf(logTypes), boundsOf(list.range));
  return async () => {
    const { lines, from, next } = await listPage(deps, list, query.top, token).catch((error: unknown) => {
      // A token is good for as long as what it leads to is kept.
      throw token && error instanceof SegmentMissing ? expiredSkipToken() : error;
    });
    const count = query.count ? (token?.count ?? (await countList(deps, list, from))) : undefined;
    const nextLink = next && linkTo(url, path, formatSkipToken({ ...next, count }, belongsTo));
    const page = { context: contextOf(call, path, query.select), count, nextLink, lines, select: query.select };
    return { body: pageBody(page), records: lines.length, deleted: await deletedRecords(deps, logTypes, from) };
  };
}

/** A list that was begun keeps its range: the last 30 days are those of its first page. */
function listOf(
  { deps, signal }: Call,
  logTypes: readonly LogType[],
  { filter, order }: GraphQuery,
  token: SkipToken | undefined,
): ListQuery {
  const range = token?.range ?? rangeOfList(logTypes, filter, deps.clock.now());
  return { logTypes, range, order, filter: filter && matcher(filter), signal };
}

const namesOf = (logTypes: readonly LogType[]) => logTypes.map(({ name }) => name);

/** The ends of a range that are bounds. */
function boundsOf({ from, to }: Range) {
  return { from: from === ALWAYS.from ? null : from, to: to === ALWAYS.to ? null : to };
}

function contextOf({ url }: Call, { version, resource }: GraphPath, select: Selection | undefined): string {
  const fields = select ? `(${select.names.join()})` : '';
  return `${url.origin}/api/graph/${version}/$metadata#${resource.path}${fields}`;
}
