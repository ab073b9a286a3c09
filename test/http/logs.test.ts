import { describe, expect, it } from 'vitest';
import { readConfig } from '../../shared/config.ts';
import { exportHeaders, listLogTypes, readFormat, readLogType } from '../../shared/http/logs.ts';
import { Problem } from '../../shared/http/problem.ts';
import type { Ledger } from '../../shared/ledger.ts';
import { LOG_TYPES, type LogType } from '../../shared/logTypes.ts';
import { BadQuery } from '../../shared/query/range.ts';

const config = readConfig({
  TENANT_ID: '5b1c8e0a-7d24-4f6e-9c3b-2a90d1e4f785',
  ArchiveStorage: 'UseDevelopmentStorage=true',
  LOG_TYPES: 'directoryAudits,riskyUsers',
  RETENTION_DAYS: '400',
  RETENTION_DAYS__riskyUsers: '30',
});
const AUDITS = LOG_TYPES.get('directoryAudits') as LogType;
const RANGE = { from: '2026-11-20T05:00:00.1234567Z', to: '2026-11-21T00:00:00.0000000Z' };

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
          `There is no log type '${name.slice(0, 80)}'. There are: directoryAudits, riskyUsers. A right example: /api/logs/directoryAudits`,
        );
      }
    },
  );
});

describe('the format of a request', () => {
  it.each(['', 'format=ndjson'])('may be %j', (query) => {
    expect(() => readFormat(new URLSearchParams(query))).not.toThrow();
  });

  it.each(['format=', 'format=csv', 'format=NDJSON', 'format=json', `format=${'x'.repeat(9000)}`])(
    'is refused when it is another',
    (query) => {
      expect.assertions(3);
      try {
        readFormat(new URLSearchParams(query));
      } catch (error) {
        expect(error).toBeInstanceOf(BadQuery);
        expect((error as BadQuery).parameter).toBe('format');
        expect((error as BadQuery).message).toMatch(/^.{0,200}A right example: format=ndjson$/);
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
      ],
    });
  });
});

describe('the headers of an export', () => {
  const answer = {
    pin: { seq: 4711 } as Ledger,
    coverage: { state: 'provisional', coveredTo: '2026-11-20T06:00:00.0000000Z' },
  } as const;

  it('name a file, and say how far and how well the range is covered, and from how many entries', () => {
    expect(exportHeaders(AUDITS, RANGE, answer)).toEqual({
      'content-type': 'application/x-ndjson',
      'content-disposition': 'attachment; filename="directoryAudits_20261120T050000Z_20261121T000000Z.ndjson"',
      'x-archive-coverage': 'provisional',
      'x-archive-covered-to': '2026-11-20T06:00:00Z',
      'x-archive-entries': '4712',
    });
  });

  it('keep the fraction of a second up to which a range is covered', () => {
    const coverage = { state: 'gap', coveredTo: RANGE.from } as const;
    const headers = exportHeaders(AUDITS, RANGE, { pin: { seq: -1 } as Ledger, coverage });
    expect(headers['x-archive-covered-to']).toBe('2026-11-20T05:00:00.1234567Z');
    expect(headers['x-archive-entries']).toBe('0');
  });
});
