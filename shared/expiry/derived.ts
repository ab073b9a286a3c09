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

/**
 * Deletes it.
 * @returns why something of it is still there; `undefined` where nothing is.
 */
export async function forgetDerived(
  deps: ExpireDeps,
  { name: logType }: LogType,
  gone: readonly DoomedSegment[],
): Promise<string | undefined> {
  const days = new Set(gone.map(({ name }) => hourOfName(name).slice(0, 10)));
  const spans = new Set([...days].flatMap((day) => [day, day.slice(0, 7)]));
  let kept: string | undefined;
  try {
    for (const { name } of gone) kept = (await forget(deps, blockIndexName(name))) ?? kept;
    for (const folder of [...spans].flatMap((span) => sketchFolders(deps, logType, span))) {
      for await (const { name } of deps.blobs.list(WORK_CONTAINER, folder)) kept = (await forget(deps, name)) ?? kept;
    }
  } catch (error) {
    if (!(error instanceof ContainerMissing)) throw error;
  }
  return kept;
}

async function forget({ workDeleter }: ExpireDeps, name: string): Promise<string | undefined> {
  const answer = await workDeleter.delete(WORK_CONTAINER, name);
  if (answer.outcome !== 'refused') return undefined;
  return `the store refuses to delete ${WORK_CONTAINER}/${name}, made of segments that are gone: ${answer.cause}`;
}
