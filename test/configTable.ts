/** Every setting with texts that it takes, what they mean, and texts that it refuses. */
import type { Config } from '../shared/config.ts';

export const TENANT = '5b1c8e0a-7d24-4f6e-9c3b-2a90d1e4f785';
export const CLIENT = '0f8a6c2e-93b1-4d57-8e20-6b5d4c3a2f10';
export const SECRET = 'c2VjcmV0LWtleS1vZi10aGUtYXJjaGl2ZQ==';
export const CONNECTION = `DefaultEndpointsProtocol=https;AccountName=archive;AccountKey=${SECRET};EndpointSuffix=core.windows.net`;
/** The least that the app starts with. */
export const LEAST = { TENANT_ID: TENANT, ArchiveStorage: CONNECTION, AUTH_AUDIENCE: CLIENT };
export const URIS = {
  ArchiveStorage__blobServiceUri: 'https://archive.blob.core.windows.net',
  ArchiveStorage__tableServiceUri: 'https://archive.table.core.windows.net',
};
export const LOCAL = { GRAPH_BASE_URL: 'http://127.0.0.1:7071' };

/** Settings by name; one that is `undefined` is absent. */
export type Env = Record<string, string | undefined>;

export interface Row {
  readonly name: string;
  readonly good: readonly (readonly [text: string, value: unknown])[];
  readonly bad: readonly string[];
  readonly read: (config: Config) => unknown;
  /** Settings that this one needs beside it. */
  readonly with?: Env;
}

const wholeNumber = (least: number, most: number) => ({
  good: [least, least + 1, most].map((value) => [String(value), value] as const),
  bad: [least - 1, most + 1, 'x', '1.5', '1e2', '0x1', '+1', ' 1', '1 ', '-1', 'NaN', 'Infinity', '9'.repeat(40)].map(
    String,
  ),
});

const KEY_ID = `https://my-vault.vault.azure.net/keys/checkpoints/${'0a'.repeat(16)}`;
const signingKeys = {
  good: [
    [KEY_ID, { keyId: KEY_ID }],
    ['.local/signing-key.pem', { pemPath: '.local/signing-key.pem' }],
    ['/etc/keys/a b.pem', { pemPath: '/etc/keys/a b.pem' }],
  ] as const,
  bad: [
    'x',
    'key.txt',
    KEY_ID.replace('https', 'http'),
    KEY_ID.slice(0, -33),
    KEY_ID.slice(0, -1),
    `${KEY_ID}/`,
    `${KEY_ID}?x=1`,
    KEY_ID.replace('/keys/', '/secrets/'),
    KEY_ID.replace('my-vault', 'user@my-vault'),
    'https://my-vault.vault.azure.net/key.pem',
    'Lost',
  ],
};
const schedules = {
  good: ['0 5 * * * *', '*/10 0-5 1,13 * JAN-MAR Mon-Fri'].map((text) => [text, text] as const),
  bad: ['* * * * *', '0 5 * * * * *', '01:00:00', '%X%', '0  5 * * * *', ' 0 5 * * * *', 'hourly'],
};

const wrongGuids = [
  'x',
  TENANT.slice(1),
  `${TENANT}0`,
  `{${TENANT}}`,
  TENANT.replaceAll('-', ''),
  ` ${TENANT}`,
  'common',
];
const wrongServiceUris = [
  'archive',
  'archive.blob.core.windows.net',
  'http://archive.blob.core.windows.net',
  'https://',
  'https://archive.blob.core.windows.net/?sv=2026-01-01',
  'https://archive.blob.core.windows.net/#x',
  'https://user@archive.blob.core.windows.net',
  'https://archive.blob.core.windows.net ',
];

