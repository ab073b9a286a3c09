/** What later runs of `npm run deploy` find is what the first left: run after run against a tenant that remembers. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AzFailure } from '../../dev/deploy/az.ts';
import { deploy } from '../../dev/deploy/deploy.ts';
import { permissionsNeeded } from '../../dev/deploy/grants.ts';
import { at } from '../../dev/deploy/json.ts';
import { readOptions } from '../../dev/deploy/options.ts';
import { createSteps, StepFailed } from '../../dev/deploy/steps.ts';
import { APP_VERSION } from '../../shared/version.ts';
import { createTenant, type Tenant } from './tenant.ts';

let app: Server;
let host: string;
beforeAll(async () => {
  app = createServer((_, response) => response.end(JSON.stringify({ status: 'up', version: APP_VERSION })));
  await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve));
  host = `127.0.0.1:${(app.address() as AddressInfo).port}`;
});
afterAll(() => void app.close());

const ARGS = ['--resource-group', 'logs', '--alert-email', 'ops@example.com', '--package', 'package.json'];
const FIRST = ['--location', 'westeurope', '--name', 'ela-test'];

/** Deploys; the lines that were said. */
async function run({ az }: Tenant, ...args: readonly string[]): Promise<readonly string[]> {
  const options = readOptions([...ARGS, ...args]);
  if (options === 'help') throw new Error('help was not asked for');
  const lines: string[] = [];
  const clock = { elapsed: () => 0, sleep: async () => {} };
  const world = { az, options, clock, say: (line: string) => void lines.push(line), makePackage: async () => '' };
  await deploy(
    world,
    createSteps(() => {}),
  );
  return lines;
}

const said = (...parameters: string[]) => parameters.flatMap((parameter) => ['--parameters', parameter]);

describe('a second run', () => {
  it('changes nothing, of what the first one made', async () => {
    const tenant = createTenant(host);
    await run(tenant, ...FIRST);
    expect(tenant.changes().length).toBeGreaterThan(10);
    const lines = await run(tenant, ...FIRST);
    expect(tenant.changes()).toEqual([]);
    expect(lines).toContain('as it should be already');
  });

  it('goes on wherever the first one broke off, and comes to the same', async () => {
    const whole = createTenant(host);
    await run(whole, ...FIRST);
    const count = whole.changes().length;
    for (const when of ['before', 'after'] as const) {
      for (let change = 0; change < count; change += 1) {
        const tenant = createTenant(host);
        tenant.breakAt(change, when);
        await expect(run(tenant, ...FIRST)).rejects.toThrow(StepFailed);
        tenant.mend();
        await run(tenant, ...FIRST);
        expect(tenant.everything()).toEqual(whole.everything());
        tenant.changes();
        await run(tenant, ...FIRST);
        expect(tenant.changes()).toEqual([]);
      }
    }
  });
});

describe('an upgrade', () => {
  const CHOSEN = said(
    'privateNetwork=true',
    'expireEnabled=true',
    'retentionClasses=[365]',
    'settings={"LOG_LEVEL":"x"}',
  );

  it('that says nothing leaves everything as it was deployed, and shows what is not the default', async () => {
    const tenant = createTenant(host);
    await run(tenant, ...FIRST, ...CHOSEN);
    const before = tenant.parameters();
    tenant.changes();
    const lines = await run(tenant);
    expect(tenant.changes()).toEqual([]);
    expect(tenant.parameters()).toEqual(before);
    expect(before).toMatchObject({ privateNetwork: true, expireEnabled: true, retentionClasses: [365] });
    expect(lines.filter((line) => line.endsWith('(from the last deployment)')).sort()).toEqual([
      'expireEnabled=true (from the last deployment)',
      'privateNetwork=true (from the last deployment)',
      'retentionClasses=[365] (from the last deployment)',
      'settings={"LOG_LEVEL":"x"} (from the last deployment)',
    ]);
  });

  it('changes what it says, and that alone', async () => {
    const tenant = createTenant(host);
    await run(tenant, ...FIRST, ...CHOSEN);
    const before = tenant.parameters();
    const lines = await run(tenant, ...said('privateNetwork=false', 'logDays=30'));
    expect(tenant.parameters()).toEqual({ ...before, privateNetwork: false, logDays: 30 });
    expect(lines).toContain('privateNetwork=false (said; the last deployment had true)');
    expect(lines).toContain('logDays=30 (said)');
    // And what went back to its default stays there.
    await run(tenant);
    expect(tenant.parameters()).toEqual({ ...before, privateNetwork: false, logDays: 30 });
  });

  it('stays in the region and with the name of the last deployment', async () => {
    const tenant = createTenant(host);
    await run(tenant, ...FIRST);
    await run(tenant, '--location', 'northeurope');
    await run(tenant);
    expect(tenant.parameters()).toMatchObject({ name: 'ela-test', location: 'northeurope' });
  });

  it('keeps what was the default then, and drops a parameter that is no more', async () => {
    const tenant = createTenant(host);
    await run(tenant, ...FIRST);
    const before = tenant.parameters();
    const az: Tenant['az'] = async (args) => {
      const answer = await tenant.az(args);
      if (args[0] === 'bicep') Object.assign(at(answer, 'parameters', 'logDays') as object, { defaultValue: 30 });
      if (args[0] === 'deployment' && args[2] === 'show')
        Object.assign(at(answer, 'properties', 'parameters') as object, { gone: { value: 1 } });
      return answer;
    };
    tenant.changes();
    const lines = await run({ ...tenant, az });
    expect(tenant.changes()).toEqual([]);
    expect(tenant.parameters()).toEqual(before);
    expect(lines).toContain('logDays=90 (from the last deployment)');
  });

  it('of another app in the group takes nothing from this one', async () => {
    const tenant = createTenant(host);
    await run(tenant, ...FIRST, ...CHOSEN);
    await run(tenant, '--name', 'ela-other');
    expect(tenant.parameters()).toMatchObject({ name: 'ela-other', privateNetwork: false, retentionClasses: [2555] });
  });

  it('is refused before anything changes where it says what the template does not know', async () => {
    const tenant = createTenant(host);
    await expect(run(tenant, ...FIRST, ...said('privatNetwork=true'))).rejects.toThrow(/no parameter privatNetwork/);
    await expect(run(tenant, ...FIRST, ...said('logTypes=a,b'))).rejects.toThrow(/logTypes wants JSON, not 'a,b'/);
    expect(tenant.changes()).toEqual([]);
  });
});

