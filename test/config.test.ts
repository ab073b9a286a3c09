import { describe, expect, it } from 'vitest';
import { type Config, ConfigError, readConfig, SETTING_NAMES } from '../shared/config.ts';
import { ACCESS_LOG_TYPE, LOG_TYPES } from '../shared/logTypes.ts';
import { CLIENT, CONNECTION, type Env, LEAST, LOCAL, SECRET, SETTINGS, TENANT, URIS } from './configTable.ts';

/** The settings of a working app, changed by `env`; a setting given as `undefined` is absent. */
const settings = (env: Env): Config => readConfig({ ...LEAST, ...env });

function problems(env: Env): readonly string[] {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return expect.fail(`${JSON.stringify(env)} was accepted`);
}

const GOOD = SETTINGS.flatMap(({ good, ...row }) => good.map(([text, value]) => ({ ...row, text, value })));
const BAD = SETTINGS.flatMap(({ bad, ...row }) => bad.map((text) => ({ ...row, text })));

describe('a setting', () => {
  it.each(GOOD)('takes $name=$text', ({ name, text, value, read, with: others }) => {
    expect(read(settings({ ...others, [name]: text }))).toEqual(value);
  });

  it.each(BAD)('refuses $name=$text and names it', ({ name, text, with: others }) => {
    const found = problems({ ...LEAST, ...others, [name]: text });
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(new RegExp(`^${name} got .*; it wants .+\\.$`, 's'));
  });

  it.each(SETTINGS)('$name counts as absent when it is empty', ({ name, with: others, read }) => {
    const reading = (env: Env) => {
      try {
        return read(settings({ ...others, ...env }));
      } catch (error) {
        return error instanceof ConfigError ? error.problems : error;
      }
    };
    expect(reading({ [name]: '' })).toEqual(reading({ [name]: undefined }));
  });

  it('is tested above whichever it is', () => {
    const tested = new Set(SETTINGS.map(({ name }) => name.replace(/__(?!blob|table).*/, '')));
    expect([...tested].toSorted()).toEqual(SETTING_NAMES.toSorted());
  });
});

describe('the settings', () => {
  it('have defaults for all but the tenant, the storage and whom tokens are for', () => {
    const { logTypes, everyLogType, retentionDays, ...rest } = readConfig(LEAST);
    expect(rest).toEqual({
      tenantId: TENANT,
      graphBaseUrl: 'https://graph.microsoft.com',
      graphIsLocal: false,
      clientId: undefined,
      settleMinutes: 15,
      sweepAges: [7200, 86_400, 259_200, 604_800, 2_160_000],
      runBudgetSeconds: 600,
      graphReportsPer10Seconds: 4,
      graphRiskPerSecond: 1,
      storage: { connectionString: CONNECTION },
      authMode: 'entra',
      authIssuer: `https://login.microsoftonline.com/${TENANT}/v2.0`,
      authAudience: CLIENT,
      maxParallelRequests: 64,
      purposeRequired: false,
      signingKey: undefined,
      previousSigningKey: undefined,
      checkpointSchedule: '0 5 * * * *',
      verifySchedule: '0 35 3 * * *',
      expireSchedule: '0 20 * * * *',
      expireEnabled: false,
      expireClientId: undefined,
      simulatedTime: undefined,
    });
    expect(logTypes).toEqual([...LOG_TYPES.values(), ACCESS_LOG_TYPE].filter((logType) => !logType.optional));
    expect(logTypes.map(({ name }) => name)).not.toContain('customSecurityAttributeAudits');
    expect(everyLogType).toEqual([...LOG_TYPES.values(), ACCESS_LOG_TYPE]);
    expect([...LOG_TYPES.keys()].map(retentionDays)).toEqual([...LOG_TYPES.keys()].map(() => 2555));
  });

  it('are frozen', () => {
    expect(Object.isFrozen(readConfig(LEAST))).toBe(true);
  });

  it('give one log type another retention than the rest', () => {
    const config = settings({ RETENTION_DAYS: '30', RETENTION_DAYS__riskyUsers: '365' });
    expect(config.retentionDays('riskyUsers')).toBe(365);
    expect(config.retentionDays('directoryAudits')).toBe(30);
  });

  it('give one log type another source retention and leave the table of log types as it is', () => {
    const config = settings({ SOURCE_RETENTION_DAYS__directoryAudits: '7', SOURCE_RETENTION_DAYS__riskyUsers: '9' });
    const days = (name: string) => config.logTypes.find((logType) => logType.name === name)?.sourceRetentionDays;
    expect([days('directoryAudits'), days('riskyUsers'), days('provisioning')]).toEqual([7, 9, 30]);
    expect(LOG_TYPES.get('directoryAudits')?.sourceRetentionDays).toBe(30);
    expect(LOG_TYPES.get('riskyUsers')?.sourceRetentionDays).toBeUndefined();
  });

  it.each([
    ['http://127.0.0.1:7071', true],
    ['https://127.0.0.1:7071', true],
    ['http://localhost:7071', true],
    ['https://graph.microsoft.com', false],
  ])('know whether Graph at %s is local', (GRAPH_BASE_URL, local) => {
    expect(settings({ GRAPH_BASE_URL }).graphIsLocal).toBe(local);
  });

  it('use an identity where the services are named instead of a connection string', () => {
    const uris = { ArchiveStorage: undefined, ...URIS };
    const both = {
      blobServiceUri: URIS.ArchiveStorage__blobServiceUri,
      tableServiceUri: URIS.ArchiveStorage__tableServiceUri,
    };
    expect(settings(uris).storage).toEqual(both);
    expect(settings({ ...uris, AZURE_CLIENT_ID: CLIENT }).storage).toEqual({ ...both, clientId: CLIENT });
  });
});

