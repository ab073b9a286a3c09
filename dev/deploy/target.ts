/** Where a deployment goes and what it is told, looked up before anything is changed. */
import { openDirectory } from './directory.ts';
import { checkDirectoryRights } from './directoryRights.ts';
import { findIdentity, missingGrants } from './grants.ts';
import { lastDeployment, parameterOf } from './infrastructure.ts';
import { checkAppName } from './names.ts';
import { defaultName } from './options.ts';
import { chosenParameters, knownParameters, ledgerDays, type Parameter } from './parameters.ts';
import { type Group, type Place, readGroup, readPlace } from './place.ts';
import { checkRegion, locationOf } from './region.ts';
import { checkRights } from './rights.ts';
import type { World } from './steps.ts';

export interface Target {
  readonly place: Place;
  readonly name: string;
  readonly host: string;
  readonly location: string;
  readonly group: Group | undefined;
  /** The last deployment of this archive, if there was one. */
  readonly last: unknown;
  readonly parameters: readonly Parameter[];
  /** Days that the ledger has to be kept with these. */
  readonly ledgerDays: number;
}

/** Reads only: everything that can be known to fail is found before anything is changed. */
export async function lookAround(world: World): Promise<Target> {
  const { az, options, say } = world;
  const place = await readPlace(az, say);
  const group = await readGroup(az, options.resourceGroup);
  await checkRights(az, place, group && options.resourceGroup);
  const last = group && (await lastDeployment(az, options.resourceGroup, options.name));
  const location = locationOf(options, group, parameterOf(last, 'location'));
  await checkRegion(az, location);
  const name = options.name ?? parameterOf(last, 'name') ?? defaultName(place.subscriptionId, options.resourceGroup);
  const isThere = await checkAppName(az, place, group && options.resourceGroup, name);
  say(`app ${name}${isThere ? ', which is there' : ''}, region ${location}`);
  if (options.withIdentity) await lookIntoDirectory(world, place, group, name);
  const known = await knownParameters(az);
  const parameters = chosenParameters(known, options.parameters, last);
  for (const parameter of parameters) say(`${parameter.name}=${parameter.text} (${parameter.origin})`);
  if (isThere && last === undefined)
    say('Azure has no record of the last deployment: what is not said now falls back to its default');
  return {
    ...{ place, name, host: `${name}.${place.appSuffix}`, location, group, last, parameters },
    ledgerDays: ledgerDays(known, parameters),
  };
}

/** Rights are needed only for what is not granted yet, so that whoever deploys a second time needs none in the directory. */
async function lookIntoDirectory(
  { az, options, clock, say }: World,
  place: Place,
  group: Group | undefined,
  name: string,
): Promise<void> {
  const directory = openDirectory(az, place.graph);
  const identity = group && (await findIdentity(az, options.resourceGroup, name));
  const { grants } = await missingGrants(directory, identity, clock);
  const missing = grants.map(([permission]) => permission);
  await checkDirectoryRights(directory, missing, place.isPerson, say);
}
