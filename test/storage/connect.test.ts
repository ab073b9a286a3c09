/** From settings to stores: what is refused, what is created, and that no error ever shows a secret. */

import { inspect } from 'node:util';
import { CredentialUnavailableError } from '@azure/identity';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectionString, DEVELOPMENT_ACCOUNT } from '../../dev/azurite.ts';
import { type ConnectedStorage, connectStorage } from '../../shared/storage/connect.ts';
import { startWormAzurite, type WormAzurite } from '../support/wormAzurite.ts';
import { collect } from './contract.ts';

const KEY = Buffer.from('this-key-must-never-be-printed!!').toString('base64');
const CONTENT = 'content-of-a-record';
const ACCOUNT = `DefaultEndpointsProtocol=https;AccountName=account;AccountKey=${KEY}`;

/** Everything a log could show of an error: message, stack, causes, and all properties, whatever an error would rather hide. */
function everything(error: unknown): string {
  return (
    inspect(error, { depth: 20, showHidden: true, getters: true, customInspect: false, maxStringLength: null }) +
    JSON.stringify(error)
  );
}

/** The errors of all operations of both stores, none of which may succeed. */
function failures({ blobs, state }: ConnectedStorage): Promise<Error[]> {
  const calls = [
    () => blobs.get('ledger', 'x'),
    () => blobs.putIfAbsent('ledger', 'x', Buffer.from(CONTENT)),
    () => collect(blobs.list('ledger', '')),
    () => state.get('p', 'k'),
    () => collect(state.list('p', 'a', 'z')),
    () => state.commit('p', [{ kind: 'insert', key: 'k', values: { content: CONTENT } }]),
  ];
  return Promise.all(calls.map((call) => failure(call())));
}

async function failure(call: Promise<unknown>): Promise<Error> {
  return call.then(
    () => new Error('It did not fail.'),
    (error: Error) => error,
  );
}

describe('connectStorage', () => {
  it.each([
    ['nothing', '', 'must hold'],
    ['no key', 'DefaultEndpointsProtocol=https;AccountName=account;EndpointSuffix=core.windows.net', 'must hold'],
    ['no endpoint', ACCOUNT, 'must hold'],
    ['an endpoint that is no URL', `${ACCOUNT};BlobEndpoint=nonsense;TableEndpoint=nonsense`, 'must hold'],
    ['plain http', `${ACCOUNT.replace('https', 'http')};EndpointSuffix=core.windows.net`, 'Use https'],
    [
      'plain http to another machine',
      `${ACCOUNT};BlobEndpoint=http://10.0.0.1/a;TableEndpoint=http://10.0.0.1/a`,
      'Use https',
    ],
    [
      'a host that only begins like this one',
      `${ACCOUNT};BlobEndpoint=http://127.0.0.1.example.org/a;TableEndpoint=https://x/`,
      'Use https',
    ],
    ['a blob endpoint only', `${ACCOUNT};BlobEndpoint=https://x/`, 'must hold'],
    ['a query', `${ACCOUNT};BlobEndpoint=https://x/?sig=${KEY};TableEndpoint=https://x/`, 'Remove the rest'],
    [
      'a signature',
      `BlobEndpoint=https://x/;TableEndpoint=https://x/;SharedAccessSignature=sig=${KEY}`,
      'not supported',
    ],
  ])('refuses a connection string with %s, without quoting it', (_, text, words) => {
    const connect = () => connectStorage({ connectionString: text });
    expect(connect).toThrow(/^The storage settings cannot be used: /);
    expect(connect).toThrow(words);
    let shown = '';
    try {
      connect();
    } catch (error) {
      shown = everything(error);
    }
    expect(shown).not.toContain(KEY);
  });

  it.each([
    ['account.blob.core.windows.net', 'is not a URL'],
    ['http://account.blob.core.windows.net', 'Use https'],
    ['http://127.0.0.1:10000/devstoreaccount1', 'Use https'],
    ['https://account.blob.core.windows.net/?sv=1&sig=x', 'Remove the rest'],
    ['https://user:password@account.blob.core.windows.net', 'Remove the rest'],
  ])('refuses the service URI %s', (uri, words) => {
    const good = 'https://account.blob.core.windows.net';
    expect(() => connectStorage({ blobServiceUri: uri, tableServiceUri: good })).toThrow(words);
    expect(() => connectStorage({ blobServiceUri: good, tableServiceUri: uri })).toThrow(words);
  });

  it.each([undefined, '00000000-0000-0000-0000-000000000001'])(
    'takes service URIs with the client id %s',
    (clientId) => {
      const settings = {
        blobServiceUri: 'https://a.blob.core.windows.net',
        tableServiceUri: 'https://a.table.core.windows.net',
      };
      expect(() => connectStorage({ ...settings, clientId })).not.toThrow();
    },
  );

  it('creates nothing with an identity, and passes on why there is no token', async () => {
    const asked: unknown[] = [];
    const credential = {
      getToken: async (scopes: unknown) => {
        asked.push(scopes);
        throw new CredentialUnavailableError('No managed identity is assigned.');
      },
    };
    const settings = { blobServiceUri: 'https://127.0.0.1:1', tableServiceUri: 'https://127.0.0.1:1' };
    const { blobs, ensure } = connectStorage(settings, credential);
    await ensure(['ledger']);
    expect(asked).toEqual([]);
    await expect(blobs.get('ledger', 'x')).rejects.toThrow(
      /^Cannot read blob 'ledger\/x': no answer \(CredentialUnavailableError: No managed identity is assigned\.\)\. /,
    );
    expect(asked).toHaveLength(1);
  });
});

