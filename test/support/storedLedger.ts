/**
 * A ledger and its segments as they lie in the storage, read past the app: what a test of whole processes judges by.
 */
import { hash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { BlobServiceClient } from '@azure/storage-blob';
import { type Entry, GENESIS_PREV } from '../../shared/archive/entry.ts';
import type { Stack } from './stack.ts';

/**
 * The entries of a log type, in order.
 * @throws Error when one is missing, bears a wrong number, or does not continue the one before.
 */
export async function storedEntries({ azurite, env }: Stack, logType: string): Promise<Entry[]> {
  const container = BlobServiceClient.fromConnectionString(azurite.connectionString).getContainerClient('ledger');
  const prefix = `${env.TENANT_ID}/${logType}/`;
  const names: string[] = [];
  for await (const { name } of container.listBlobsFlat({ prefix })) if (name.endsWith('.json')) names.push(name);
  const entries: Entry[] = [];
  let prev = GENESIS_PREV;
  for (const [seq, name] of names.sort().entries()) {
    const bytes = await container.getBlobClient(name).downloadToBuffer();
    const entry = JSON.parse(bytes.toString()) as Entry;
    const continues =
      entry.seq === seq && entry.prev === prev && name.endsWith(`${String(seq).padStart(12, '0')}.json`);
    if (!continues) throw new Error(`${name} does not follow what comes before it`);
    prev = hash('sha256', bytes);
    entries.push(entry);
  }
  return entries;
}

/**
 * Every line of the segments that entries name, in that order.
 * @throws Error when a segment is absent or has another hash than its entry says.
 */
export async function storedLines({ azurite }: Stack, entries: readonly Entry[]): Promise<string[]> {
  const service = BlobServiceClient.fromConnectionString(azurite.connectionString);
  const lines: string[] = [];
  for (const { name, sha256 } of entries.flatMap((entry) => ('segments' in entry ? entry.segments : []))) {
    const slash = name.indexOf('/');
    const client = service.getContainerClient(name.slice(0, slash)).getBlobClient(name.slice(slash + 1));
    const bytes = await client.downloadToBuffer();
    if (hash('sha256', bytes) !== sha256) throw new Error(`${name} is not what its entry says`);
    lines.push(...gunzipSync(bytes).toString().split('\n').slice(0, -1));
  }
  return lines;
}
