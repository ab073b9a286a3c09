/** What Azure says of a subscription where the archive was never deployed, and of one where it was. */
import { permissionsNeeded } from '../../dev/deploy/grants.ts';
import { whatIsMissing } from '../../dev/deploy/registrationBody.ts';
import { PARAMETERS } from './compiled.ts';
import type { Rule } from './stub.ts';

export const SUBSCRIPTION = '11111111-1111-4111-8111-111111111111';
export const APP_ID = '22222222-2222-4222-8222-222222222222';
export const PRINCIPAL = '33333333-3333-4333-8333-333333333333';
export const NAME = 'ela-test';
export const ACCOUNT = 'stelatestaabcdefghijklm';
export const VAULT = 'kv-elatest-abcdefghijklm';
const TENANT = '44444444-4444-4444-8444-444444444444';
const GROUP = `/subscriptions/${SUBSCRIPTION}/resourceGroups/logs`;
const HOST = `${NAME}.azurewebsites.net`;
const ISSUER = `https://login.microsoftonline.com/${TENANT}/v2.0`;

/** What whoever is signed in is told, by the beginning of the question. */
export const SIGNED_IN_ANSWERS: readonly (readonly [string, unknown])[] = [
  ['version', { 'azure-cli': '2.81.0' }],
  [
    'account show',
    { id: SUBSCRIPTION, name: 'Production', tenantId: TENANT, user: { name: 'ops@example.com', type: 'user' } },
  ],
  [
    'cloud show',
    {
      name: 'AzureCloud',
      endpoints: {
        resourceManager: 'https://management.azure.com/',
        microsoftGraphResourceId: 'https://graph.microsoft.com/',
        activeDirectory: 'https://login.microsoftonline.com',
      },
    },
  ],
  ['functionapp list-flexconsumption-locations', [{ name: 'westeurope' }, { name: 'North Europe' }]],
  ['bicep build --file infra/main.bicep --stdout', { parameters: PARAMETERS }],
];

const SIGNED_IN: readonly Rule[] = [
  ...SIGNED_IN_ANSWERS.map(([call, answer]) => ({ call: `^${call}`, answer })),
  { call: '/providers/Microsoft.Authorization/permissions', answer: { value: [{ actions: ['*'], notActions: [] }] } },
  { call: 'Microsoft.Web/checknameavailability', answer: { nameAvailable: true } },
];

const id = (type: string, name: string) => ({ changeType: 'Create', resourceId: `${GROUP}/providers/${type}/${name}` });
const GRAPH_ROLES = permissionsNeeded().map((value, n) => ({ value, id: `role-${n}` }));
const DIRECTORY: readonly Rule[] = [
  {
    call: 'me/transitiveMemberOf/microsoft.graph.directoryRole',
    answer: { value: [{ roleTemplateId: 'e8611ab8-c189-46e8-94a1-60213ab1f814' }] },
  },
  {
    call: "servicePrincipals?$filter=appId%20eq%20'00000003-0000-0000-c000-000000000000'",
    answer: { value: [{ id: 'graph', appRoles: GRAPH_ROLES }] },
  },
];

/** What a deployment answers with. @param host of the app: that of a test. */
export function outputs(host: string): object {
  const values = { appName: NAME, hostName: host, vaultName: VAULT, archiveStorageName: ACCOUNT };
  const fields = Object.entries(values).map(([name, value]) => [name, { type: 'String', value }]);
  const parameters = { name: { type: 'String', value: NAME } };
  return { properties: { provisioningState: 'Succeeded', parameters, outputs: Object.fromEntries(fields) } };
}

/** Nothing is there yet. */
export function fresh(host: string): readonly Rule[] {
  return [
    ...SIGNED_IN,
    { call: '^group exists', answer: false },
    { call: '^group create', answer: {} },
    ...DIRECTORY,
    { call: '--method GET --url https://graph.microsoft.com/v1.0/', answer: { value: [] } },
    {
      call: '--method POST --url https://graph.microsoft.com/v1.0/applications --',
      answer: { id: 'object', appId: APP_ID },
    },
    { call: '--method PATCH --url https://graph.microsoft.com/v1.0/applications/object' },
    { call: '--method POST --url https://graph.microsoft.com/v1.0/', answer: {} },
    { call: '^identity list', answer: [] },
    { call: '^identity create', answer: { name: `id-${NAME}`, principalId: PRINCIPAL } },
    {
      call: '^deployment group show',
      refuses: "(DeploymentNotFound) Deployment 'entra-log-archive' could not be found.",
    },
    { call: '^storage account list', answer: [] },
    {
      call: '^deployment group what-if',
      answer: {
        changes: [
          id('Microsoft.Storage/storageAccounts', ACCOUNT),
          id('Microsoft.KeyVault/vaults', VAULT),
          id('Microsoft.Web/sites', NAME),
        ],
      },
    },
    { call: '^storage account check-name', answer: { nameAvailable: true } },
    { call: '^keyvault list-deleted', answer: [] },
    { call: '^keyvault check-name', answer: { nameAvailable: true } },
    { call: '^deployment group create', answer: outputs(host) },
    { call: '^functionapp deployment source config-zip', answer: {} },
    { call: '^tag update', answer: {} },
  ];
}

/** All is there, as the last run left it. @param sha256 of the package that was published. */
export function deployed(host: string, sha256: string): readonly Rule[] {
  const registration = { id: 'object', appId: APP_ID, ...whatIsMissing({}, APP_ID, HOST) };
  const graph = 'https://graph.microsoft.com/v1.0';
  return [
    // As of any name that is taken, by whomever.
    { call: 'Microsoft.Web/checknameavailability', answer: { nameAvailable: false, reason: 'AlreadyExists' } },
    ...SIGNED_IN,
    { call: '^group exists', answer: true },
    { call: '^resource list', answer: [{ name: NAME }] },
    { call: '^group show', answer: { location: 'westeurope', tags: { [`package-of-${NAME}`]: sha256 } } },
    ...DIRECTORY,
    { call: `GET --url ${graph}/applications?`, answer: { value: [registration] } },
    {
      call: `GET --url ${graph}/applications/object/federatedIdentityCredentials`,
      answer: { value: [{ issuer: ISSUER, subject: PRINCIPAL }] },
    },
    {
      call: `GET --url ${graph}/servicePrincipals?`,
      answer: { value: [{ id: 'sp', appRoleAssignmentRequired: true }] },
    },
    {
      call: `GET --url ${graph}/servicePrincipals/${PRINCIPAL}/appRoleAssignments`,
      answer: { value: GRAPH_ROLES.map((role) => ({ appRoleId: role.id })) },
    },
    { call: '^identity list', answer: [{ name: `id-${NAME}`, principalId: PRINCIPAL }] },
    { call: '^deployment group show', answer: outputs(host) },
    { call: '^storage account list', answer: [{ name: ACCOUNT }] },
    { call: '^storage container-rm list', answer: [{ name: 'ledger' }, { name: 'archive-2555d' }] },
    {
      call: 'immutability-policy show',
      answer: { etag: '"1"', immutabilityPeriodSinceCreationInDays: 2555, state: 'Unlocked' },
    },
    { call: '^deployment group what-if', answer: { changes: [{ changeType: 'NoChange', resourceId: `${GROUP}/x` }] } },
  ];
}