describe('on a running storage', { timeout: 60_000 }, () => {
  let azurite: WormAzurite;
  beforeAll(async () => {
    azurite = await startWormAzurite();
  }, 90_000);
  afterAll(() => azurite?.close(), 30_000);

  it('fails without its table and containers, creates them, and again without harm', async () => {
    const storage = connectStorage({ connectionString: azurite.connectionString });
    for (const error of await failures(storage)) expect(error.message).toMatch(/exist|TableNotFound/);
    await storage.ensure(['ledger', 'archive-30d']);
    await storage.blobs.putIfAbsent('ledger', 'x', Buffer.from('x'));
    await storage.state.commit('p', [{ kind: 'insert', key: 'k', values: {} }]);
    await storage.ensure(['ledger', 'work']);
    expect(await storage.blobs.get('ledger', 'x')).toEqual(Buffer.from('x'));
    expect(await storage.blobs.get('work', 'x')).toBeUndefined();
    expect((await storage.state.get('p', 'k'))?.key).toBe('k');
  });

  it('shows neither key, signature nor content in any error, when the key is refused', async () => {
    const wrongKey = azurite.connectionString.replace(DEVELOPMENT_ACCOUNT.key, KEY);
    expect(wrongKey).toContain(KEY);
    const storage = connectStorage({ connectionString: wrongKey });
    const errors = [...(await failures(storage)), await failure(storage.ensure(['ledger']))];
    for (const error of errors) {
      expect(error.message).toMatch(/^Cannot .* HTTP 403 .* Check the account key or the identity/);
      expect(everything(error)).not.toContain(KEY);
      expect(everything(error)).not.toContain(CONTENT);
      expect(everything(error)).not.toMatch(/SharedKey/i);
    }
  });

  it('shows neither key, signature nor content in any error, when nothing answers', async () => {
    const nowhere = connectionString('http://127.0.0.1:1/devstoreaccount1', 'http://127.0.0.1:1/devstoreaccount1');
    const storage = connectStorage({ connectionString: nowhere.replace(DEVELOPMENT_ACCOUNT.key, KEY) });
    const errors = [...(await failures(storage)), await failure(storage.ensure(['ledger']))];
    for (const error of errors) {
      expect(error.message).toMatch(/ECONNREFUSED.* start the local storage/);
      expect(everything(error)).not.toContain(KEY);
      expect(everything(error)).not.toContain(CONTENT);
      expect(everything(error)).not.toMatch(/SharedKey/i);
    }
  });
});
