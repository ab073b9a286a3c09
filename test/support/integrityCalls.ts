/** Calls of the routes of proof on a world in memory, as the host makes them. */
import { HttpRequest, type HttpResponseInit, InvocationContext } from '@azure/functions';
import { getIntegrity } from '../../shared/http/integrity.ts';
import { respond } from '../../shared/http/respond.ts';
import { ROUTES } from '../../shared/http/routes.ts';
import type { World } from './flowHarness.ts';

/** @param path what follows `/api/integrity/` */
export async function getProof(world: World, path: string) {
  const context = new InvocationContext({ invocationId: 'an-id', functionName: 'integrity' });
  const request = new HttpRequest({ method: 'GET', url: `http://localhost/api/integrity/${path}` });
  const answer = (await respond(
    world.instance(),
    ROUTES.integrity,
    getIntegrity,
  )(request, context)) as HttpResponseInit;
  return { status: answer.status, headers: answer.headers as Record<string, string>, body: String(answer.body) };
}
