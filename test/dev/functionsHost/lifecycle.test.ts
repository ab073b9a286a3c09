/**
 * Starting, refusing to start, and ending: the command as a developer meets it.
 */

import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { endHosts, runHost, startHost } from './support/hostProcess.ts';
import { tempApp } from './support/tempApp.ts';
import { tempDirectory } from './support/tempDirectory.ts';

const HELLO = `import { app } from '@azure/functions';
app.http('hello', { route: '{name?}', handler: () => ({ body: 'hello' }) });
`;
const timer = (options: string) => `import { app } from '@azure/functions';
app.timer('job', { ${options}, handler: (timer, context) => context.log('ran', JSON.stringify(timer)) });
`;
const http404 = "import { app } from '@azure/functions';\napp.http('x', { route: 'admins', handler: () => ({}) });";

afterAll(endHosts);

describe('a refusal to start is one line with the next step, and exit 1', () => {
  it.each<[what: string, files: Record<string, string | undefined>, message: RegExp]>([
    ['a directory without host.json', { 'host.json': undefined }, /no host\.json in .*--app/],
    ['a host.json of another version', { 'host.json': '{}' }, /"version": "2\.0"/],
    ['a host.json that is not JSON', { 'host.json': '{ version' }, /host\.json is not JSON/],
    ['a package.json without main', { 'package.json': '{}' }, /has no "main"/],
    ['a missing build', {}, /No file matches "main": "main\.js" .*npm run build/],
    ['a missing build of a glob', { 'package.json': '{ "main": "dist/*.js" }' }, /npm run build/],
    [
      'an app that throws',
      { 'main.js': 'throw new Error("SETTING is missing")' },
      /main\.js failed to load: SETTING is missing/,
    ],
    ['an app that lacks a package', { 'main.js': "import 'absent-package'" }, /Cannot find package .*npm install/],
    ['an app without functions', { 'main.js': '' }, /registers no functions/],
    ['a malformed schedule', { 'main.js': timer("schedule: '0 0 0 * * 7'") }, /"7" is not valid for the day of week/],
    ['a schedule of a missing setting', { 'main.js': timer("schedule: '%NOPE%'") }, /the setting NOPE/],
    ['a route of the host', { 'main.js': http404 }, /refuses routes that start with "admin"/],
    [
      'a function twice',
      { 'main.js': `${HELLO}app.http('hello', { handler: () => ({}) });` },
      /already been registered/,
    ],
    [
      'an appStart hook that throws',
      { 'main.js': `${HELLO}app.hook.appStart(() => { throw new Error('not today'); });` },
      /appStart hook of the app failed: not today/,
    ],
    [
      'encrypted settings',
      { 'main.js': HELLO, 'local.settings.json': '{ "IsEncrypted": true }' },
      /local\.settings\.json is encrypted/,
    ],
    [
      'a setting that is no string',
      { 'main.js': HELLO, 'local.settings.json': '{ "Values": { "A": 1 } }' },
      /value of "A" must be a string/,
    ],
  ])('%s', async (_what, files, message) => {
    const { code, output } = await runHost({ app: await tempApp(files) });
    expect(code).toBe(1);
    expect(output.split('\n')[0]).toMatch(/^Functions host: /);
    expect(output.split('\n')[0]).toMatch(message);
  });

  it('a port that is taken', async () => {
    const other = http.createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const app = await tempApp({ 'main.js': HELLO });
    const { code, output } = await runHost({ app, args: ['--port', String(port)] });
    other.close();
    expect([code, output]).toEqual([1, expect.stringMatching(new RegExp(`Port ${port} is taken\\..*--port`))]);
  });

  it.each([
    [['--nope'], /--nope.*--help/],
    [['--port', '70000'], /--port must be a whole number/],
    [['--grace', 'x'], /--grace must be a whole number/],
  ])('the arguments %j', async (args, message) => {
    const { code, output } = await runHost({ app: 'esm-buffered', args });
    expect([code, output]).toEqual([1, expect.stringMatching(message)]);
  });

  it('a simulated clock that is none', async () => {
    const app = await tempApp({ 'main.js': HELLO });
    const { code, output } = await runHost({ app, env: { SIMULATED_CLOCK: 'noon' } });
    expect([code, output]).toEqual([1, expect.stringMatching(/SIMULATED_CLOCK must look like/)]);
  });

  it('a timer status that is none', async () => {
    const status = await tempDirectory();
    await writeFile(path.join(status, 'job.json'), '{ "Last": "yesterday" }');
    const app = await tempApp({ 'main.js': timer("schedule: '0 0 0 * * *'") });
    const { code, output } = await runHost({ app, status });
    expect([code, output]).toEqual([1, expect.stringMatching(/job\.json is not a timer status\. Delete it/)]);
  });
});

