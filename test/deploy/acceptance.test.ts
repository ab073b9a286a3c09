/** The acceptance script against a CLI and an app that answer as a right deployment would, and wrongly in each way. */
import { generateKeyPairSync } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { logLine } from '../../shared/logFields.ts';
import { AFTER_RUN } from '../../shared/runReport.ts';
import { ACCOUNT, VAULT } from './answers.ts';
import { type Rule, stubAz } from './stub.ts';

const az = stubAz();
const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const SPKI = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
const JWK = publicKey.export({ format: 'jwk' });
const SCOPE = `/subscriptions/s/resourceGroups/logs/providers/Microsoft.Storage/storageAccounts/${ACCOUNT}`;
let app: Server;
let url: string;
/** Who gets in without a token. */
let open = false;
beforeAll(async () => {
  app = createServer((request, response) => {
    const answers: Record<string, unknown> = {
      '/api/health': { status: 'up', version: '1' },
      '/api/status': { logTypes: [{ logType: 'directoryAudits', watermark: '2026-11-20T00:00:00Z', lagSeconds: 900 }] },
      '/api/integrity/keys': { ledgers: [{ keys: [{ spki: SPKI }] }] },
    };
    const path = request.url ?? '';
    if (path === '/.auth/login/aad') return response.writeHead(302, { location: 'https://login.example.com/x' }).end();
    const isLetIn = open || path === '/api/health' || request.headers.authorization === 'Bearer token';
    if (!isLetIn || !(path in answers)) return response.writeHead(path in answers ? 401 : 403).end();
    return response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answers[path]));
  });
  await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve));
  url = `127.0.0.1:${(app.address() as AddressInfo).port}`;
});
afterAll(() => {
  app.close();
  az.remove();
});

function right(): readonly Rule[] {
  const values = {
    hostName: url,
    archiveStorageName: ACCOUNT,
    vaultName: VAULT,
    signingKeyId: `https://${VAULT}.vault.azure.net/keys/k/1`,
    workspaceCustomerId: 'workspace',
    appPrincipalId: 'principal',
  };
  const outputs = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value }]));
  const refuses =
    '(BlobImmutableDueToPolicy) This operation is not permitted as the blob is immutable due to a policy.';
  return [
    {
      call: '^deployment group show',
      answer: { properties: { outputs, parameters: { authClientId: { value: 'audience' } } } },
    },
    { call: '^storage container-rm list', answer: [{ name: 'ledger' }, { name: 'archive-30d' }] },
    {
      call: 'immutability-policy show',
      answer: { immutabilityPeriodSinceCreationInDays: 30, state: 'Unlocked', etag: '1' },
    },
    { call: '^storage blob list', answer: [{ name: 't/l/000000000000.json' }] },
    { call: '^storage blob download', answer: {} },
    { call: '^storage blob upload', refuses },
    { call: '^storage blob delete', refuses },
    {
      call: '^storage account blob-service-properties show',
      answer: { deleteRetentionPolicy: { enabled: true, days: 7 } },
    },
    {
      call: '^storage account show',
      answer: {
        allowBlobPublicAccess: false,
        allowSharedKeyAccess: false,
        minimumTlsVersion: 'TLS1_2',
        primaryEndpoints: { blob: `http://${url}/` },
      },
    },
    {
      call: '^role assignment list',
      answer: [{ scope: `${SCOPE}/blobServices/default/containers/ledger`, roleDefinitionId: '/x/writer' }],
    },
    {
      call: '^role definition list',
      answer: [
        { permissions: [{ dataActions: ['Microsoft.Storage/x/blobs/read', 'Microsoft.Storage/x/blobs/add/action'] }] },
      ],
    },
    { call: '^account get-access-token', answer: { accessToken: 'token' } },
    { call: '^keyvault key show', answer: { key: { x: standard(JWK.x), y: standard(JWK.y) } } },
    { call: '^monitor log-analytics query', answer: [{ arrived: '12', read: '12' }] },
  ];
}

function standard(base64url: string | undefined): string {
  return Buffer.from(base64url ?? '', 'base64url').toString('base64');
}

const run = (rules: readonly Rule[]) => az.run('dev/acceptance/main.ts', ['--resource-group', 'logs'], rules);

