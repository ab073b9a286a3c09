/** The region, and whether it offers the plan that the app runs on. */
import type { Az } from './az.ts';
import { listAt, textAt } from './json.ts';
import type { Options } from './options.ts';
import type { Group } from './place.ts';
import { DeployProblem } from './problem.ts';

/** The region that is asked for, else that of the last deployment, else that of the resource group. */
export function locationOf(
  options: Pick<Options, 'location' | 'resourceGroup'>,
  group: Group | undefined,
  last: string | undefined,
): string {
  const location = options.location ?? last ?? group?.location;
  if (location !== undefined) return plain(location);
  throw new DeployProblem(
    `There is no resource group ${options.resourceGroup}, and --location is missing.`,
    'Name a region with --location to have the group made, or correct the name of the group or --subscription.',
  );
}

/** @throws DeployProblem when the region has no Flex Consumption. */
export async function checkRegion(az: Az, location: string): Promise<void> {
  const offered = listAt(await az(['functionapp', 'list-flexconsumption-locations'])).map((row) => textAt(row, 'name'));
  if (offered.map(plain).includes(location)) return;
  throw new DeployProblem(
    `The region ${location} does not offer the Flex Consumption plan.`,
    `Choose another --location: ${offered.map(plain).sort().join(', ')}.`,
  );
}

/** `West Europe` and `westeurope` are the same region. */
function plain(location: string): string {
  return location.toLowerCase().replaceAll(' ', '');
}
