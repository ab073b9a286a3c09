/**
 * Versions of access records. That a request has not ended is news only where nothing of the request is held: an instance
 * that stood still must not say so after another has archived how it ended.
 */
import { leafHash } from './archive/merkle.ts';
import type { PageRecord } from './archive/page.ts';
import { type Novelty, Versions } from './archive/versions.ts';

export class AccessVersions extends Versions {
  /** Leaf hashes of the records that say so. */
  readonly #open: ReadonlySet<string>;
  readonly #ids = new Set<string>();

  constructor(open: readonly PageRecord[]) {
    super();
    this.#open = new Set(open.map(({ line }) => leafHash(line).toString('hex')));
  }

  override hold(id: string, leaf: Buffer, hour: string | undefined): void {
    this.#ids.add(id);
    super.hold(id, leaf, hour);
  }

  override add(id: string, leaf: Buffer, hour = ''): Novelty {
    if (this.#ids.has(id) && this.#open.has(leaf.toString('hex'))) return 'duplicate';
    this.#ids.add(id);
    return super.add(id, leaf, hour);
  }
}