describe('acceptance', () => {
  it('shows all of a right deployment, and changes nothing', async () => {
    const { code, stdout, calls } = await run(right());
    expect(stdout.split('\n').filter((line) => line !== '' && !line.startsWith('ok '))).toEqual([]);
    expect(code).toBe(0);
    const tries = calls.filter((call) => / (upload|delete|undelete|create|update|lock) /.test(call));
    expect(tries.map((call) => call.split(' ').slice(0, 3).join(' '))).toEqual([
      'storage blob upload',
      'storage blob delete',
    ]);
  });

  it('asks for the audience of the registration', async () => {
    const { calls } = await run(right());
    expect(calls).toContain('account get-access-token --resource api://audience');
  });

  it('looks for log lines in the way in which every alert does', async () => {
    const { calls } = await run(right());
    const asked = calls.slice(calls.findIndex((call) => call.startsWith('monitor log-analytics'))).join('\n');
    const alerts = globSync('infra/queries/*.kql').map((path) => readFileSync(path, 'utf8'));
    const ofLines = alerts.filter((query) => query.includes('AppTraces'));
    expect(ofLines.length).toBeGreaterThanOrEqual(5);
    for (const query of [asked, ...ofLines]) {
      const [, predicate] = /(Message startswith '.*')\n\| extend line = parse_json\(Message\)\n/.exec(query) ?? [];
      expect(predicate).toBe(`Message startswith '{"message":'`);
    }
    expect(logLine('info', AFTER_RUN).startsWith('{"message":')).toBe(true);
  });

  it.each<[string, Rule, RegExp]>([
    ['an overwrite goes through', { call: '^storage blob upload', answer: {} }, /^FAILED +overwriting.*NOT refused/m],
    ['a policy is missing', { call: 'policy show --container-name ledger', answer: {} }, /^FAILED +each container/m],
    [
      'the account takes keys',
      { call: '^storage account show', answer: { allowBlobPublicAccess: false, allowSharedKeyAccess: true } },
      /^FAILED +the archive account.*allowSharedKeyAccess/m,
    ],
    [
      'the app may delete',
      {
        call: '^role definition list',
        answer: [{ permissions: [{ dataActions: ['Microsoft.Storage/x/blobs/delete'] }] }],
      },
      /^FAILED +the app's identity.*delete/m,
    ],
    ['another key signs', { call: '^keyvault key show', answer: { key: wrongKey() } }, /^FAILED +checkpoints/m],
    [
      'no log line arrives',
      { call: '^monitor', answer: [{ arrived: '0', read: '0' }] },
      /^FAILED +log lines.*: no line arrived/m,
    ],
    [
      'log lines arrive with something before them',
      { call: '^monitor', answer: [{ arrived: '12', read: '0' }] },
      /^FAILED +log lines.*: 12 lines arrived, and none as the app writes it: alerts are blind/m,
    ],
  ])('fails where %s', async (_what, rule, words) => {
    const { code, stdout } = await run([rule, ...right()]);
    expect(stdout).toMatch(words);
    expect(code).toBe(1);
  });

  it('brings back a blob whose deletion was not refused', async () => {
    const rules: Rule[] = [{ call: '^storage blob delete' }, { call: '^storage blob undelete', answer: {} }];
    const { stdout, calls } = await run([...rules, ...right()]);
    expect(stdout).toMatch(/^FAILED +deleting/m);
    expect(calls.at(calls.findIndex((call) => call.startsWith('storage blob delete')) + 1)).toMatch(
      /^storage blob undelete/,
    );
  });

  it('does not try to delete where that could not be undone', async () => {
    const rule = { call: 'blob-service-properties show', answer: { deleteRetentionPolicy: { enabled: false } } };
    const { stdout, calls } = await run([rule, ...right()]);
    expect(stdout).toMatch(/^FAILED +deleting.*soft delete is off/m);
    expect(calls.filter((call) => call.startsWith('storage blob delete'))).toEqual([]);
  });

  it('says what it could not show, and goes on', async () => {
    const rules: Rule[] = [
      {
        call: '^storage blob upload',
        refuses: 'You do not have the required permissions needed to perform this operation.',
      },
      { call: '^monitor', refuses: '(AuthorizationFailed) no' },
    ];
    const { code, stdout } = await run([...rules, ...right()]);
    expect(stdout).toMatch(/^not shown +overwriting.*Storage Blob Data Contributor/m);
    expect(stdout).toMatch(/^not shown +log lines/m);
    expect(code).toBe(2);
  });

  it('fails where the app lets strangers in', async () => {
    open = true;
    const { code, stdout } = await run(right());
    open = false;
    expect(stdout).toMatch(/^FAILED +a request without a token/m);
    expect(stdout).toMatch(/^FAILED +a forged principal/m);
    expect(code).toBe(1);
  });

  it('needs a deployment to look at', async () => {
    const rule = {
      call: '^deployment group show',
      refuses: "(DeploymentNotFound) 'entra-log-archive' could not be found.",
    };
    const { code, stderr } = await run([rule]);
    expect([code, stderr.includes('DeploymentNotFound')]).toEqual([3, true]);
  });
});

function wrongKey(): Record<string, string> {
  const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' });
  return { x: standard(other.x), y: standard(other.y) };
}
