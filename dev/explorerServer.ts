/**
 * `npm run explorer`: the Explorer as it is being written, on a port of its own, with the archive of `npm start` behind
 * it. What is changed in web/ shows at once. The policies that the app sends with the page are not in force here.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createServer } from 'vite';
import { browserVerifier } from './browserVerifier.ts';
import { plainNumbers } from './plainNumbers.ts';

const { values } = parseArgs({
  options: {
    archive: { type: 'string', default: 'http://127.0.0.1:7071' },
    port: { type: 'string', default: '7072' },
    /** The archive was started with --auth. */
    auth: { type: 'boolean', default: false },
  },
});

const server = await createServer({
  root: join(import.meta.dirname, '../web'),
  configFile: false,
  appType: 'spa',
  server: {
    host: '127.0.0.1',
    port: Number(values.port),
    strictPort: true,
    // The verifier lies beside web/.
    fs: { allow: [join(import.meta.dirname, '..')] },
    // The folder web/api holds modules of its own.
    proxy: { '^/api/(?!\\w+\\.ts)': values.archive, '/.auth': values.archive },
  },
  // What is prepared beforehand is not seen by plugins.
  optimizeDeps: { exclude: ['uplot'] },
  plugins: [
    browserVerifier(),
    plainNumbers(),
    { name: 'auth-mode', transformIndexHtml: (page) => page.replace('%AUTH_MODE%', values.auth ? 'entra' : 'none') },
  ],
});
await server.listen();
server.printUrls();
