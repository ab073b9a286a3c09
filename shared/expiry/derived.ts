/**
 * What was made of segments that are deleted: indexes of their blocks, and the sketches of their days and months.
 *
 * All of it lies in the container `work`, which is not immutable. Sketches of what is left are made anew in time.
 */

import type { DoomedSegment } from '../archive/entry.ts';
import { hourOfName, WORK_CONTAINER } from '../archive/names.ts';
import { blockIndexName } from '../blockIndex.ts';
import type { LogType } from '../logTypes.ts';
import { sketchFolders } from '../sketchIndex.ts';
import { ContainerMissing } from '../storage/port.ts';
import type { ExpireDeps } from './deps.ts';

/** @throws Error when something of it cannot be deleted: it would tell of what is gone. */
export async function forgetDerived(
  deps: ExpireDeps,
  { name: logType }: LogType,
  gone: readonly DoomedSegment[],
): Promise<void> {
  const days = new Set(gone.map(({ name }) => hourOfName(name).slice(0, 10)));
  const spans = new Set([...days].flatMap((day) => [day, day.slice(0, 7)]));
  try {
    for (const { name } of gone) await forget(deps, blockIndexName(name));
    for (const folder of [...spans].flatMap((span) => sketchFolders(deps, logType, span))) {
      for await (const { name } of deps.blobs.list(WORK_CONTAINER, folder)) await forget(deps, name);
    }
  } catch (error) {
    if (!(error instanceof ContainerMissing)) throw error;
  }
}

async function forget({ deleter }: ExpireDeps, name: string): Promise<void> {
  const answer = await deleter.delete(WORK_CONTAINER, name);
  if (answer.outcome !== 'refused') return;
  throw new Error(`the store refuses to delete ${WORK_CONTAINER}/${name}: ${answer.cause}`);
}
