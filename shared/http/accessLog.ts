/**
 * The access log at the edge: a row before anything is read, and one more write when the answer has ended.
 *
 * Whoever cannot be noted gets nothing. What is noted is who asks and for what; of the query only the parameters named
 * here, so that nothing gets into the log which only looks like a parameter.
 */
import { randomUUID } from 'node:crypto';
import type { HttpRequest } from '@azure/functions';
import type { Caller } from '../access/caller.ts';
import { createCounter } from '../access/counter.ts';
import type { AccessRequest, AccessResult } from '../access/record.ts';
import { amendRow, closeRow, openRow } from '../access/rows.ts';
import type { Deps } from '../deps.ts';
import { messageOf } from '../errors.ts';
import type { Concerns } from './call.ts';
import { Problem } from './problem.ts';
import { readPurpose } from './purpose.ts';
import { logTypeIn, type Operation, operationOf, type Route } from './route.ts';

/** A request whose token was found valid. */
export interface Asked {
  readonly request: HttpRequest;
  readonly url: URL;
  /** Segments of the path after `/api/`. */
  readonly path: readonly string[];
  /** The id under which the log knows the request. */
  readonly id: string;
  readonly route: Route;
  /** `undefined` with AUTH_MODE=none. */
  readonly caller: Caller | undefined;
}

/** Notes how the answer to a request ended. Never throws: what cannot be noted is logged, and stays `unfinished`. */
export type NoteEnd = (result: Omit<AccessResult, 'durationMs'>) => Promise<void>;

/** A request that is noted. */
export interface Noted {
  /** Stores what is known by now, and a text of the body. @throws Problem 503 when it is not certain that the record has it. */
  note(text?: string): Promise<void>;
  /** Adds what the request is about. That is stored with the next write of the record: its end, if nothing comes before. */
  readonly concerns: Concerns;
  readonly end: NoteEnd;
}

export interface AccessLog {
  /** Notes a request. @throws Problem 503 when it is not certain that it is noted. */
  open(asked: Asked): Promise<Noted>;
  /** Counts a request without a valid token. */
  countRefused(): void;
  /** Stores what was counted: when the host shuts down. */
  flush(): Promise<void>;
}

/** Who asks where nobody has to say. */
const ANONYMOUS: Pick<Caller, 'oid' | 'appId' | 'roles'> = { oid: 'anonymous', appId: 'anonymous', roles: [] };

const NEXT = 'Check that the table of ArchiveStorage can be written.';

/** @param ready resolves when the storage is there. */
export function createAccessLog(deps: Deps, ready: () => Promise<void> = async () => undefined): AccessLog {
  const counter = createCounter(deps, deps.clock, (error) => {
    const message = `requests without a record could not be counted yet: ${messageOf(error)}. ${NEXT}`;
    deps.log('error', message, { accessLog: 'uncounted' });
  });

  function refusal(error: unknown, id: string): Problem {
    const message = `a request could not be noted in the access log and was refused: ${messageOf(error)}. ${NEXT}`;
    deps.log('error', message, { accessLog: 'refused', invocationId: id });
    return new Problem(503, 'Access log not writable', REFUSED, {}, { 'retry-after': '10' });
  }

  async function open(asked: Asked): Promise<Noted> {
    const began = deps.clock.elapsed();
    let request = requestOf(asked, deps.clock.now());
    try {
      await ready();
      await openRow(deps, request);
    } catch (error) {
      counter.count('notRecorded');
      throw refusal(error, asked.id);
    }
    const note = async (text?: string) => {
      if (text !== undefined) request = { ...request, note: text };
      await amendRow(deps, request).catch((error: unknown) => {
        throw refusal(error, asked.id);
      });
    };
    const concerns: Concerns = (logTypes, range) => {
      request = { ...request, logType: logTypes.join(','), ...(range && { from: range.from, to: range.to }) };
    };
    const end: NoteEnd = async (result) => {
      const durationMs = Math.round(deps.clock.elapsed() - began);
      try {
        await closeRow(deps, request, { ...result, durationMs });
      } catch (error) {
        const message = `how a request ended could not be noted in the access log: ${messageOf(error)}. ${NEXT}`;
        deps.log('error', message, { accessLog: 'unfinished', invocationId: asked.id });
      }
    };
    return { note, concerns, end };
  }

  return { open, countRefused: () => counter.count('withoutToken'), flush: () => counter.flush() };
}

const REFUSED =
  'Every request leaves a record before anything is read for it, and that of this one could not be written. Nothing was ' +
  'read. Try again shortly; if this stays, give the id to the operator.';

function requestOf(
  { request, url, path, id, route, caller = { ...ANONYMOUS, cookie: false } }: Asked,
  at: number,
): AccessRequest {
  // In any case, as Graph takes the names of its options. What is given twice is refused: the first is kept of it.
  const given = new Map([...url.searchParams].reverse().map(([name, value]) => [name.toLowerCase(), value]));
  const of = (...names: string[]) => names.map((name) => given.get(name)).find((value) => value !== undefined) ?? null;
  const operation = operationOf(route, request.method, path);
  return {
    id: randomUUID(),
    at,
    oid: caller.oid,
    appId: caller.appId,
    roles: caller.roles,
    method: request.method,
    route: operation?.path ?? `/${route.template}`,
    path: `/api/${path.join('/')}`,
    logType: (operation && logTypesOf(operation, path)) ?? null,
    from: of('from'),
    to: of('to'),
    filter: of('filter', '$filter'),
    select: of('select', '$select'),
    format: of('format') ?? request.headers.get('accept')?.slice(0, 200) ?? null,
    limit: of('limit', '$top'),
    ids: of('ids'),
    user: of('user'),
    cursor: given.has('cursor') || given.has('$skiptoken'),
    purpose: readPurpose(request.headers),
    invocationId: id,
  };
}

/** As the path names it, which may be none that there is; else all that the path may be about. */
function logTypesOf(operation: Operation, path: readonly string[]): string | undefined {
  return logTypeIn(operation, path)?.slice(0, 80) ?? operation.logTypes?.join(',');
}
