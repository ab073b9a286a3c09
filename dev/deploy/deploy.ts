/**
 * The deployment, as an ordered story. Every step looks first and changes only what is not so yet, so that a run that
 * broke off anywhere is mended by running it again; nothing is ever removed.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { APP_VERSION } from '../../shared/version.ts';
import { askHealth, packageTag, publish, remember, waitForVersion } from './app.ts';
import { openDirectory } from './directory.ts';
import { ensureGrants, ensureIdentity, permissionsNeeded } from './grants.ts';
import { deployTemplate, hasSucceeded, type Outputs, outputsOf, preview, type Template } from './infrastructure.ts';
import { textAt } from './json.ts';
import { lockedContainers } from './locked.ts';
import { checkNames } from './names.ts';
import { ensureRegistration, ensureTrust, findRegistration } from './registration.ts';
import type { Step, World } from './steps.ts';
import { lookAround, type Target } from './target.ts';

/** Stands for the registration in a dry run that would make it. */
const NOT_REGISTERED = '00000000-0000-0000-0000-000000000000';

/** @returns what was deployed; `undefined` from a dry run. @throws StepFailed */
export async function deploy(world: World, step: Step): Promise<(Outputs & { readonly appId: string }) | undefined> {
  const { az, options, say } = world;
  const { resourceGroup, dryRun } = options;
  const target = await step('Azure CLI, subscription, rights, region', () => lookAround(world));
  const { name, group } = target;

  await step(`Resource group ${resourceGroup}`, async () => {
    if (group !== undefined) say(`there, in ${group.location}`);
    else if (dryRun) say(`would be made in ${target.location}`);
    else await az(['group', 'create', '--name', resourceGroup, '--location', target.location]);
  });

  const appId = await step('App registration, identity and permissions of Microsoft Graph', () =>
    options.withIdentity ? identify(world, target) : leaveIdentity(world),
  );
  // A crash up to here leaves a registration and an identity that can read logs and that nothing uses yet.
  const template = await step('What is there and what would change', () => planTemplate(world, target, appId));
  const outputs = await step('Infrastructure', () => bringUp(world, template));
  const zip = await step('Package', async () =>
    dryRun ? undefined : (options.package ?? (await world.makePackage())),
  );
  if (dryRun || outputs === undefined || zip === undefined) {
    say(`would be published to ${name}, and https://${target.host}/api/health asked until it answers`);
    return undefined;
  }
  await step(`Publish to ${outputs.appName}`, () => publishOnce(world, target, outputs, zip));
  await step('Does it answer', () =>
    waitForVersion(outputs.hostName, APP_VERSION, options.waitSeconds, world.clock, say),
  );
  return { ...outputs, appId };
}

async function leaveIdentity({ options, say }: World): Promise<string> {
  say('left alone (--no-identity). Without these the archive cannot read or be read:');
  say(`  app registration ${options.authClientId} with its roles, and its trust in the app's identity`);
  say(`  permissions of Microsoft Graph on that identity: ${permissionsNeeded().join(', ')}`);
  return options.authClientId ?? '';
}

/** @returns the application id that tokens are for. */
async function identify({ az, options, clock, say }: World, { place, name, host, location }: Target): Promise<string> {
  const directory = openDirectory(az, place.graph);
  if (options.dryRun) {
    const found = await findRegistration(directory, name);
    say(
      found === undefined ? 'would be made' : `registration ${textAt(found, 'appId')} is there and would be completed`,
    );
    say(`permissions: ${permissionsNeeded().join(', ')}`);
    return found === undefined ? NOT_REGISTERED : textAt(found, 'appId');
  }
  const registration = await ensureRegistration(directory, name, host);
  const identity = await ensureIdentity(az, options.resourceGroup, name, location);
  await ensureTrust(directory, registration, `${place.login}/${place.tenantId}/v2.0`, identity.principalId);
  const { grants, unknown } = await ensureGrants(directory, identity, clock);
  const granted = grants.map(([permission]) => permission);
  say(`registration ${registration.appId}`);
  say(granted.length === 0 ? 'all permissions were granted before' : `granted: ${granted.join(', ')}`);
  if (unknown.length > 0) say(`this cloud has no ${unknown.join(', ')}: the log types that need them stay empty`);
  return registration.appId;
}

/** A template with its parameters, and what Azure says that it would change. */
interface PlannedTemplate extends Template {
  readonly changes: number;
  /** Of the deployment before, if it ended well. */
  readonly outputs: Outputs | undefined;
}

async function planTemplate(world: World, target: Target, appId: string): Promise<PlannedTemplate | undefined> {
  const { az, options, say } = world;
  const { resourceGroup } = options;
  if (target.group === undefined && options.dryRun) {
    say('the resource group is not there, so Azure cannot be asked what would change, nor whether names are free');
    return undefined;
  }
  const { last } = target;
  const succeeded = last !== undefined && hasSucceeded(last);
  if (last !== undefined && !succeeded) say('the last deployment did not end well; this one goes on where it stopped');
  const locked = await lockedContainers(az, resourceGroup, target.name, target.ledgerDays, say);
  const template = {
    resourceGroup,
    parameters: [
      ...target.parameters.map(({ name, text }) => `${name}=${text}`),
      ...[`name=${target.name}`, `alertEmail=${options.alertEmail}`, `authClientId=${appId}`],
      `location=${target.location}`,
      ...(locked.length > 0 ? [`lockedContainers=${JSON.stringify(locked)}`] : []),
    ],
  };
  const changes = await preview(az, template);
  await checkNames(az, changes);
  for (const id of changes.create) say(`+ ${id.replace(/^.*\/providers\//, '')}`);
  for (const id of changes.modify) say(`~ ${id.replace(/^.*\/providers\//, '')}`);
  return {
    ...template,
    changes: changes.create.length + changes.modify.length,
    outputs: succeeded ? outputsOf(last) : undefined,
  };
}

async function bringUp(
  { az, options, say }: World,
  template: PlannedTemplate | undefined,
): Promise<Outputs | undefined> {
  if (template === undefined) return undefined;
  if (template.changes === 0 && template.outputs !== undefined) {
    say('as it should be already');
    return template.outputs;
  }
  if (options.dryRun) return void say(`${template.changes} resources would be made or changed`);
  say('this takes some minutes');
  return deployTemplate(az, template);
}

/** Publishes unless this very package was published last and answers. */
async function publishOnce({ az, options, say }: World, target: Target, outputs: Outputs, zip: string): Promise<void> {
  const sha256 = createHash('sha256').update(readFileSync(zip)).digest('hex');
  const health = await askHealth(outputs.hostName);
  const isThere = target.group?.tags[packageTag(outputs.appName)] === sha256;
  if (isThere && 'version' in health && health.version === APP_VERSION)
    return say(`package ${sha256} is there already`);
  await publish(az, options.resourceGroup, outputs.appName, zip);
  const groupId = `/subscriptions/${target.place.subscriptionId}/resourceGroups/${options.resourceGroup}`;
  await remember(az, groupId, outputs.appName, sha256);
  say(`package ${sha256}`);
}
