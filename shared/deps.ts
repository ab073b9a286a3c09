/** What every flow is handed: the settings, the clients and the clock. They are made once, in `compose.ts`. */
import type { Clock } from './clock.ts';
import type { Config } from './config.ts';
import type { PageSource } from './graph/pages.ts';
import type { Log } from './logFields.ts';
import type { BlobStore, StateStore } from './storage/port.ts';

export interface Deps extends PageSource {
  readonly config: Config;
  readonly clock: Clock;
  readonly blobs: BlobStore;
  readonly state: StateStore;
  /** Writes one structured line. */
  readonly log: Log;
}

/** What reads the rows of a tenant's partitions. */
export type TableDeps = Pick<Deps, 'config' | 'state'>;

/** What reads a tenant's blobs. */
export type BlobDeps = Pick<Deps, 'config' | 'blobs'>;
