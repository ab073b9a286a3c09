/** Checkpoints that requests name, and how an answer names one. */
import type { Deps } from '../deps.ts';
import { applyLedger, MOST_ENTRIES_BEHIND } from '../ledger.ts';
import type { LogType } from '../logTypes.ts';
import { newestHead, type StoredHead, storedHead } from '../proof/heads.ts';
import { signedSizes } from '../proof/stored.ts';
import { Problem } from './problem.ts';

/** Sizes named to somebody who asked for one that there is not. */
const NEAREST = 5;
/** When the next one comes. */
export const HOURLY = 'Checkpoints are signed every hour; GET /api/status says if something keeps them from it.';

/** The newest checkpoint of a ledger. @throws Problem 404 when nothing is signed yet. */
export async function newest(deps: Deps, { name }: LogType): Promise<StoredHead> {
  await applyLedger(deps, name, MOST_ENTRIES_BEHIND);
  const found = await newestHead(deps, name);
  if (found) return found;
  throw new Problem(404, 'No checkpoint yet', `No checkpoint of ${name} is signed yet. ${HOURLY}`);
}

/** The checkpoint over so many entries. @throws Problem 404 that names the sizes nearest to it. */
export async function ofSize(deps: Deps, { name }: LogType, size: number): Promise<StoredHead> {
  await applyLedger(deps, name, MOST_ENTRIES_BEHIND);
  const found = await storedHead(deps, name, size);
  if (found) return found;
  const sizes = await signedSizes(deps, name);
  const nearest = sizes.toSorted((a, b) => Math.abs(a - size) - Math.abs(b - size)).slice(0, NEAREST);
  const there =
    sizes.length === 0
      ? `None is signed yet. ${HOURLY}`
      : `There are ${sizes.length}, over ${sizes[0]} to ${sizes.at(-1)} entries; the nearest: ${nearest.sort((a, b) => a - b).join(', ')}.`;
  throw new Problem(404, 'No such checkpoint', `No checkpoint of ${name} is over ${size} entries. ${there}`, {
    nearest,
  });
}

/** `<size> <root>`: what `X-Archive-Checkpoint` says. */
export function checkpointHeader({ size, root }: { readonly size: number; readonly root: Buffer | string }): string {
  return `${size} ${typeof root === 'string' ? root : root.toString('base64')}`;
}
