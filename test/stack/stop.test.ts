/** Ending and refusing: a host that is told to stop in the middle of a pull, and one whose settings are wrong. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEVELOPMENT_ACCOUNT } from '../../dev/azurite.ts';
import {
  compareWithTruth,
  faultsOf,
  fire,
  type Host,
  pause,
  pullAll,
  type Stack,
  startStack,
  statusOf,
} from '../support/stack.ts';

describe('a host that is told to stop in the middle of a pull', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack({ days: 3, perDay: 20_000, seed: 21 });
  });
  afterAll(() => stack.close());

  const recordsIn = async (host: Host) => (await statusOf(host)).reduce((sum, { records }) => sum + records, 0);

  it.each(['SIGTERM', 'SIGINT'] as const)('by %s ends its runs within its grace and exits with 0', async (signal) => {
    const host = await stack.startHost();
    const before = await recordsIn(host);
    await fire(host, 'pull-reports');
    await fire(host, 'pull-risk');
    while ((await recordsIn(host)) === before) await pause(20);
    expect(await host.stop(signal)).toBe(0);
    // Each run told how far it came, and none had to be cut off.
    expect(endedPulls(host)).toHaveLength(2);
    expect(endedPulls(host).some(({ behind }) => behind.length > 0)).toBe(true);
    expect(host.output()).not.toContain('Stopped after');
    // A stop is no failure of a log type.
    expect(endedPulls(host).flatMap(({ failed }) => failed)).toEqual([]);
  });

  it('is followed by one that carries on: nothing is lost and nothing doubled', async () => {
    const host = await stack.startHost();
    const before = await statusOf(host);
    expect(before.some(({ records }) => records > 0)).toBe(true);
    expect(before.some(({ watermark }) => Date.parse(watermark ?? '1970') / 1000 < stack.target)).toBe(true);
    expect(before.map(({ lastError }) => lastError)).toEqual(before.map(() => null));
    await pullAll(host, stack.target);
    expect(faultsOf(await compareWithTruth(host, stack.simulator.url))).toEqual([]);
  });
});

function endedPulls(host: Host): { failed: string[]; behind: string[] }[] {
  const ended = host.output().matchAll(/\{"message":"pull ended".*?\}/g);
  return [...ended].map(([text]) => JSON.parse(text) as { failed: string[]; behind: string[] });
}

describe('a host with a wrong setting', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack({ days: 1, perDay: 500, settings: { LOG_TYPES: 'directoryAudits,riskyUsers' } });
  });
  afterAll(() => stack.close());

  const refusal = async (settings: Record<string, string>): Promise<string> => {
    const started = await stack.startHost(settings).catch((error: Error) => error.message);
    if (typeof started !== 'string') throw new Error('the host started');
    return started;
  };

  it.each([
    ['RETENTION_DAYS', '12x', 'a whole number of days from 1 to 146000'],
    ['RETENTION_DAYS__riskyUsers', '0', 'a whole number of days from 1 to 146000'],
    ['SETTLE_MINUTES', '-15', 'a whole number of minutes from 0 to 1440'],
    ['TENANT_ID', 'contoso', 'a GUID such as'],
    ['GRAPH_BASE_URL', 'http://graph.example', 'https://host without a path'],
    ['LOG_TYPES', 'signIns', 'a comma list of interactiveSignIns,'],
    ['AUTH_MODE', 'open', "'entra', or 'none'"],
  ])('%s refuses to start, naming it, what it got and what it wants', async (name, value, wants) => {
    const message = await refusal({ [name]: value });
    expect(message).toMatch(/^the host ended with 1:/);
    const line = message.split('\n').find((each) => each.includes(name));
    expect(line).toContain(`${name} got '${value}'; it wants ${wants}`);
  });

  it('refuses a setting whose name is misspelt', async () => {
    expect(await refusal({ RETENTION_DAY: '365' })).toContain('RETENTION_DAY is not a setting; check its spelling');
  });

  const SECRET = Buffer.from('a key that nobody may ever read in a log').toString('base64');
  it.each([
    ['without an account', `AccountKey=${SECRET}`],
    ['without endpoints', `AccountName=contoso;AccountKey=${SECRET}`],
    [
      'with plain http to another machine',
      `DefaultEndpointsProtocol=http;AccountName=contoso;AccountKey=${SECRET};BlobEndpoint=http://storage.example/contoso;TableEndpoint=http://storage.example/contoso;`,
    ],
    [
      'with a shared access signature',
      `BlobEndpoint=https://contoso.blob.example;TableEndpoint=https://contoso.table.example;SharedAccessSignature=sv=2024-01-01&sig=${SECRET}`,
    ],
  ])('refuses a connection string %s, and never shows its key', async (_what, connectionString) => {
    const message = await refusal({ ArchiveStorage: connectionString });
    expect(message).toMatch(/^the host ended with 1:/);
    expect(message).toMatch(/ArchiveStorage|storage settings cannot be used/);
    expect(message).not.toContain(SECRET);
  });

  it('never shows the key of a connection string that the storage does not accept', async () => {
    const { key } = DEVELOPMENT_ACCOUNT;
    const wrong = `${stack.env.ArchiveStorage}`.replace(key, SECRET);
    expect(wrong).toContain(SECRET);
    const message = await refusalOrOutput(wrong);
    expect(message).toMatch(/storage|403/i);
    expect(message).not.toContain(SECRET);
  });

  /** What a host says that finds out only when it asks the storage: at its start, or at the first request. */
  async function refusalOrOutput(connectionString: string): Promise<string> {
    const host = await stack.startHost({ ArchiveStorage: connectionString }).catch((error: Error) => error.message);
    if (typeof host === 'string') return host;
    const answer = await fetch(`${host.url}/api/status`).then(
      (response) => response.text(),
      (error: Error) => error.message,
    );
    await host.stop('SIGTERM');
    return `${answer}\n${host.output()}`;
  }
});
