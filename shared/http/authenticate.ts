/** Who asks. */
import type { Caller } from '../access/caller.ts';
import type { Deps } from '../deps.ts';
import { Problem } from './problem.ts';

/**
 * @returns `undefined` where the settings open the archive, which they can only on one machine.
 * @throws Problem 401
 */
export async function authenticate(deps: Deps): Promise<Caller | undefined> {
  if (deps.config.authMode === 'none') return undefined;
  throw new Problem(
    401,
    'Sign-in needed',
    "This version cannot check tokens yet; on a developer's machine set AUTH_MODE=none.",
  );
}
