/**
 * From the storage settings to the two stores.
 *
 * It promises that plain http is spoken with this machine only, and that no error names a key or a token. It refuses
 * connection strings with a shared access signature: the local stack has a key, the cloud has an identity.
 */

import { TableClient } from '@azure/data-tables';
import { DefaultAzureCredential, ManagedIdentityCredential, type TokenCredential } from '@azure/identity';
import { BlobServiceClient } from '@azure/storage-blob';
import { createBlobStore } from './blobs.ts';
import { createDeleter } from './deleter.ts';
import { refusalOf, StorageError } from './failure.ts';
import type { BlobStore, Deleter, StateStore } from './port.ts';
import { createStateStore } from './tables.ts';

export type StorageSettings =
  | { readonly connectionString: string }
  | {
      readonly blobServiceUri: string;
      readonly tableServiceUri: string;
      /** Client id of a user-assigned managed identity. */
      readonly clientId?: string | undefined;
    };

export interface ConnectedStorage {
  readonly blobs: BlobStore;
  readonly state: StateStore;
  /**
   * Creates the table and these containers where they are absent, if the settings are a connection string. With an
   * identity it does nothing: there the deployment creates them, with their immutability policies.
   */
  ensure(containers: readonly string[]): Promise<void>;
}

const TABLE = 'state';

/** Four attempts within about two seconds; the server gives up one attempt after 30 s, `patiently` the whole after 60 s. */
const BLOB_RETRIES = { maxTries: 4, retryDelayInMs: 500, maxRetryDelayInMs: 8_000, tryTimeoutInMs: 30_000 };
const TABLE_RETRIES = { maxRetries: 3, retryDelayInMs: 500, maxRetryDelayInMs: 8_000 };

/**
 * Connects the stores; nothing is sent before their first call. `credential` stands in for the one that the settings
 * imply (the managed identity `clientId`, else whatever `DefaultAzureCredential` finds).
 * Throws when the settings cannot be used, naming what is wrong but never their content.
 */
export function connectStorage(settings: StorageSettings, credential?: TokenCredential): ConnectedStorage {
  const { service, table } =
    'connectionString' in settings ? withKey(settings.connectionString) : withIdentity(settings, credential);
  async function ensure(containers: readonly string[]): Promise<void> {
    if (!('connectionString' in settings)) return;
    await attempt(`create table '${TABLE}'`, () => table.createTable());
    for (const name of containers) {
      await attempt(`create container '${name}'`, () => service.getContainerClient(name).createIfNotExists());
    }
  }
  return { blobs: createBlobStore(service), state: createStateStore(table), ensure };
}

/**
 * Connects the deleter, with an identity of its own: `clientId` of the settings is here that of whoever may delete.
 * `credential` stands in for the one that the settings imply. Throws as `connectStorage`.
 */
export function connectDeleter(settings: StorageSettings, credential?: TokenCredential): Deleter {
  const { service } =
    'connectionString' in settings ? withKey(settings.connectionString) : withIdentity(settings, credential);
  return createDeleter(service);
}

async function attempt(doing: string, create: () => Promise<unknown>): Promise<void> {
  await create().catch((error) => {
    throw new StorageError({ doing, right: 'to create it', role: 'Storage Account Contributor' }, refusalOf(error));
  });
}

interface Clients {
  readonly service: BlobServiceClient;
  readonly table: TableClient;
}

function withKey(connectionString: string): Clients {
  if (/SharedAccessSignature=/i.test(connectionString)) {
    throw unusable('a shared access signature is not supported. Use a connection string with an account key');
  }
  const clients = keyed(connectionString);
  requirePrivate('the blob endpoint of the connection string', clients.service.url, LOOPBACK);
  requirePrivate('the table endpoint of the connection string', clients.table.url, LOOPBACK);
  return clients;
}

function keyed(connectionString: string): Clients {
  try {
    return {
      service: BlobServiceClient.fromConnectionString(connectionString, { retryOptions: BLOB_RETRIES }),
      table: TableClient.fromConnectionString(connectionString, TABLE, {
        retryOptions: TABLE_RETRIES,
        // Harmless until `requirePrivate` has seen the endpoint: nothing has been sent yet.
        allowInsecureConnection: true,
      }),
    };
  } catch {
    // The SDK's own error may quote the string, so only our own words pass.
    throw unusable(
      'the connection string must hold DefaultEndpointsProtocol, AccountName, AccountKey, and either EndpointSuffix ' +
        'or BlobEndpoint and TableEndpoint. Copy it again from the access keys of the storage account',
    );
  }
}

function withIdentity(
  { blobServiceUri, tableServiceUri, clientId }: Exclude<StorageSettings, { connectionString: string }>,
  given: TokenCredential | undefined,
): Clients {
  requirePrivate('the blob service URI', blobServiceUri, NOWHERE);
  requirePrivate('the table service URI', tableServiceUri, NOWHERE);
  const credential = given ?? (clientId ? new ManagedIdentityCredential({ clientId }) : new DefaultAzureCredential());
  return {
    service: new BlobServiceClient(blobServiceUri, credential, { retryOptions: BLOB_RETRIES }),
    table: new TableClient(tableServiceUri, TABLE, credential, { retryOptions: TABLE_RETRIES }),
  };
}

/** Where plain http may go: a key to this machine, an identity's token nowhere. */
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;
const NOWHERE = /^$/;

/** Refuses what is not a URL, plain http to hosts other than `plain`, and anything after the path: it could be a token. */
function requirePrivate(what: string, uri: string, plain: RegExp): void {
  const url = URL.parse(uri);
  if (!url) throw unusable(`${what} is not a URL. It looks like https://<account>.blob.core.windows.net`);
  const { protocol, hostname, username, search, hash } = url;
  if (username || search || hash) throw unusable(`${what} carries more than protocol, host and path. Remove the rest`);
  if (protocol === 'https:' || (protocol === 'http:' && plain.test(hostname))) return;
  throw unusable(`${what} is ${protocol}//${hostname}. Use https; plain http is for a local Azurite only`);
}

function unusable(reason: string): Error {
  return new Error(`The storage settings cannot be used: ${reason}.`);
}