describe('a start', () => {
  it('prints its help and exits 0', async () => {
    const { code, output } = await runHost({ app: 'esm-buffered', args: ['--help'] });
    expect(code).toBe(0);
    for (const option of ['--app', '--port', '--status', '--grace', 'SIMULATED_CLOCK'])
      expect(output).toContain(option);
  });

  it('loads every file of a glob, modules and CommonJS each in its way', async () => {
    const app = await tempApp({
      'package.json': '{ "main": "dist/{index,functions/*}.{js,mjs}" }',
      'dist/index.js': "require('@azure/functions').app.setup({ enableHttpStream: true });",
      'dist/functions/one.js': "require('@azure/functions').app.http('one', { handler: () => ({ body: 'one' }) });",
      'dist/functions/two.mjs':
        "import { app } from '@azure/functions';\napp.http('two', { handler: () => ({ body: 'two' }) });",
    });
    const host = await startHost({ app });
    const bodies = await Promise.all(
      ['one', 'two'].map(async (name) => (await fetch(`${host.url}/api/${name}`)).text()),
    );
    expect(bodies).toEqual(['one', 'two']);
    await host.stop();
  });

  it('takes the route prefix of host.json, which may be empty', async () => {
    const empty = '{ "version": "2.0", "extensions": { "http": { "routePrefix": "" } } }';
    const host = await startHost({ app: await tempApp({ 'main.js': HELLO, 'host.json': empty }) });
    expect(await (await fetch(host.url)).text()).toBe('hello');
    expect(await (await fetch(`${host.url}/me`)).text()).toBe('hello');
    expect((await fetch(`${host.url}/me/too`)).status).toBe(404);
    await host.stop();
  });

  it('lets an app setting override the route prefix', async () => {
    const env = { AzureFunctionsJobHost__extensions__http__routePrefix: '/v2/' };
    const host = await startHost({ app: await tempApp({ 'main.js': HELLO }), env });
    expect(await (await fetch(`${host.url}/v2/me`)).text()).toBe('hello');
    expect((await fetch(`${host.url}/api/me`)).status).toBe(404);
    await host.stop();
  });

  it('lays local settings below the real environment', async () => {
    const show = `import { app } from '@azure/functions';
app.http('env', { handler: () => ({ jsonBody: [process.env.ONE, process.env.TWO, process.env.AZURE_FUNCTIONS_ENVIRONMENT] }) });`;
    const settings = '{ "Values": { "ONE": "file", "TWO": "file" } }';
    const app = await tempApp({ 'main.js': show, 'local.settings.json': settings });
    const host = await startHost({ app, env: { TWO: 'real' } });
    expect(await (await fetch(`${host.url}/api/env`)).json()).toEqual(['file', 'real', 'Development']);
    await host.stop();
  });

  it('switches disabled functions off, but lets a disabled timer be fired', async () => {
    const both = `${HELLO}app.timer('job', { schedule: '* * * * * *', runOnStartup: true, handler: (_timer, context) => context.log('ran') });`;
    const env = { 'AzureWebJobs.hello.Disabled': '1', 'AzureWebJobs.job.Disabled': 'true' };
    const host = await startHost({ app: await tempApp({ 'main.js': both }), env });
    expect((await fetch(`${host.url}/api/x`)).status).toBe(404);
    await host.fire('job');
    expect(host.output().match(/job: ran/g)).toHaveLength(1);
    await host.stop();
  });

  it('runs timers by the simulated clock', async () => {
    const clock = `${new Date().toISOString()}*36000`;
    const app = await tempApp({ 'main.js': timer("schedule: '0 0 * * * *'") });
    const host = await startHost({ app, env: { SIMULATED_CLOCK: clock } });
    await host.seen(/(ran.*\s[\s\S]*){3}/);
    const runs = [...host.output().matchAll(/ran (.*)/g)].map(([, json = '']) => JSON.parse(json).scheduleStatus.next);
    expect(new Set(runs).size).toBe(runs.length);
    for (const next of runs) expect(next).toMatch(/T\d\d:00:00\+00:00$/);
    await host.stop();
  });

  it('makes up for what was missed while it was not running', async () => {
    const app = await tempApp({ 'main.js': timer("schedule: '0 0 * * * *'") });
    const env = { SIMULATED_CLOCK: '2026-11-21T08:30:00Z*0' };
    const first = await startHost({ app, env });
    await first.stop();
    const later = { SIMULATED_CLOCK: '2026-11-21T11:30:00Z*0' };
    const second = await startHost({ app, env: later, status: first.statusDirectory });
    await second.seen(/ran .*"next":"2026-11-21T09:00:00\+00:00".*"isPastDue":true/);
    await second.stop();
    expect(JSON.parse(await readFile(path.join(first.statusDirectory, 'job.json'), 'utf8'))).toEqual({
      Last: '2026-11-21T11:30:00+00:00',
      Next: '2026-11-21T12:00:00+00:00',
      LastUpdated: '2026-11-21T11:30:00+00:00',
    });
  });
});

