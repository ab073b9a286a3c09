/** What the flow that deletes is handed beside the rest, and no other flow. */
import type { Deps } from '../deps.ts';
import type { Deleter } from '../storage/port.ts';

export interface ExpireDeps extends Deps {
  /** Deletes segments, under an identity whose rights end at the archives. */
  readonly deleter: Deleter;
  /** Deletes in the container `work`, as the app itself may: it has no such right elsewhere. */
  readonly workDeleter: Deleter;
}
