/** The app settings of the template are settings of the app: all that it needs, and none that it does not know. */
import { describe, expect, it } from 'vitest';
import { WORKER_FLAGS } from '../../dev/workerFlags.ts';
import { readConfig, SETTING_NAMES } from '../../shared/config.ts';
import { LOG_TYPES } from '../../shared/logTypes.ts';
import { at, parse, textOf } from './bicep.ts';

const root = parse(textOf('infra/modules/appSettings.bicep'));

function namesOf(variable: string): string[] {
  const object = at(root, variable);
  return (object?.namedChildren ?? []).flatMap((child) =>
    child?.type === 'object_property' ? (child.namedChildren[0]?.text ?? []) : [],
  );
}

/** Read out of the trigger definitions by the Functions host. */
const READ_BY_THE_HOST = ['PULL_SCHEDULE'];

/** Settings of the design whose readers may not be there yet: deletion. */
const OF_THE_DESIGN = ['EXPIRE_ENABLED'];

/** Settings of the app that the template leaves at their defaults; its parameter `settings` sets any of them. */
const LEFT_ALONE = [
  'ArchiveStorage', // a connection string, which is for the local stack
  'CHECKPOINT_SCHEDULE',
  'EXPIRE_CLIENT_ID', // set where there is a deleter
  'EXPIRE_SCHEDULE',
  'GRAPH_REPORTS_PER_10S',
  'GRAPH_RISK_PER_SECOND',
  'LOG_TYPES', // set where the parameter names some
  'MAX_PARALLEL_REQUESTS',
  'PURPOSE_REQUIRED',
  'RUN_BUDGET_SECONDS',
  'SETTLE_MINUTES',
  'SIGNING_KEY_PREVIOUS', // for as long as a key is being replaced
  'SIMULATED_CLOCK', // only with a Graph on this machine
  'SOURCE_RETENTION_DAYS',
  'SWEEP_AGES',
];

describe('the app settings of the template', () => {
  it('are those of the app that it cannot do without', () => {
    const known = [...SETTING_NAMES, ...READ_BY_THE_HOST, ...OF_THE_DESIGN];
    expect(namesOf('ours').filter((name) => !known.includes(name))).toEqual([]);
    const named = [...namesOf('ours'), ...LEFT_ALONE];
    expect(SETTING_NAMES.filter((name) => !named.includes(name))).toEqual([]);
  });

  it('beside them are names of the platform, each of them known to it', () => {
    expect(namesOf('platform').toSorted()).toEqual([
      'APPLICATIONINSIGHTS_AUTHENTICATION_STRING',
      'APPLICATIONINSIGHTS_CONNECTION_STRING',
      'AzureWebJobsStorage__blobServiceUri',
      'AzureWebJobsStorage__clientId',
      'AzureWebJobsStorage__credential',
      'AzureWebJobsStorage__queueServiceUri',
      'AzureWebJobsStorage__tableServiceUri',
      'OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID',
      'languageWorkers__node__arguments',
    ]);
  });

  it('start the app in Azure, and say what the template says', () => {
    const config = readConfig({
      ...Object.fromEntries(namesOf('ours').map((name) => [name, EXAMPLES[name]])),
      RETENTION_DAYS__riskyUsers: '365',
      WEBSITE_INSTANCE_ID: 'an instance in Azure',
    });
    expect(config).toMatchObject({
      authMode: 'entra',
      clientId: EXAMPLES.AZURE_CLIENT_ID,
      signingKey: { keyId: EXAMPLES.SIGNING_KEY },
      storage: {
        blobServiceUri: EXAMPLES.ArchiveStorage__blobServiceUri,
        tableServiceUri: EXAMPLES.ArchiveStorage__tableServiceUri,
        clientId: EXAMPLES.AZURE_CLIENT_ID,
      },
    });
    expect([config.retentionDays('riskyUsers'), config.retentionDays('directoryAudits')]).toEqual([365, 2555]);
  });

  it('name retention and log types as the app does', () => {
    expect(at(root, 'retention')?.text).toContain("'RETENTION_DAYS__${".concat("entry.key}'"));
    expect(at(root, 'chosen')?.text).toContain("LOG_TYPES: join(logTypes, ',')");
    expect(at(root, 'deletion')?.text).toContain('EXPIRE_CLIENT_ID: deleterClientId');
    expect(LOG_TYPES.has('riskyUsers')).toBe(true);
  });

  it('start Node as on a developer’s machine', () => {
    expect(at(root, 'platform.languageWorkers__node__arguments')?.text).toBe(`'${WORKER_FLAGS.join(' ')}'`);
  });

  it('hold nothing that Flex Consumption refuses or ignores', () => {
    const refused =
      /^(FUNCTIONS_(WORKER|EXTENSION|MAX_HTTP)|WEBSITE_(RUN_FROM|CONTENT|VNET|DNS|MAX_DYNAMIC|NODE|MOUNT|TIME_ZONE)|TZ$|SCM_DO_BUILD|ENABLE_ORYX)/;
    expect([...namesOf('ours'), ...namesOf('platform')].filter((name) => refused.test(name))).toEqual([]);
  });
});

/** A value for each of ours, of the form that the template makes. */
const EXAMPLES: Readonly<Record<string, string>> = {
  TENANT_ID: '11111111-1111-1111-1111-111111111111',
  GRAPH_BASE_URL: 'https://graph.microsoft.com',
  AZURE_CLIENT_ID: '22222222-2222-2222-2222-222222222222',
  ArchiveStorage__blobServiceUri: 'https://starchivea0123456789abc.blob.core.windows.net',
  ArchiveStorage__tableServiceUri: 'https://starchivea0123456789abc.table.core.windows.net',
  SIGNING_KEY: `https://kv-archive-0123456789abc.vault.azure.net/keys/checkpoint-signing/${'0'.repeat(32)}`,
  AUTH_MODE: 'entra',
  AUTH_ISSUER: 'https://login.microsoftonline.com/11111111-1111-1111-1111-111111111111/v2.0',
  AUTH_AUDIENCE: '33333333-3333-3333-3333-333333333333',
  PULL_SCHEDULE: '0 */15 * * * *',
  RETENTION_DAYS: '2555',
  VERIFY_SCHEDULE: '0 35 3 * * *',
  EXPIRE_ENABLED: 'false',
};
