/** `GET /api/graph/{v1.0|beta}/…[/{id}]`: the archive as Microsoft Graph would answer, over years. */
import { getGraph } from '../shared/http/graph.ts';
import { graphError } from '../shared/http/graphErrors.ts';
import { ROUTES } from '../shared/http/routes.ts';
import { httpRoute } from './app.ts';

httpRoute(ROUTES.graph, getGraph, { errorAnswer: graphError });
