/**
 * The table of routes: every function that HTTP reaches, what it is for, and who may. The host's routing, authorisation
 * and OpenAPI all read it; a route that is not here cannot be registered.
 */
import type { Route } from './route.ts';
import { ADMINISTRATION_ROUTES } from './routes/administration.ts';
import { GRAPH_ROUTES } from './routes/graph.ts';
import { LOG_ROUTES } from './routes/logs.ts';
import { LOOKING_ROUTES } from './routes/looking.ts';
import { OPEN_ROUTES } from './routes/open.ts';
import { PROOF_ROUTES } from './routes/proof.ts';
import { READING_ROUTES } from './routes/reading.ts';

export const ROUTES = {
  ...LOG_ROUTES,
  ...GRAPH_ROUTES,
  ...READING_ROUTES,
  ...LOOKING_ROUTES,
  ...ADMINISTRATION_ROUTES,
  ...PROOF_ROUTES,
  ...OPEN_ROUTES,
} as const satisfies Readonly<Record<string, Route>>;
