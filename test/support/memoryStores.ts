/**
 * The in-memory twin of the two storage ports: the same contract as Azure, held to it by the same suite.
 *
 * Every operation takes effect in one synchronous step, bytes are copied in and out, and etags and times are
 * deterministic under the given clock. Contents lie open in `containers` and `partitions`, so that a test can read,
 * damage or keep them.
 */

import { type Clock, systemClock } from '../../shared/clock.ts';
import {
  type BlobItem,
  type BlobStore,
  ContainerMissing,
  type Deleter,
  type Row,
  type RowChange,
  type StateStore,
} from '../../shared/storage/port.ts';
import { checkChanges } from '../../shared/storage/rows.ts';
import { watch } from './canaries.ts';

export interface MemoryStores {
  readonly blobs: BlobStore;
  readonly state: StateStore;
  readonly deleter: Deleter;
  /** Container -> name -> bytes. A container exists when it has a key here. */
  readonly containers: Map<string, Map<string, Buffer>>;
  /** Containers with a legal hold of their own: nothing in them can be deleted. */
  readonly held: Set<string>;
  /** Partition -> row key -> row. */
  readonly partitions: Map<string, Map<string, Row>>;
  /** Creates the containers that are absent. */
  ensure(containers: readonly string[]): Promise<void>;
}

/** New, empty stores without any container. `clock` is the table's own: it sets `writtenAt`. */
export function createMemoryStores(clock: Pick<Clock, 'now'> = systemClock): MemoryStores {
  const containers = new Map<string, Map<string, Buffer>>();
  const held = new Set<string>();
  const partitions = new Map<string, Map<string, Row>>();
  return {
    blobs: createBlobs(containers, clock),
    deleter: createDeleter(containers, held),
    state: createState(partitions, clock),
    containers,
    held,
    partitions,
    ensure: async (names) => {
      for (const name of names) if (!containers.has(name)) containers.set(name, new Map());
    },
  };
}

function blobsOf(containers: Map<string, Map<string, Buffer>>, container: string): Map<string, Buffer> {
  const blobs = containers.get(container);
  if (!blobs) throw new ContainerMissing(container);
  return blobs;
}

/** It refuses only what a legal hold of the container keeps; `storeHooks.ts` can make it. */
function createDeleter(containers: Map<string, Map<string, Buffer>>, held: ReadonlySet<string>): Deleter {
  return {
    delete: async (container, name) => {
      const blobs = blobsOf(containers, container);
      if (held.has(container) && blobs.has(name))
        return { outcome: 'refused', cause: 'HTTP 409 BlobImmutableDueToPolicy' };
      return { outcome: blobs.delete(name) ? 'deleted' : 'absent' };
    },
    exists: async (container, name) => blobsOf(containers, container).has(name),
    isHeld: async (container) => {
      blobsOf(containers, container);
      return held.has(container);
    },
  };
}

function createBlobs(containers: Map<string, Map<string, Buffer>>, clock: Pick<Clock, 'now'>): BlobStore {
  const blobsIn = (container: string) => blobsOf(containers, container);
  // What a test puts there by itself was made now.
  const created = new WeakMap<Buffer, number>();
  return {
    get: async (container, name) => {
      const bytes = blobsIn(container).get(name);
      return bytes && Buffer.from(bytes);
    },
    list: async function* (container, prefix) {
      yield* [...blobsIn(container)]
        .filter(([name]) => name.startsWith(prefix))
        .map(([name, bytes]) => ({ name, bytes: bytes.length, createdAt: created.get(bytes) ?? clock.now() }))
        .sort(byName);
    },
    putIfAbsent: async (container, name, bytes) => {
      watch('a blob', bytes);
      const blobs = blobsIn(container);
      const held = blobs.get(name);
      if (held) return held.equals(bytes) ? 'stored' : 'taken';
      const copy = Buffer.from(bytes);
      created.set(copy, clock.now());
      blobs.set(name, copy);
      return 'stored';
    },
  };
}

/** By UTF-8 bytes, which for ASCII is the order of JavaScript's strings. */
function byName(a: BlobItem, b: BlobItem): number {
  const ascii = /^[\0-\x7f]*$/;
  if (ascii.test(a.name) && ascii.test(b.name)) return a.name < b.name ? -1 : 1;
  return Buffer.compare(Buffer.from(a.name), Buffer.from(b.name));
}

function createState(partitions: Map<string, Map<string, Row>>, clock: Pick<Clock, 'now'>): StateStore {
  let writes = 0;
  const rowsIn = (partition: string) => partitions.get(partition) ?? new Map<string, Row>();

  function write(rows: Map<string, Row>, change: RowChange): void {
    if (change.kind === 'delete') {
      rows.delete(change.key);
      return;
    }
    writes += 1;
    const { key, values } = change;
    rows.set(key, { key, values: { ...values }, etag: `"${writes}"`, writtenAt: clock.now() });
  }

  return {
    get: async (partition, key) => copy(rowsIn(partition).get(key)),
    list: async function* (partition, fromKey, toKey) {
      const keys = [...rowsIn(partition).keys()].filter((key) => fromKey <= key && key < toKey).sort();
      for (const key of keys) {
        const row = copy(rowsIn(partition).get(key));
        if (row) yield row;
      }
    },
    commit: async (partition, changes) => {
      checkChanges(partition, changes);
      watch('a row', JSON.stringify(changes));
      const rows = rowsIn(partition);
      if (!changes.every((change) => applies(change, rows.get(change.key)))) return 'conflict';
      for (const change of changes) write(rows, change);
      partitions.set(partition, rows);
      return 'done';
    },
  };
}

function applies(change: RowChange, held: Row | undefined): boolean {
  if (change.kind === 'upsert') return true;
  return change.kind === 'insert' ? held === undefined : held?.etag === change.etag;
}

function copy(row: Row | undefined): Row | undefined {
  return row && { ...row, values: { ...row.values } };
}