describe('an end', () => {
  it.each(['esm-buffered', 'esm-streaming'])('of %s waits for what runs, and takes nothing new', async (app) => {
    const host = await startHost({ app, args: ['--grace', '600'] });
    const agent = new http.Agent({ keepAlive: true });
    const answer = new Promise<string>((resolve, reject) => {
      http
        .get(`${host.url}/api/held-request`, { agent }, async (response) => {
          let body = '';
          for await (const chunk of response) body += chunk;
          resolve(body);
        })
        .on('error', reject);
    });
    // Opened before the end, used after it: the only way to reach a host that has stopped listening.
    const late = http.request(`${host.url}/api/release`, { method: 'POST', headers: { 'content-length': 1 } });
    late.flushHeaders();
    await fetch(`${host.url}/admin/functions/held-job`, { method: 'POST' });
    await host.seen(/held-request begins/);
    await host.seen(/held-job begins/);
    host.signal('SIGTERM');
    await host.seen(/terminating/);
    await expect(fetch(`${host.url}/api/bytes`)).rejects.toThrow('fetch failed');
    // Releases the job and the request.
    late.end('x');
    expect(await answer).toBe('at last');
    expect(await host.exited()).toBe(0);
    expect(host.output()).toContain('held-job ends');
    agent.destroy();
  });

  it('waits no longer than the grace, names what still runs, and exits 0', async () => {
    const host = await startHost({ app: 'cjs-buffered', args: ['--grace', '0'] });
    fetch(`${host.url}/api/held-request`).catch(() => {});
    await host.seen(/held-request begins/);
    expect(await host.stop()).toBe(0);
    expect(host.output()).toMatch(/Still running: held-request \(/);
  });

  it('comes at once with a second signal', async () => {
    const host = await startHost({ app: 'cjs-streaming', args: ['--grace', '600'] });
    fetch(`${host.url}/api/held-request`).catch(() => {});
    await host.seen(/held-request begins/);
    host.signal('SIGTERM');
    await host.seen(/terminating/);
    host.signal('SIGINT');
    expect(await host.exited()).toBe(1);
  });

  it('comes with exit 1 and the error when a rejection is not handled', async () => {
    const host = await startHost({ app: 'esm-streaming' });
    await fetch(`${host.url}/api/reject-later`).catch(() => {});
    expect(await host.exited()).toBe(1);
    expect(host.output()).toMatch(/Functions host: Error: nobody waits for this\n\s+at /);
  });
});
