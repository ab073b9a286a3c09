/** What infra/main.bicep comes to in a tenant that remembers: its parameters, and the immutable containers that it makes. */
import { isDeepStrictEqual } from 'node:util';
import { AzFailure } from '../../dev/deploy/az.ts';
import { ACCOUNT, NAME, SUBSCRIPTION, VAULT } from './answers.ts';
import { PARAMETERS } from './compiled.ts';

export type Values = Record<string, unknown>;

/** What Azure keeps of a deployment. */
export function deploymentOf(host: string, values: Values): unknown {
  const outputs = { appName: values.name, hostName: host, vaultName: VAULT, archiveStorageName: ACCOUNT };
  const kept = (of: Values) => Object.fromEntries(Object.entries(of).map(([name, value]) => [name, { value }]));
  return { properties: { provisioningState: 'Succeeded', parameters: kept(values), outputs: kept(outputs) } };
}

/** Of a template that is deployed with other values everything changes; with the same nothing does. */
export function whatIf(deployed: Values | undefined, wanted: Values): unknown[] {
  const changeType = deployed ? (isDeepStrictEqual(deployed, wanted) ? 'NoChange' : 'Modify') : 'Create';
  const group = `/subscriptions/${SUBSCRIPTION}/resourceGroups/logs/providers`;
  const names = [`Microsoft.Storage/storageAccounts/${ACCOUNT}`, `Microsoft.KeyVault/vaults/${VAULT}`];
  return [...names, `Microsoft.Web/sites/${NAME}`].map((name) => ({ changeType, resourceId: `${group}/${name}` }));
}

/** The values that a command gives the template, as the CLI reads them by type, and the defaults of the others. */
export function valuesIn(args: readonly string[]): Values {
  const values: Values = {};
  for (const [name, { defaultValue }] of Object.entries(PARAMETERS))
    if (defaultValue !== undefined) values[name] = defaultValue;
  for (const [n, arg] of args.entries()) {
    if (args[n - 1] !== '--parameters') continue;
    const [name = '', text = ''] = [arg.slice(0, arg.indexOf('=')), arg.slice(arg.indexOf('=') + 1)];
    const type = PARAMETERS[name]?.type;
    if (type === undefined) throw new AzFailure('az', `unrecognized template parameter '${name}'`);
    values[name] = type === 'string' ? text : (JSON.parse(text) as unknown);
  }
  return values;
}

/** Names and days of the immutable containers, as infra/modules/immutableContainers.bicep makes them. */
export function immutableContainers(values: Values): (readonly [name: string, days: number])[] {
  const byLogType = Object.values(values.retentionDaysByLogType as Record<string, number>);
  const classes = [...new Set([...(values.retentionClasses as number[]), ...byLogType])];
  return [['ledger', Math.max(...classes) + 365], ...classes.map((days) => [`archive-${days}d`, days] as const)];
}
