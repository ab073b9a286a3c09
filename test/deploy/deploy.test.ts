/** `npm run deploy`, the command, against a CLI that writes down what it is asked and an app that answers. */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { permissionsNeeded } from '../../dev/deploy/grants.ts';
import { APP_VERSION } from '../../shared/version.ts';
import { APP_ID, deployed, fresh, NAME } from './answers.ts';
import { type Rule, stubAz } from './stub.ts';

const az = stubAz();
const folder = mkdtempSync(join(tmpdir(), 'deploy-'));
const zip = join(folder, 'app.zip');
const SHA256 = createHash('sha256').update('package').digest('hex');
const ARGS = ['--resource-group', 'logs', '--location', 'westeurope', '--alert-email', 'ops@example.com'];
const ALL = [...ARGS, '--name', NAME, '--package', zip];
let app: Server;
let host: string;
let version: string = APP_VERSION;
beforeAll(async () => {
  writeFileSync(zip, 'package');
  app = createServer((_request, response) => {
    if (version === '') response.writeHead(503).end();
    else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ status: 'up', version }));
  });
  await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve));
  host = `127.0.0.1:${(app.address() as AddressInfo).port}`;
});
afterAll(() => {
  app.close();
  az.remove();
  rmSync(folder, { recursive: true });
});

const run = (args: readonly string[], rules: readonly Rule[]) => az.run('dev/deploy/main.ts', args, rules);
const CHANGES =
  /^(group create|identity create|tag update|deployment group create|functionapp deployment|rest --method (POST|PATCH|PUT|DELETE) (?!.*checknameavailability)|.*(delete|update|lock|purge)\b)/;
const changesIn = (calls: readonly string[]) => calls.filter((call) => CHANGES.test(call));
/** Without what is said in a body or a long list of parameters. */
const brief = (call: string) => call.replace(/ --(headers|body|template-file|only|parameters|src|tags) .*/, '');

describe('a first deployment', () => {
  it('looks first, then makes things in the order in which they need each other', async () => {
    const { code, stdout, stderr, calls } = await run(ALL, fresh(host));
    expect([code, stderr]).toEqual([0, '']);
    const graph = 'https://graph.microsoft.com/v1.0';
    expect(changesIn(calls).map(brief)).toEqual([
      'group create --name logs --location westeurope',
      `rest --method POST --url ${graph}/applications`,
      `rest --method PATCH --url ${graph}/applications/object`,
      `rest --method POST --url ${graph}/servicePrincipals`,
      `identity create --resource-group logs --name id-${NAME} --location westeurope`,
      `rest --method POST --url ${graph}/applications/object/federatedIdentityCredentials`,
      ...permissionsNeeded().map(
        () =>
          `rest --method POST --url ${graph}/servicePrincipals/33333333-3333-4333-8333-333333333333/appRoleAssignments`,
      ),
      'deployment group create --resource-group logs --name entra-log-archive',
      `functionapp deployment source config-zip --resource-group logs --name ${NAME}`,
      'tag update --resource-id /subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/logs --operation Merge',
    ]);
    const firstChange = calls.findIndex((call) => CHANGES.test(call));
    expect(calls.slice(0, firstChange).map((call) => call.split(' ').slice(0, 2).join(' '))).toEqual([
      'version',
      'account show',
      'cloud show',
      'group exists',
      'rest --method',
      'functionapp list-flexconsumption-locations',
      'rest --method',
      'rest --method',
      'rest --method',
      'bicep build',
    ]);
    const nameChecks = calls.findIndex((call) => call.startsWith('keyvault check-name'));
    expect(nameChecks).toBeGreaterThan(0);
    expect(nameChecks).toBeLessThan(calls.findIndex((call) => call.startsWith('deployment group create')));
    expect(stdout).toContain(`answers with version ${APP_VERSION}`);
    expect(stdout).toContain('npm run lock-immutability -- --resource-group logs');
    expect(stdout).toContain(APP_ID);
  });

  it('tells the template who and where, and nothing of what is locked', async () => {
    const { calls } = await run([...ALL, '--parameters', 'privateNetwork=true'], fresh(host));
    const create = calls.find((call) => call.startsWith('deployment group create')) ?? '';
    expect(create.split(' --parameters ').slice(1)).toEqual([
      'privateNetwork=true',
      `name=${NAME}`,
      'alertEmail=ops@example.com',
      `authClientId=${APP_ID}`,
      'location=westeurope',
    ]);
  });

  it('makes a name of subscription and resource group where none is given', async () => {
    const { stdout } = await run([...ARGS, '--dry-run'], fresh(host));
    const again = await run([...ARGS, '--dry-run'], fresh(host));
    expect(stdout).toMatch(/app ela-[0-9a-f]{8}, region westeurope/);
    expect(again.stdout).toBe(stdout);
  });
});

describe('the package', () => {
  /** Runs in a folder of its own with this in place of npm, which is given its arguments. */
  const withNpm = (script: string) => {
    mkdirSync(join(folder, 'dist'), { recursive: true });
    writeFileSync(join(folder, 'npm.mjs'), script);
    const env = { npm_execpath: join(folder, 'npm.mjs') };
    return az.run('dev/deploy/main.ts', [...ARGS, '--name', NAME], fresh(host), env, folder);
  };

  it("is made by 'npm run package' where none is given, and what that names is published", async () => {
    const { code, stdout, calls } = await withNpm(`
      import { writeFileSync } from 'node:fs';
      if (process.argv.slice(2).join(' ') !== 'run --silent package') throw new Error('another command');
      writeFileSync('dist/made.zip', 'package');
      console.log('what a build says\\ndist/made.zip: 1.0 MB, 2 files\\nSHA-256 x');
    `);
    expect(code).toBe(0);
    expect(stdout).toContain('   dist/made.zip: 1.0 MB, 2 files\n');
    const order = changesIn(calls).slice(-3);
    expect(order[0]).toMatch(/^deployment group create/);
    expect(order[1]).toMatch(/^functionapp deployment .* --src dist\/made\.zip$/);
    expect(order[2]).toContain(`package-of-${NAME}=${SHA256}`);
  });

  it('is not published where it cannot be made, and what the build said is shown', async () => {
    const { code, stderr, calls } = await withNpm("console.error('no such module'); process.exitCode = 1;");
    expect([code, calls.filter((call) => call.startsWith('functionapp deployment'))]).toEqual([1, []]);
    expect(stderr).toMatch(/Package: The package could not be made: no such module/);
  });
});

