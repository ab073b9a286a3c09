/** `GET /api/coverage[/{logType}]?from&to`: what the ledger says is held of a range, with gaps and re-reads. */
import { getCoverage } from '../shared/http/coverage.ts';
import { ROUTES } from '../shared/http/routes.ts';
import { httpRoute } from './app.ts';

httpRoute(ROUTES.coverage, getCoverage);