export const SETTINGS: readonly Row[] = [
  {
    name: 'TENANT_ID',
    good: [
      [TENANT, TENANT],
      [TENANT.toUpperCase(), TENANT],
    ],
    bad: wrongGuids,
    read: (config) => config.tenantId,
  },
  {
    name: 'GRAPH_BASE_URL',
    good: [
      ['https://graph.microsoft.com', 'https://graph.microsoft.com'],
      ['https://graph.microsoft.com/', 'https://graph.microsoft.com'],
      ['https://microsoftgraph.chinacloudapi.cn', 'https://microsoftgraph.chinacloudapi.cn'],
      ['http://127.0.0.1:7071', 'http://127.0.0.1:7071'],
      ['http://localhost:7071/', 'http://localhost:7071'],
      ['http://[::1]:7071', 'http://[::1]:7071'],
    ],
    bad: [
      'graph.microsoft.com',
      'http://graph.microsoft.com',
      'https://graph.microsoft.com/v1.0',
      'https://graph.microsoft.com?x=1',
      'https://graph.microsoft.com#x',
      'https://user@graph.microsoft.com',
      'https://graph.microsoft.com/ ',
      'ftp://127.0.0.1',
      'http://127.0.0.1.example.com',
      'http://128.0.0.1',
      'http://localhost.example.com',
      'http://0.0.0.0:7071',
      '127.0.0.1:7071',
    ],
    read: (config) => config.graphBaseUrl,
  },
  {
    name: 'LOG_TYPES',
    // The access log is kept whether it is named or not.
    good: [
      ['directoryAudits', ['directoryAudits', 'archiveAccess']],
      ['riskyUsers, directoryAudits', ['riskyUsers', 'directoryAudits', 'archiveAccess']],
      ['customSecurityAttributeAudits', ['customSecurityAttributeAudits', 'archiveAccess']],
      ['archiveAccess,directoryAudits', ['archiveAccess', 'directoryAudits']],
    ],
    bad: ['signIns', 'directoryaudits', 'directoryAudits,', ',', 'directoryAudits,directoryAudits', 'a,b', 'toString'],
    read: (config) => config.logTypes.map((logType) => logType.name),
  },
  {
    name: 'PURPOSE_REQUIRED',
    good: [
      ['true', true],
      ['false', false],
    ],
    bad: ['True', 'yes', '1', 'true '],
    read: (config) => config.purposeRequired,
  },
  { name: 'SETTLE_MINUTES', ...wholeNumber(0, 1440), read: (config) => config.settleMinutes },
  {
    name: 'SWEEP_AGES',
    good: [
      ['PT2H', [7200]],
      ['PT1H,P1DT12H, P25D', [3600, 129_600, 2_160_000]],
    ],
    bad: [
      'PT30M',
      'P1D,P1D',
      'P3D,P1D',
      '2h',
      'P1Y',
      'P1M',
      'P366D',
      ',P1D',
      'P1D,',
      'P',
      'PT',
      Array(17).fill('P1D').join(),
    ],
    read: (config) => config.sweepAges,
  },
  { name: 'RUN_BUDGET_SECONDS', ...wholeNumber(10, 3600), read: (config) => config.runBudgetSeconds },
  { name: 'GRAPH_REPORTS_PER_10S', ...wholeNumber(1, 100_000), read: (config) => config.graphReportsPer10Seconds },
  { name: 'GRAPH_RISK_PER_SECOND', ...wholeNumber(1, 10_000), read: (config) => config.graphRiskPerSecond },
  { name: 'RETENTION_DAYS', ...wholeNumber(1, 146_000), read: (config) => config.retentionDays('directoryAudits') },
  {
    name: 'RETENTION_DAYS__provisioning',
    ...wholeNumber(1, 146_000),
    read: (config) => config.retentionDays('provisioning'),
  },
  {
    name: 'SOURCE_RETENTION_DAYS__provisioning',
    ...wholeNumber(1, 3650),
    read: (config) => config.logTypes.find(({ name }) => name === 'provisioning')?.sourceRetentionDays,
  },
  { name: 'AZURE_CLIENT_ID', good: [[CLIENT, CLIENT]], bad: wrongGuids, read: (config) => config.clientId },
  {
    name: 'ArchiveStorage',
    good: [CONNECTION, 'UseDevelopmentStorage=true', 'BlobEndpoint=http://127.0.0.1:1/a;AccountName=a'].map((text) => [
      text,
      { connectionString: text },
    ]),
    bad: ['x', 'UseDevelopmentStorage=false', 'https://archive.blob.core.windows.net', `AccountKey=${SECRET}`],
    read: (config) => config.storage,
  },
  {
    name: 'ArchiveStorage__blobServiceUri',
    with: { ...URIS, ArchiveStorage: undefined },
    good: [
      ['https://a.blob.core.windows.net', 'https://a.blob.core.windows.net'],
      ['https://a.blob.core.windows.net/', 'https://a.blob.core.windows.net'],
      ['https://127.0.0.1:10000/devstoreaccount1', 'https://127.0.0.1:10000/devstoreaccount1'],
    ],
    bad: wrongServiceUris,
    read: ({ storage }) => ('blobServiceUri' in storage ? storage.blobServiceUri : undefined),
  },
  {
    name: 'ArchiveStorage__tableServiceUri',
    with: { ...URIS, ArchiveStorage: undefined },
    good: [['https://a.table.core.windows.net/', 'https://a.table.core.windows.net']],
    bad: wrongServiceUris,
    read: ({ storage }) => ('tableServiceUri' in storage ? storage.tableServiceUri : undefined),
  },
  {
    name: 'AUTH_MODE',
    good: [
      ['entra', 'entra'],
      ['none', 'none'],
    ],
    bad: ['None', 'ENTRA', 'off', 'false', 'easyauth'],
    read: (config) => config.authMode,
  },
  {
    name: 'AUTH_ISSUER',
    good: [
      `https://login.microsoftonline.com/${TENANT}/v2.0`,
      `https://login.microsoftonline.us/${TENANT}/v2.0`,
      `http://127.0.0.1:7074/${TENANT}/v2.0`,
    ].map((text) => [text, text] as const),
    bad: [
      'login.microsoftonline.com',
      `http://login.microsoftonline.com/${TENANT}/v2.0`,
      `https://login.microsoftonline.com/${TENANT}`,
      `https://login.microsoftonline.com/${TENANT}/v2.0/`,
      `https://login.microsoftonline.com/${TENANT}/v2.0?x=/v2.0`,
      `https://login.microsoftonline.com/${CLIENT}/v2.0`,
      'https://login.microsoftonline.com/common/v2.0',
      `https://user@login.microsoftonline.com/${TENANT}/v2.0`,
    ],
    read: (config) => config.authIssuer,
  },
  {
    name: 'AUTH_AUDIENCE',
    good: [
      [CLIENT, CLIENT],
      [CLIENT.toUpperCase(), CLIENT],
      [`api://${CLIENT}`, `api://${CLIENT}`],
      ['api://contoso.com/archive', 'api://contoso.com/archive'],
    ],
    bad: ['archive', 'https://graph.microsoft.com', 'api://', 'api://a b', 'api://a,api://b', `${CLIENT},${CLIENT}`],
    read: (config) => config.authAudience,
  },
  { name: 'MAX_PARALLEL_REQUESTS', ...wholeNumber(1, 10_000), read: (config) => config.maxParallelRequests },
  { name: 'SIGNING_KEY', ...signingKeys, read: (config) => config.signingKey },
  {
    name: 'SIGNING_KEY_PREVIOUS',
    good: [...signingKeys.good, ['lost', 'lost']],
    bad: signingKeys.bad,
    read: (config) => config.previousSigningKey,
  },
  { name: 'CHECKPOINT_SCHEDULE', ...schedules, read: (config) => config.checkpointSchedule },
  { name: 'VERIFY_SCHEDULE', ...schedules, read: (config) => config.verifySchedule },
  { name: 'EXPIRE_SCHEDULE', ...schedules, read: (config) => config.expireSchedule },
  {
    name: 'EXPIRE_ENABLED',
    good: [
      ['true', true],
      ['false', false],
    ],
    bad: ['yes', '1', 'True', 'on', ' true'],
    read: (config) => config.expireEnabled,
  },
  { name: 'EXPIRE_CLIENT_ID', good: [[CLIENT, CLIENT]], bad: wrongGuids, read: (config) => config.expireClientId },
  {
    name: 'SIMULATED_CLOCK',
    with: LOCAL,
    good: [['2026-11-21T08:00:00Z*60', { origin: Date.parse('2026-11-21T08:00:00Z'), speed: 60 }]],
    bad: ['2026-11-21T08:00:00Z', '60', 'now*60', '2026-02-30T08:00:00Z*1'],
    read: (config) => config.simulatedTime,
  },
];