describe('a dry run', () => {
  it.each(['nothing', 'everything'])('changes nothing and says what it would do where %s is there', async (what) => {
    const rules = what === 'nothing' ? fresh(host) : deployed(host, 'another');
    const { code, stdout, calls } = await run([...ALL, '--dry-run'], rules);
    expect(code).toBe(0);
    expect(changesIn(calls)).toEqual([]);
    expect(stdout).toContain('would be');
    expect(stdout).toContain('Nothing was changed');
  });
});

describe('a second run', () => {
  it('changes nothing', async () => {
    const { code, stdout, calls } = await run(ALL, deployed(host, SHA256));
    expect(code).toBe(0);
    expect(changesIn(calls)).toEqual([]);
    expect(stdout).toContain('as it should be already');
    expect(stdout).toContain('is there already');
  });

  it('publishes another package, and the same again where the app does not answer with its version', async () => {
    const other = await run(ALL, [PUBLISHED, TAGGED, ...deployed(host, 'another')]);
    expect(changesIn(other.calls).map((call) => call.split(' ')[0])).toEqual(['functionapp', 'tag']);
    version = '0.0.1';
    const older = await run([...ALL, '--wait', '0'], [PUBLISHED, TAGGED, ...deployed(host, SHA256)]);
    version = APP_VERSION;
    expect(changesIn(older.calls).map((call) => call.split(' ')[0])).toEqual(['functionapp', 'tag']);
    expect(older.stderr).toContain('did not answer with version');
  });

  it('goes on after one that broke off', async () => {
    const half = {
      properties: { parameters: { name: { value: NAME } }, provisioningState: 'Failed', error: { code: 'Conflict' } },
    };
    const rules = [
      { call: '^deployment group show', answer: half },
      ...deployed(host, SHA256),
      ...fresh(host).filter(({ call }) => call === '^deployment group create'),
    ];
    const { code, stdout, calls } = await run(ALL, rules);
    expect([code, changesIn(calls).map(brief)]).toEqual([
      0,
      ['deployment group create --resource-group logs --name entra-log-archive'],
    ]);
    expect(stdout).toContain('goes on where it stopped');
  });

  it('completes a registration that has some of the roles, and keeps what else it has', async () => {
    const registration = {
      id: 'object',
      appId: APP_ID,
      appRoles: [{ id: 'x', value: 'Own.Role' }],
      identifierUris: ['api://own'],
    };
    const rules = [
      { call: 'GET --url https://graph.microsoft.com/v1.0/applications?', answer: { value: [registration] } },
      ...fresh(host),
    ];
    const { calls } = await run(ALL, rules);
    const patch = calls.find((call) => call.startsWith('rest --method PATCH')) ?? '';
    const body = JSON.parse(patch.slice(patch.indexOf('--body ') + 7)) as Record<string, { value: string }[]>;
    expect(body.appRoles?.map(({ value }) => value)).toEqual([
      'Own.Role',
      'Archive.Read',
      'Archive.Export',
      'Archive.Verify',
      'Archive.Admin',
    ]);
    expect(body.identifierUris).toEqual(['api://own', `api://${APP_ID}`]);
    expect(
      calls.filter((call) => call.includes('POST --url https://graph.microsoft.com/v1.0/applications --')),
    ).toEqual([]);
  });
});

describe('locked policies', () => {
  const locked = (container: string) => ({
    call: `immutability-policy show --container-name ${container} `,
    answer: { etag: '"1"', immutabilityPeriodSinceCreationInDays: 2920, state: 'Locked' },
  });
  const parametersOf = (calls: readonly string[]) =>
    (calls.find((call) => call.startsWith('deployment group what-if')) ?? '').split(' --parameters ').slice(1);

  it('are seen beforehand, and the template is told to leave them alone', async () => {
    const { calls, stdout } = await run(ALL, [locked('ledger'), locked('archive-2555d'), ...deployed(host, SHA256)]);
    expect(parametersOf(calls)).toContain('lockedContainers=["archive-2555d","ledger"] --no-pretty-print');
    expect(stdout).toContain('locked and left alone: archive-2555d (2920 days), ledger (2920 days)');
  });

  it('beside unlocked ones leave those to the template', async () => {
    const { calls } = await run(ALL, [locked('ledger'), ...deployed(host, SHA256)]);
    expect(parametersOf(calls).at(-1)).toBe('lockedContainers=["ledger"] --no-pretty-print');
  });
});

describe('without --identity', () => {
  it('touches nothing in the directory, and says what must be there', async () => {
    const { code, stdout, calls } = await run([...ALL, '--no-identity', '--auth-client-id', APP_ID], fresh(host));
    expect(code).toBe(0);
    expect(calls.filter((call) => call.includes('graph.microsoft.com') || call.startsWith('identity'))).toEqual([]);
    for (const permission of permissionsNeeded()) expect(stdout).toContain(permission);
  });
});

const PUBLISHED: Rule = { call: '^functionapp deployment', answer: {} };
const TAGGED: Rule = { call: '^tag update', answer: {} };
