/** `GET /{*path}`: the Explorer's files. The host matches in alphabetical order of names, so this one comes last. */
import { fileURLToPath } from 'node:url';
import { app } from '@azure/functions';
import { getExplorer, readBuilt } from '../shared/http/explorer.ts';
import { respond } from '../shared/http/respond.ts';
import { deps } from './app.ts';

/** `npm run build` puts it beside the folders of the compiled code. */
const built = readBuilt(fileURLToPath(new URL('../web/', import.meta.url)), { AUTH_MODE: deps.config.authMode });

app.http('zz-explorer', {
  methods: ['GET', 'HEAD'],
  route: '{*path}',
  handler: respond(deps, (call) => getExplorer(call, built), { open: true }),
});
