/**
 * Where bytes go. The whole product stores through these two ports; neither knows a word of logs.
 *
 * `BlobStore` holds what is written once: the ledger and the segments. It offers no overwrite and no delete, because
 * the containers behind it are immutable. `StateStore` holds the mutable state, which can always be rebuilt.
 * Two implementations exist: Azure (`blobs.ts`, `tables.ts`) and the in-memory twin of the tests. One contract suite
 * (`test/storage/contract.ts`) runs on both.
 */

/** A name in a container, as a listing returns it. */
export interface BlobItem {
  readonly name: string;
  /** Size of the content in bytes. */
  readonly bytes: number;
  /** When the blob was created, by the store's own clock: milliseconds since 1970. */
  readonly createdAt: number;
}

export interface BlobStore {
  /**
   * Reads one blob whole. `undefined` means the blob does not exist; every other failure throws.
   * Throws `ContainerMissing` when the container does not exist.
   */
  get(container: string, name: string): Promise<Buffer | undefined>;

  /**
   * Lists names that start with `prefix`, ascending by name (UTF-8 byte order), complete at the time of the call.
   * Throws `ContainerMissing` when the container does not exist.
   */
  list(container: string, prefix: string): AsyncIterable<BlobItem>;

  /**
   * Creates a blob, atomically and never over an existing one.
   *
   * - `stored`: the name now holds exactly these bytes, durably. Also the answer when it held them before: by an
   *   earlier attempt of ours whose answer was lost, or by anybody else. Calling twice is harmless.
   * - `taken`: the name holds other bytes. Nothing was changed.
   *
   * A refusal by the store (403, 409, 412) is never taken at its word: the implementation looks at what is there and
   * compares. A throw means that it is not known whether the blob exists.
   * Throws `ContainerMissing` when the container does not exist.
   */
  putIfAbsent(container: string, name: string, bytes: Uint8Array): Promise<'stored' | 'taken'>;
}

/**
 * - `deleted`: the blob was there, and the store says that it has removed it.
 * - `absent`: it was not there.
 * - `refused`: the store keeps it: its container has a retention period or a legal hold that forbids it, or the identity
 *   lacks the right. `cause` says which, in the store's words and without content.
 */
export type Removal =
  | { readonly outcome: 'deleted' | 'absent' }
  | { readonly outcome: 'refused'; readonly cause: string };

/** The only way to take a blob away. It has an identity of its own, and one flow is given it. */
export interface Deleter {
  /** A throw means that it is not known whether the blob exists. Throws `ContainerMissing`. */
  delete(container: string, name: string): Promise<Removal>;

  /** Whether the blob exists, looked at anew. Throws `ContainerMissing`. */
  exists(container: string, name: string): Promise<boolean>;

  /** Whether the container has a legal hold of its own, set at the store: it keeps all that is in it. Throws `ContainerMissing`. */
  isHeld(container: string): Promise<boolean>;
}

/** The values a row can hold. Numbers are whole and within ±2^53. */
export type RowValues = Readonly<Record<string, string | number | boolean>>;

export interface Row {
  readonly key: string;
  readonly values: RowValues;
  /** Opaque version of the row; changes with every write. */
  readonly etag: string;
  /** When the row was last written, by the table's own clock: milliseconds since 1970. */
  readonly writtenAt: number;
}

/** One change of a transaction. `replace` and `delete` with an `etag` apply only to that version of the row. */
export type RowChange =
  | { readonly kind: 'insert'; readonly key: string; readonly values: RowValues }
  | { readonly kind: 'replace'; readonly key: string; readonly values: RowValues; readonly etag: string }
  | { readonly kind: 'upsert'; readonly key: string; readonly values: RowValues }
  | { readonly kind: 'delete'; readonly key: string; readonly etag: string };

export interface StateStore {
  /** Reads one row. `undefined` means the row does not exist; every other failure throws. */
  get(partition: string, key: string): Promise<Row | undefined>;

  /** Lists the rows with `fromKey <= key < toKey`, ascending by key. */
  list(partition: string, fromKey: string, toKey: string): AsyncIterable<Row>;

  /**
   * Applies 1 to 100 changes of one partition, all or none.
   *
   * - `done`: all are applied.
   * - `conflict`: none is applied, because an inserted row exists, or a replaced or deleted row is absent or has
   *   another version. After a lost answer `conflict` may also mean that this very call was applied: read again.
   */
  commit(partition: string, changes: readonly RowChange[]): Promise<'done' | 'conflict'>;
}

/** All rows of a partition whose key begins with `prefix`, ascending: `~` sorts after whatever else a key holds. */
export function listPrefix(state: Pick<StateStore, 'list'>, partition: string, prefix: string): AsyncIterable<Row> {
  return state.list(partition, prefix, `${prefix}~`);
}

/** A container that should have been made by the deployment is not there. */
export class ContainerMissing extends Error {
  override readonly name = 'ContainerMissing';
  readonly container: string;

  constructor(container: string, options?: ErrorOptions) {
    super(
      `Container '${container}' does not exist. Deploy infra/main.bicep with this retention class, ` +
        'or create the container with its immutability policy.',
      options,
    );
    this.container = container;
  }
}
