/**
 * Who comes in. Every refusal that is the same for all routes stands here, in the order in which a request meets it: who
 * asks, the access log, how large it is, the names of its parameters, whether they may, a place, what for.
 */
import type { IncomingMessage } from 'node:http';
import type { Deps } from '../deps.ts';
import { type AccessLog, type Asked, createAccessLog } from './accessLog.ts';
import { type Authenticate, callerIfAny, createAuthenticate } from './authenticate.ts';
import { authorise, refuseForeign } from './authorise.ts';
import type { Call } from './call.ts';
import { type Cap, createCap } from './cap.ts';
import type { Ending } from './ending.ts';
import { requireBounded } from './limits.ts';
import { requirePurpose } from './purpose.ts';
import { refuseUnknown } from './refuseUnknown.ts';
import { type Access, accessOf, operationOf } from './route.ts';

/** What all routes of an instance share. */
export interface Shared {
  /** Where requests are noted. */
  readonly accessLog: AccessLog;
  readonly authenticate: Authenticate;
  readonly cap: Cap;
  /** Resolves when the storage is there. */
  readonly ready: () => Promise<void>;
}

/** @param ready resolves when the storage is there. */
export function createShared(deps: Deps, ready: () => Promise<void> = async () => undefined): Shared {
  return {
    ready,
    accessLog: createAccessLog(deps, ready),
    authenticate: createAuthenticate(deps),
    cap: createCap(deps.config.maxParallelRequests),
  };
}

/** A request of which nothing is known yet but what it asks for. */
export interface Arrived extends Omit<Asked, 'caller'> {
  /** As Node has it; `undefined` without streaming. */
  readonly incoming: IncomingMessage | undefined;
}

/** What is known of a request that has come in. */
export type Admitted = Pick<Call, 'caller' | 'note' | 'concerns'>;

/**
 * Lets a request in.
 * @param ending is told what is owed when the answer has ended; a refusal is an answer too.
 * @throws Problem for whoever may not, in the words of the first check that refuses.
 */
export function admit(deps: Deps, shared: Shared, arrived: Arrived, ending: Ending): Promise<Admitted> {
  const { route, request, path, url } = arrived;
  const access = accessOf(route, request.method, path, url.searchParams);
  return access === 'public'
    ? admitAnybody(shared, arrived, ending)
    : admitHolder(deps, shared, access, arrived, ending);
}

/** To what needs a token, and as a rule a role. */
async function admitHolder(
  { config }: Deps,
  { authenticate, accessLog, cap }: Shared,
  access: Exclude<Access, 'public'>,
  { incoming, ...asked }: Arrived,
  ending: Ending,
): Promise<Admitted> {
  const { request, url, route } = asked;
  // Without a valid token there is nobody to write a record of: such requests are counted.
  const caller = await authenticate(request, incoming).catch((error: unknown) => {
    accessLog.countRefused();
    throw error;
  });
  // Whatever comes of it, it is known now who asks: that is noted before anything is refused or read. The storage is there
  // by then. A crash after this line leaves a record that says `unfinished`.
  const { end, ...noted } = await accessLog.open({ ...asked, caller });
  ending.recorded(end);
  requireBounded(request, url);
  // Parameters decide which role is needed: whoever misspelled one is told that, and not that they lack another role.
  requireKnown(asked);
  authorise(access, caller);
  refuseForeign(request, url, caller);
  // Whoever may not has taken nobody's place.
  ending.placed(cap.enter());
  requirePurpose(route.needsPurpose ?? config.purposeRequired, request.headers);
  return { caller, ...noted };
}

/** To what everybody may ask: no read, and no record. */
async function admitAnybody(
  { authenticate, cap, ready }: Shared,
  { incoming, ...asked }: Arrived,
  ending: Ending,
): Promise<Admitted> {
  const { request, url, route } = asked;
  requireBounded(request, url);
  requireKnown(asked);
  const caller = route.knowsCaller ? await callerIfAny(authenticate, request, incoming) : undefined;
  // Whoever is told more is worked for: that takes a place like any read, and the storage.
  if (caller) {
    ending.placed(cap.enter());
    await ready();
  }
  return { caller, note: async () => undefined, concerns: () => undefined };
}

/** What is none of the operations takes no parameter. @throws BadQuery */
function requireKnown({ route, request, path, url }: Omit<Arrived, 'incoming'>): void {
  if (!route.ownQuery) refuseUnknown(url.searchParams, operationOf(route, request.method, path)?.query);
}