describe('a retention class that comes after the lock', () => {
  it.each([
    ['all', ['ledger', 'archive-2555d']],
    ['one', ['archive-2555d']],
  ])(
    'gets an unlocked policy at once where %s of the policies are locked, which stay as they are',
    async (_, names) => {
      const tenant = createTenant(host);
      await run(tenant, ...FIRST);
      for (const name of names) Object.assign(tenant.containers.get(name) ?? {}, { state: 'Locked' });
      await run(tenant, ...said('retentionClasses=[2555,365]'));
      expect(Object.fromEntries(tenant.containers)).toEqual({
        ledger: { days: 2920, state: names.includes('ledger') ? 'Locked' : 'Unlocked' },
        'archive-2555d': { days: 2555, state: 'Locked' },
        'archive-365d': { days: 365, state: 'Unlocked' },
      });
      tenant.changes();
      await run(tenant);
      expect(tenant.changes()).toEqual([]);
    },
  );
});

describe('a class that needs a longer ledger than is locked', () => {
  it('is refused before the infrastructure changes, with the command that extends it', async () => {
    const tenant = createTenant(host);
    await run(tenant, ...FIRST);
    Object.assign(tenant.containers.get('ledger') ?? {}, { state: 'Locked' });
    tenant.changes();
    const longer = said('retentionDaysByLogType={"riskyUsers":3650}');
    await expect(run(tenant, ...longer)).rejects.toThrow(
      /locked for 2920 days; .* needs 4015\.\n.*immutability-policy extend .* --container-name ledger --period 4015 --if-match '"1"'/,
    );
    expect(tenant.changes()).toEqual([]);
    Object.assign(tenant.containers.get('ledger') ?? {}, { days: 4015 });
    await run(tenant, ...longer);
    expect(Object.fromEntries(tenant.containers)).toMatchObject({
      ledger: { days: 4015, state: 'Locked' },
      'archive-3650d': { days: 3650, state: 'Unlocked' },
    });
  });
});

describe('rights in Entra ID', () => {
  it('that do not suffice are found before anything is changed', async () => {
    const tenant = createTenant(host);
    tenant.directory.roles.splice(0, 1, '9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3'); // Application Administrator
    const before = tenant.everything();
    const words = /may not grant AuditLog\.Read\.All, .*Privileged Role Administrator.*\n.*az login.*--no-identity/;
    await expect(run(tenant, ...FIRST)).rejects.toThrow(words);
    expect(tenant.changes()).toEqual([]);
    expect(tenant.everything()).toEqual(before);
  });

  it('are needed by nobody once all is granted', async () => {
    const tenant = createTenant(host);
    await run(tenant, ...FIRST);
    tenant.directory.roles.length = 0;
    await run(tenant, ...said('logDays=30'));
    expect(tenant.parameters()).toMatchObject({ logDays: 30 });
  });

  it.each<[string, string, (args: readonly string[]) => unknown, RegExp]>([
    [
      'cannot be read',
      'rest --method GET --url https://graph.microsoft.com/v1.0/me/',
      () => {
        throw new AzFailure('az rest', 'Forbidden({"code":"Authorization_RequestDenied"})');
      },
      /roles in Entra ID cannot be read \(Forbidden/,
    ],
    [
      'are an application’s',
      'account show',
      () => ({ id: 's', name: 'n', tenantId: 't', user: { name: 'app', type: 'servicePrincipal' } }),
      /signed in as an application/,
    ],
  ])('that %s are left to the directory to judge', async (_, call, answers, words) => {
    const tenant = createTenant(host);
    tenant.directory.roles.length = 0;
    const az: Tenant['az'] = async (args) => (args.join(' ').startsWith(call) ? answers(args) : tenant.az(args));
    const lines = await run({ ...tenant, az }, ...FIRST);
    expect(lines.join('\n')).toMatch(words);
    expect(tenant.directory.content.grants.length).toBe(permissionsNeeded().length);
  });
});

describe('a name that is somebody else’s', () => {
  it('leaves nothing behind, least of all a registration that trusts its address', async () => {
    const tenant = createTenant(host);
    tenant.taken.add('ela-test');
    const before = tenant.everything();
    await expect(run(tenant, ...FIRST)).rejects.toThrow(/somebody else's/);
    expect(tenant.changes()).toEqual([]);
    expect(tenant.everything()).toEqual(before);
  });
});
