/** What the flow that deletes is handed beside the rest, and no other flow. */
import type { Deps } from '../deps.ts';
import type { Deleter } from '../storage/port.ts';

export interface ExpireDeps extends Deps {
  readonly deleter: Deleter;
}
