/** Settings of the storage: where it is, and under which identities it is written and deleted from. */
import type { StorageSettings } from '../storage/connect.ts';
import type { Reader } from './reader.ts';

export interface StoreSettings {
  /** Client id of the user-assigned identity, if one is named. */
  readonly clientId: string | undefined;
  readonly storage: StorageSettings;
  /** Whether anything is ever deleted. */
  readonly expireEnabled: boolean;
  /** Client id of the identity that may delete, and does nothing else. */
  readonly expireClientId: string | undefined;
}

export function readStores(reader: Reader): StoreSettings {
  const { get, problems } = reader;
  const clientId = get('AZURE_CLIENT_ID');
  const expireEnabled = get('EXPIRE_ENABLED') ?? false;
  const expireClientId = get('EXPIRE_CLIENT_ID');
  const storage = readStorage(reader, clientId);
  if (expireEnabled && 'blobServiceUri' in storage) problems.push(...deleterProblems(clientId, expireClientId));
  return { clientId, storage, expireEnabled, expireClientId };
}

function readStorage({ get, problems }: Reader, clientId: string | undefined): StorageSettings {
  const before = problems.length;
  const connectionString = get('ArchiveStorage');
  const blobServiceUri = get('ArchiveStorage__blobServiceUri');
  const tableServiceUri = get('ArchiveStorage__tableServiceUri');
  if (connectionString !== undefined) return { connectionString };
  if (blobServiceUri !== undefined && tableServiceUri !== undefined) {
    return { blobServiceUri, tableServiceUri, ...(clientId === undefined ? {} : { clientId }) };
  }
  // Of a value that is malformed enough has been said.
  if (problems.length > before) return { connectionString: '' };
  problems.push(
    'The archive has no storage: set ArchiveStorage__blobServiceUri and ArchiveStorage__tableServiceUri ' +
      '(managed identity), or ArchiveStorage (connection string, local stack only).',
  );
  return { connectionString: '' };
}

/** Whoever deletes is nobody who writes: a slip of one of the two cannot do both. */
function deleterProblems(clientId: string | undefined, expireClientId: string | undefined): string[] {
  const wants = 'the client id of the identity that may delete, and that does nothing else';
  if (expireClientId === undefined)
    return [`EXPIRE_ENABLED is 'true' and EXPIRE_CLIENT_ID is missing; it wants ${wants}.`];
  if (expireClientId !== clientId) return [];
  return [`EXPIRE_CLIENT_ID is that of AZURE_CLIENT_ID, which writes the archive; it wants ${wants}.`];
}
