import { describe, expect, it } from 'vitest';
import { readConfig } from '../../shared/config.ts';
import { listLogTypes } from '../../shared/http/logs.ts';
import { Problem } from '../../shared/http/problem.ts';
import { readLogType } from '../../shared/http/readLogType.ts';

const config = readConfig({
  AUTH_MODE: 'none',
  TENANT_ID: '5b1c8e0a-7d24-4f6e-9c3b-2a90d1e4f785',
  ArchiveStorage: 'UseDevelopmentStorage=true',
  LOG_TYPES: 'directoryAudits,riskyUsers',
  RETENTION_DAYS: '400',
  RETENTION_DAYS__riskyUsers: '30',
});

describe('the log type of a request', () => {
  it('is one that is switched on', () => {
    expect(readLogType(config, 'riskyUsers').name).toBe('riskyUsers');
  });

  it.each(['', 'DirectoryAudits', 'provisioning', 'toString', '../riskyUsers', "riskyUsers'", 'x'.repeat(9000)])(
    'is refused when it is another, with those there are and a right example',
    (name) => {
      expect.assertions(3);
      try {
        readLogType(config, name);
      } catch (error) {
        expect(error).toBeInstanceOf(Problem);
        const { status, extra, message } = error as Problem;
        expect({ status, extra }).toEqual({ status: 400, extra: { parameter: 'logType' } });
        expect(message).toBe(
          `There is no log type '${name.slice(0, 80)}'. There are: directoryAudits, riskyUsers, archiveAccess. A right example: /api/logs/directoryAudits`,
        );
      }
    },
  );
});

describe('the list of log types', () => {
  it('says where each comes from and how long it is kept, there and here', () => {
    expect(JSON.parse(JSON.stringify(listLogTypes(config)))).toEqual({
      logTypes: [
        {
          logType: 'directoryAudits',
          source: 'v1.0/auditLogs/directoryAudits',
          timeField: 'activityDateTime',
          sourceRetentionDays: 30,
          retentionDays: 400,
        },
        {
          logType: 'riskyUsers',
          source: 'v1.0/identityProtection/riskyUsers',
          timeField: 'riskLastUpdatedDateTime',
          sourceRetentionDays: null,
          retentionDays: 30,
        },
        {
          logType: 'archiveAccess',
          source: 'access',
          timeField: 'time',
          sourceRetentionDays: null,
          retentionDays: 400,
        },
      ],
    });
  });
});