describe('settings that let something be deleted', () => {
  const uris = { ArchiveStorage: undefined, ...URIS, AZURE_CLIENT_ID: CLIENT };
  const other = TENANT;

  it('name an identity for it that does nothing else', () => {
    const { expireEnabled, expireClientId } = settings({ ...uris, EXPIRE_ENABLED: 'true', EXPIRE_CLIENT_ID: other });
    expect([expireEnabled, expireClientId]).toEqual([true, other]);
  });

  it.each([
    ['none', {}, 'EXPIRE_CLIENT_ID is missing'],
    ['the one that writes', { EXPIRE_CLIENT_ID: CLIENT }, 'EXPIRE_CLIENT_ID is that of AZURE_CLIENT_ID'],
  ])('are refused with %s', (_what, more, problem) => {
    const found = problems({ ...LEAST, ...uris, EXPIRE_ENABLED: 'true', ...more });
    expect(found).toEqual([expect.stringContaining(problem)]);
  });

  it('need none with a connection string: a developer has a key', () => {
    expect(settings({ EXPIRE_ENABLED: 'true' }).expireEnabled).toBe(true);
  });
});

describe('wrong settings', () => {
  it('are all named at once', () => {
    const env = {
      TENANT_ID: 'contoso',
      GRAPH_BASE_URL: 'http://graph.microsoft.com',
      LOG_TYPES: 'signIns',
      SETTLE_MINUTES: '-1',
      SWEEP_AGES: 'P1D,PT2H',
      RUN_BUDGET_SECONDS: '1',
      GRAPH_REPORTS_PER_10S: '0',
      GRAPH_RISK_PER_SECOND: 'one',
      RETENTION_DAYS: '7 years',
      RETENTION_DAYS__riskyUsers: '0',
      SOURCE_RETENTION_DAYS__provisioning: '0',
      AZURE_CLIENT_ID: 'me',
      ArchiveStorage: 'x',
      ArchiveStorage__blobServiceUri: 'y',
      ArchiveStorage__tableServiceUri: 'z',
      AUTH_MODE: 'maybe',
      AUTH_ISSUER: 'x',
      AUTH_AUDIENCE: 'x',
      MAX_PARALLEL_REQUESTS: 'x',
      SIMULATED_CLOCK: 'noon',
      SETTLE_MINUTE: '15',
    };
    const found = problems(env);
    expect(found.map((problem) => problem.split(' ')[0]).toSorted()).toEqual(Object.keys(env).toSorted());
    try {
      readConfig(env);
    } catch (error) {
      const { message, name } = error as Error;
      expect(name).toBe('ConfigError');
      expect(message.split('\n')).toEqual([
        expect.stringContaining('nothing was started'),
        ...found.map((each) => `  - ${each}`),
      ]);
    }
  });

  it.each([undefined, ''])('include a tenant that is missing (%j)', (TENANT_ID) => {
    expect(problems({ ...LEAST, TENANT_ID })).toEqual([
      expect.stringMatching(/^TENANT_ID is missing; it wants a GUID/),
    ]);
  });

  it.each([
    { case: 'none', env: {} },
    { case: 'blobs without tables', env: { ArchiveStorage__blobServiceUri: URIS.ArchiveStorage__blobServiceUri } },
    { case: 'tables without blobs', env: { ArchiveStorage__tableServiceUri: URIS.ArchiveStorage__tableServiceUri } },
  ])('include storage that is missing: $case', ({ env }) => {
    expect(problems({ TENANT_ID: TENANT, AUTH_AUDIENCE: CLIENT, ...env })).toEqual([
      expect.stringMatching(/^The archive has no storage: set ArchiveStorage__blobServiceUri and .*ArchiveStorage \(/),
    ]);
  });

  it.each([
    'TENANT_IDS',
    'tenant_id',
    'GRAPH_URL',
    'GRAPH_REPORTS_PER_10',
    'LOG_TYPE',
    'LOG_TYPES__directoryAudits',
    'PULL_SCHEDUL',
    'SETTLE_MINUTE',
    'SETTLE_SECONDS',
    'RUN_BUDGET_MINUTES',
    'RETENTION_DAY',
    'RETENTION_DAYS__signIns',
    'RETENTION_DAYS__directoryaudits',
    'RETENTION_DAYS__',
    'RETENTION_DAYS__directoryAudits__x',
    'RETENTION_DAYS_directoryAudits',
    'SOURCE_RETENTION_DAYS',
    'SOURCE_RETENTION_DAYS__signIns',
    'SOURCE_RETENTION_DAYS__directoryAudits__',
    'AUTH_MODES',
    'Auth_Mode',
    'ArchiveStorage__queueServiceUri',
    'ArchiveStorage__blobServiceUri__x',
    'ArchiveStorage__blobServiceURI',
    'ARCHIVESTORAGE',
    'SIMULATED_CLOK',
  ])('include %s, which starts like ours and is not one', (name) => {
    const found = problems({ ...LEAST, [name]: SECRET });
    expect(found).toEqual([expect.stringMatching(new RegExp(`^${name} is not a setting; check its spelling`))]);
  });

  it.each(SETTING_NAMES.filter((name) => name !== 'AZURE_CLIENT_ID'))('include a slip in %s', (name) => {
    expect(problems({ ...LEAST, [`${name}X`]: '1' })).toEqual([expect.stringContaining(`${name}X is not a setting`)]);
  });

  it.each([
    'PATH',
    'HOME',
    'AzureWebJobsStorage',
    'AzureWebJobsStorage__accountName',
    'AzureWebJobs.pull-risk.Disabled',
    'AZURE_TENANT_ID',
    'WEBSITE_INSTANCE_ID',
    'WEBSITE_SITE_NAME',
    'APPLICATIONINSIGHTS_CONNECTION_STRING',
    'FUNCTIONS_WORKER_RUNTIME',
    'AUTH_PROVIDER',
    'SOURCE_DATE_EPOCH',
    'PULL_NUMBER',
    'RUN_ID',
    'npm_config_tenant_id',
    'constructor',
  ])('do not include %s, which is not ours to judge', (name) => {
    expect(settings({ [name]: 'x' }).tenantId).toBe(TENANT);
  });

  it('include a simulated clock beside the real Graph', () => {
    const clock = { SIMULATED_CLOCK: '2026-11-21T08:00:00Z*60' };
    for (const GRAPH_BASE_URL of [undefined, 'https://graph.microsoft.com']) {
      expect(problems({ ...LEAST, ...clock, GRAPH_BASE_URL })).toEqual([
        expect.stringMatching(/^SIMULATED_CLOCK wants/),
      ]);
    }
    expect(settings({ ...clock, ...LOCAL }).simulatedTime?.speed).toBe(60);
  });

  it('include an open door in Azure', () => {
    expect(problems({ ...LEAST, AUTH_MODE: 'none', WEBSITE_INSTANCE_ID: 'x' })).toEqual([
      expect.stringMatching(/^AUTH_MODE is 'none'.*in Azure it wants 'entra'\.$/),
    ]);
    expect(settings({ AUTH_MODE: 'entra', WEBSITE_INSTANCE_ID: 'x' }).authMode).toBe('entra');
    expect(settings({ AUTH_MODE: 'none' }).authMode).toBe('none');
  });

  it('include tokens that might be for anybody', () => {
    const found = problems({ ...LEAST, AUTH_AUDIENCE: undefined });
    expect(found).toEqual([
      expect.stringMatching(/^AUTH_AUDIENCE is missing; it wants the app registration's client id/),
    ]);
    expect(settings({ AUTH_MODE: 'none', AUTH_AUDIENCE: undefined }).authAudience).toBeUndefined();
  });

  it.each(['http://127.0.0.1:7074', 'https://localhost'])(
    'include an issuer on this machine in Azure: %s',
    (origin) => {
      const local = { ...LEAST, AUTH_ISSUER: `${origin}/${TENANT}/v2.0` };
      expect(problems({ ...local, WEBSITE_INSTANCE_ID: 'x' })).toEqual([
        expect.stringMatching(/^AUTH_ISSUER is on this/),
      ]);
      expect(settings(local).authIssuer).toBe(local.AUTH_ISSUER);
    },
  );
});

describe('a secret', () => {
  const storageNames = SETTING_NAMES.filter((name) => name.startsWith('Archive'));
  const texts = [
    CONNECTION,
    CONNECTION.replace('AccountName', 'Account'),
    `AccountKey=${SECRET}`,
    `AccountName=;AccountKey=${SECRET} `,
    `SharedAccessSignature=sv=2026&sig=${SECRET}`,
    `https://archive.blob.core.windows.net/?sv=2026-01-01&sig=${SECRET}`,
    `https://archive:${SECRET}@archive.blob.core.windows.net`,
  ];

  it.each(texts)('is not shown in whichever setting it went: %s', (text) => {
    const shown = SETTING_NAMES.map((name) => {
      try {
        readConfig({ ...LEAST, [name]: text });
        return '';
      } catch (error) {
        return `${(error as Error).message} ${(error as Error).stack} ${JSON.stringify(error)}`;
      }
    }).join('\n');
    expect(shown).toContain(`a value of ${text.length} characters`);
    expect(shown).not.toContain(SECRET.slice(0, 12));
  });

  it('is not shown as the value of a name that is not a setting', () => {
    expect(problems({ ...LEAST, ArchiveStorag: CONNECTION }).join()).not.toContain(SECRET.slice(0, 12));
  });

  it.each(['a bare secret', SECRET])('is not shown where only the setting tells that it is one: %s', (text) => {
    expect(storageNames).toContain('ArchiveStorage');
    expect(problems({ ...LEAST, ArchiveStorage: text }).join()).not.toContain(text);
  });
});

describe('what is shown of a wrong value', () => {
  it('is cut after 80 characters', () => {
    expect(problems({ ...LEAST, AUTH_MODE: 'x'.repeat(10_000) })[0]?.length).toBeLessThan(200);
  });
});
