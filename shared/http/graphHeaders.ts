/** The headers of Graph's answers. */
import type { Call } from './call.ts';

const CONTENT_TYPE =
  'application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8';
/** What is repeated of a client's own id: clients send GUIDs, some send other words. */
const PLAIN = /^[\w.:{}-]{1,100}$/;

export function graphHeaders(call: Pick<Call, 'request' | 'id' | 'deps'>): Record<string, string> {
  return {
    'content-type': CONTENT_TYPE,
    date: new Date(call.deps.clock.now()).toUTCString(),
    'odata-version': '4.0',
    'request-id': call.id,
    'client-request-id': clientRequestId(call),
  };
}

/** The id that the client gave its request, else our own. */
export function clientRequestId({ request, id }: Pick<Call, 'request' | 'id'>): string {
  const given = request.headers.get('client-request-id') ?? '';
  return PLAIN.test(given) ? given : id;
}

/** Says how many records of what was asked for were deleted with proof: Graph's bodies have no word for it. */
export function deletedHeader(records: number): Record<string, string> {
  return records > 0 ? { 'x-archive-deleted': String(records) } : {};
}
