/** `GET /{*path}`: the Explorer's files. The host matches in alphabetical order of names, so this one comes last. */
import { fileURLToPath } from 'node:url';
import { getExplorer, readBuilt } from '../shared/http/explorer.ts';
import { ROUTES } from '../shared/http/routes.ts';
import { deps, httpRoute } from './app.ts';

/** `npm run build` puts it beside the folders of the compiled code. */
const built = readBuilt(fileURLToPath(new URL('../web/', import.meta.url)), { AUTH_MODE: deps.config.authMode });

httpRoute(ROUTES.explorer, (call) => getExplorer(call, built));
