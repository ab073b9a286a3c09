/**
 * The contract of the two storage ports, as tests. Everything that `port.ts` promises is here, and every store passes
 * all of it: the in-memory twin, Azurite, Azurite whose answers get lost, and Azurite with immutable containers.
 */

import { afterAll, beforeAll, describe, expect } from 'vitest';
import type { BlobItem, BlobStore, Row, RowChange, StateStore } from '../../shared/storage/port.ts';
import { blobContract } from './blobContract.ts';
import { stateContract } from './stateContract.ts';

/** Stores under test. Tests keep apart by containers and partitions of their own. */
export interface StoresUnderTest {
  readonly blobs: BlobStore;
  readonly state: StateStore;
  ensure(containers: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

export interface ContractOptions {
  /** How many names the paging test lists; more than 5,000 is more than a page of Azure. */
  readonly manyNames: number;
  /** A commit whose answer is lost may say `conflict` although it was applied; the contract then looks at the rows. */
  readonly answersGetLost: boolean;
}

/** What the tests of both halves use; stores are started once for all of them. */
export interface Contract extends ContractOptions {
  readonly blobs: () => BlobStore;
  readonly state: () => StateStore;
  /** Creates a container of its own for one test. */
  newContainer(): Promise<string>;
  /** Names a partition of its own for one test. */
  newPartition(): string;
  /** Commits what must succeed. */
  apply(partition: string, ...changes: readonly RowChange[]): Promise<void>;
}

/** Declares the whole contract for the stores that `start` gives. */
export function storageContract(title: string, start: () => Promise<StoresUnderTest>, options: ContractOptions): void {
  describe(title, { timeout: 120_000 }, () => {
    let stores: StoresUnderTest;
    let used = 0;
    beforeAll(async () => {
      stores = await start();
    }, 90_000);
    afterAll(() => stores?.close(), 30_000);

    const contract: Contract = {
      ...options,
      blobs: () => stores.blobs,
      state: () => stores.state,
      newContainer: async () => {
        used += 1;
        const container = `container-${used}`;
        await stores.ensure([container]);
        return container;
      },
      newPartition: () => {
        used += 1;
        return `partition|${used}`;
      },
      apply: async (partition, ...changes) => {
        const answer = await stores.state.commit(partition, changes);
        expect(options.answersGetLost ? ['done', 'conflict'] : ['done']).toContain(answer);
      },
    };
    describe('blobs', () => blobContract(contract));
    describe('state', () => stateContract(contract));
  });
}

/** Everything an iterator gives. */
export async function collect<T extends BlobItem | Row>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
