/** `POST /api/sweeps`: asks for a span to be read again. `GET /api/sweeps/{id}`: how far that has come, what it found. */
import { app } from '@azure/functions';
import { refuseUnknown, respond } from '../shared/http/respond.ts';
import { getSweep, postSweep } from '../shared/http/sweeps.ts';
import { deps, ready } from './app.ts';

app.http('sweeps', {
  methods: ['POST'],
  route: 'api/sweeps',
  handler: respond(deps, async (call) => {
    refuseUnknown(call.url.searchParams, {});
    await ready();
    return postSweep(call);
  }),
});

app.http('sweeps-progress', {
  methods: ['GET'],
  route: 'api/sweeps/{id}',
  handler: respond(deps, async (call) => {
    refuseUnknown(call.url.searchParams, {});
    await ready();
    return getSweep(call);
  }),
});
