/** `POST /api/sweeps`: asks for a span to be read again. `GET /api/sweeps/{id}`: how far that has come, what it found. */
import { ROUTES } from '../shared/http/routes.ts';
import { getSweep, postSweep } from '../shared/http/sweeps.ts';
import { httpRoute } from './app.ts';

httpRoute(ROUTES.sweeps, postSweep);
httpRoute(ROUTES.sweepsProgress, getSweep);
