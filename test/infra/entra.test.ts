/** What the archive needs in Entra ID: the same in Bicep, in the script and in the table of log types. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LOG_TYPES } from '../../shared/logTypes.ts';
import { at, flat, parse, stringsIn, textOf } from './bicep.ts';

const SCRIPT = readFileSync('infra/identity.sh', 'utf8');
const identity = parse(textOf('infra/identity/identity.bicep'));
const registration = parse(textOf('infra/identity/registration.bicep'));

const ROLES = ['Archive.Read', 'Archive.Export', 'Archive.Verify', 'Archive.Admin'];

/** Permissions of log types; a field that Graph leaves out without another permission takes that too. */
function permissionsOf(optional: boolean): string[] {
  const rows = [...LOG_TYPES.values()].filter((row) => row.permission && row.optional === optional);
  const hidden = rows.some(({ permittedField }) => permittedField) ? ['Policy.Read.ConditionalAccess'] : [];
  return [...new Set([...rows.map(({ permission }) => permission), ...hidden])].toSorted();
}

function listOf(name: string): string[] {
  const body = new RegExp(`^${name}=\\(\\n(.*?)^\\)`, 'ms').exec(SCRIPT)?.[1] ?? '';
  return body
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
}

describe('permissions of Microsoft Graph', () => {
  it('are those that the log types need, no more', () => {
    expect(stringsIn(at(identity, 'permissions')).toSorted()).toEqual(permissionsOf(false));
    expect(stringsIn(at(identity, 'optionalPermissions')).toSorted()).toEqual(permissionsOf(true));
  });

  it('are the same in the script', () => {
    expect(listOf('permissions')).toEqual(stringsIn(at(identity, 'permissions')));
    expect(listOf('optional_permissions')).toEqual(stringsIn(at(identity, 'optionalPermissions')));
  });

  it('only read', () => {
    expect([...permissionsOf(false), ...permissionsOf(true)].filter((name) => !/\.Read\./.test(name))).toEqual([]);
  });
});

describe('app roles', () => {
  const inBicep = [0, 1, 2, 3].map((n) =>
    ['id', 'value', 'text'].map((field) => flat(at(registration, `roles.${n}.${field}`))?.slice(1, -1)),
  );

  it('are the four of the archive, the same in the script to the id', () => {
    expect(inBicep.map(([, value]) => value)).toEqual(ROLES);
    expect(listOf('roles').map((line) => line.slice(1, -1).split('|'))).toEqual(inBicep);
  });

  it('have ids of their own', () => {
    expect(new Set(inBicep.map(([id]) => id)).size).toBe(ROLES.length);
    for (const name of ['accessScopeId', 'azureCli'])
      expect(SCRIPT).toContain(`=${flat(at(registration, name))?.slice(1, -1)}\n`);
  });
});

describe('infra/identity.sh', () => {
  const folder = mkdtempSync(join(tmpdir(), 'identity-'));
  const GRANTED = permissionsOf(false).map((name) => `role-of-${name}`);
  let first: Run;
  let second: Run;

  interface Run {
    readonly stdout: string;
    readonly stderr: string;
    readonly calls: readonly string[][];
    readonly tenant: Tenant;
  }
  interface Tenant {
    readonly applications: Record<string, Record<string, unknown>>;
    readonly principals: Record<string, unknown>;
    readonly credentials: Record<string, unknown>;
    readonly grants: readonly { principalId: string; resourceId: string; appRoleId: string }[];
  }

  async function run(...args: string[]): Promise<Run> {
    writeFileSync(join(folder, 'calls.jsonl'), '');
    const env = {
      PATH: `${folder}:${process.env.PATH}`,
      STUB_AZ_FOLDER: folder,
      STUB_AZ_ROLES: JSON.stringify(permissionsOf(false)),
      STUB_AZ_REFUSALS: '1',
      IDENTITY_WAIT: '0',
    };
    const { stdout, stderr } = await promisify(execFile)('bash', ['infra/identity.sh', ...args], { env });
    const read = (name: string) => readFileSync(join(folder, name), 'utf8');
    const calls = read('calls.jsonl')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    return { stdout, stderr, calls, tenant: JSON.parse(read('tenant.json')) };
  }

  beforeAll(async () => {
    const stub = `#!/bin/sh\nexec '${process.execPath}' '${resolve('test/infra/stubAz.mjs')}' "$@"\n`;
    writeFileSync(join(folder, 'az'), stub, { mode: 0o755 });
    first = await run('--resource-group', 'rg', '--name', 'entra-archive');
    second = await run('--resource-group', 'rg', '--name', 'entra-archive');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('prints the application id, and nothing else, where a script reads it', () => {
    expect(first.stdout).toBe('app-id-of-entra-archive\n');
  });

  it('grants the identity every permission, trying again what was refused at first', () => {
    const { grants } = first.tenant;
    expect(grants.map(({ appRoleId }) => appRoleId).toSorted()).toEqual(GRANTED.toSorted());
    expect(new Set(grants.map(({ principalId }) => principalId))).toEqual(new Set(['principal-of-id-entra-archive']));
    expect(new Set(grants.map(({ resourceId }) => resourceId))).toEqual(new Set(['object-id-of-graph']));
    expect(first.stderr).toContain('that may pass');
  });

  it('registers the app with its roles, its address and a trust in the identity', () => {
    expect(first.tenant.applications['entra-archive']).toMatchObject({
      signInAudience: 'AzureADMyOrg',
      identifierUris: ['api://app-id-of-entra-archive'],
      api: {
        requestedAccessTokenVersion: 2,
        preAuthorizedApplications: [{ delegatedPermissionIds: [expect.any(String)] }],
      },
      appRoles: ROLES.map((value) => expect.objectContaining({ value, isEnabled: true })),
      web: { redirectUris: ['https://entra-archive.azurewebsites.net/.auth/login/aad/callback'] },
    });
    expect(first.tenant.credentials).toEqual({
      'object-id-of-entra-archive/sign-in': {
        issuer: 'https://login.example/the-tenant/v2.0',
        subject: 'principal-of-id-entra-archive',
        audiences: ['api://AzureADTokenExchange'],
      },
    });
    expect(first.tenant.principals).toEqual({ 'app-id-of-entra-archive': { appRoleAssignmentRequired: true } });
  });

  it('changes nothing when it runs again', () => {
    expect(second.tenant).toEqual(first.tenant);
    expect(second.calls.filter((call) => call.includes('post'))).toEqual([]);
    expect(second.stdout).toBe(first.stdout);
  });

  it('says what it wants when it is asked wrongly, and touches nothing', async () => {
    for (const args of [[], ['--name', 'x'], ['--resource-group', 'rg', '--name', 'Not A Name'], ['--what']])
      await expect(run(...args)).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining('usage:') });
    expect(readFileSync(join(folder, 'calls.jsonl'), 'utf8')).toBe('');
  });
});
