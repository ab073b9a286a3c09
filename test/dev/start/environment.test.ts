import { describe, expect, it } from 'vitest';
import { hostEnvironment } from '../../../dev/start/environment.ts';
import { readConfig } from '../../../shared/config.ts';
import { isGraphs } from '../../../shared/logTypes.ts';

const STORAGE = 'DefaultEndpointsProtocol=http;AccountName=a;AccountKey=c2VjcmV0;BlobEndpoint=http://127.0.0.1:1/a;';
const SIMULATED = {
  graphUrl: 'http://127.0.0.1:5000',
  tenantId: '2f6b9a3e-0d2c-4b55-9c1f-6a1d3e7b8c90',
  clock: '2026-11-21T08:00:00.000Z*60',
  speed: 60,
  tellsTruth: true,
};
const REAL = { graphUrl: 'https://graph.microsoft.com', tenantId: SIMULATED.tenantId, tellsTruth: false };
const make = (shell: NodeJS.ProcessEnv, source: Parameters<typeof hostEnvironment>[2] = SIMULATED, days = 3) =>
  hostEnvironment(shell, { days }, source, STORAGE);

describe("the app's environment", () => {
  it('makes the app live the life of the simulated tenant', () => {
    const config = readConfig(make({}));
    expect(config).toMatchObject({
      tenantId: SIMULATED.tenantId,
      graphBaseUrl: SIMULATED.graphUrl,
      simulatedTime: { origin: Date.parse('2026-11-21T08:00:00Z'), speed: 60 },
      graphReportsPer10Seconds: 240,
      graphRiskPerSecond: 60,
      authMode: 'none',
      storage: { connectionString: STORAGE },
    });
    expect(make({}).PULL_SCHEDULE).toBe('0 */15 * * * *');
  });

  it('begins the walk of every log type but those of state as many days ago as are asked for', () => {
    const { logTypes } = readConfig(make({ SOURCE_RETENTION_DAYS__directoryAudits: '7' }));
    for (const { state, sourceRetentionDays } of logTypes.filter(isGraphs))
      expect(sourceRetentionDays).toBe(state ? undefined : 3);
  });

  it('leaves the real time and the real limits to a real tenant', () => {
    const config = readConfig(make({}, REAL));
    expect(config).toMatchObject({ simulatedTime: undefined, graphReportsPer10Seconds: 4, graphRiskPerSecond: 1 });
  });

  it('lets the shell choose log types and schedule, and nothing that belongs to the source', () => {
    const shell = {
      LOG_TYPES: 'riskyUsers',
      PULL_SCHEDULE: '0 0 * * * *',
      TENANT_ID: 'x',
      SIMULATED_CLOCK: 'x',
      AUTH_MODE: 'entra',
    };
    const env = make(shell);
    expect(env).toMatchObject({ LOG_TYPES: 'riskyUsers', PULL_SCHEDULE: '0 0 * * * *', TENANT_ID: SIMULATED.tenantId });
    expect(make(shell, REAL).SIMULATED_CLOCK).toBe('');
  });

  it('wants a sign-in where it is told of one, whatever the shell says', () => {
    const signIn = {
      AUTH_MODE: 'entra',
      AUTH_ISSUER: `http://127.0.0.1:1/${SIMULATED.tenantId}/v2.0`,
      AUTH_AUDIENCE: '4c1f7a52-8f0e-4d0b-9a37-5d2b6e90c1f4',
    };
    const shell = { AUTH_MODE: 'none', AUTH_AUDIENCE: 'api://mine' };
    const config = readConfig(hostEnvironment(shell, { days: 3 }, SIMULATED, STORAGE, signIn));
    const { AUTH_ISSUER: authIssuer, AUTH_AUDIENCE: authAudience } = signIn;
    expect(config).toMatchObject({ authMode: 'entra', authIssuer, authAudience });
  });

  it('refuses a wrong setting of the shell in one line', () => {
    expect(() => make({ SETTLE_MINUTES: 'soon', LOG_TYPE: 'x' })).toThrow(
      /^The settings are not usable: LOG_TYPE is not a setting.* SETTLE_MINUTES got 'soon'; it wants [^\n]*$/,
    );
  });

  it('never shows a connection string that is malformed', () => {
    const attempt = () => hostEnvironment({}, { days: 3 }, SIMULATED, 'AccountKeySecret');
    expect(attempt).toThrow(/ArchiveStorage got a value of 16 characters/);
    expect(attempt).toThrow(expect.objectContaining({ message: expect.not.stringContaining('Secret') }));
  });
});
