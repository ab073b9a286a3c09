/** `GET /api/graph/{v1.0|beta}/…[/{id}]`: the archive as Microsoft Graph would answer, over years. */
import { app } from '@azure/functions';
import { getGraph } from '../shared/http/graph.ts';
import { graphError } from '../shared/http/graphErrors.ts';
import { respond } from '../shared/http/respond.ts';
import { deps, ready } from './app.ts';

app.http('graph', {
  methods: ['GET'],
  route: 'api/graph/{*path}',
  handler: respond(deps, (call) => getGraph(call, ready), { errorAnswer: graphError }),
});
