/** What goes wrong with a deployment: each a line that says what it is and one that says what to do, and nothing half told. */
import { afterAll, describe, expect, it } from 'vitest';
import { createAz, findAz } from '../../dev/deploy/az.ts';
import { deploy } from '../../dev/deploy/deploy.ts';
import { readOptions } from '../../dev/deploy/options.ts';
import { REFUSALS } from '../../dev/deploy/refusals.ts';
import { allows } from '../../dev/deploy/rights.ts';
import { createSteps, StepFailed } from '../../dev/deploy/steps.ts';
import { deployed, fresh, NAME, VAULT } from './answers.ts';
import { type Rule, stubAz } from './stub.ts';

const az = stubAz();
afterAll(() => az.remove());

const ARGS = [
  '--resource-group',
  'logs',
  '--location',
  'westeurope',
  '--alert-email',
  'ops@example.com',
  '--name',
  NAME,
];
const HOST = '127.0.0.1:9';
const CREATE = '^deployment group create';

/** Deploys until it fails; the message and the calls that were made. */
async function fails(rules: readonly Rule[], args = ARGS): Promise<{ message: string; calls: readonly string[] }> {
  const options = readOptions(args);
  if (options === 'help') throw new Error('help was not asked for');
  const { env, calls } = az.use(rules);
  // Each look at it finds ten seconds gone.
  let seconds = 0;
  const elapsed = () => {
    seconds += 10;
    return seconds * 1000;
  };
  const clock = { elapsed, sleep: async () => {} };
  const world = { az: createAz(env), options, clock, say: () => {}, makePackage: async () => 'package.json' };
  const failure = await deploy(
    world,
    createSteps(() => {}),
  ).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(StepFailed);
  return { message: (failure as StepFailed).message, calls: calls() };
}

const CHANGING =
  /^(group create|identity create|deployment group create|functionapp deployment|rest --method (POST|PATCH) (?!.*checknameavailability))/;

describe('before anything is changed', () => {
  it.each<[string, Rule, RegExp]>([
    ['nobody is signed in', { call: '^account show', refuses: "Please run 'az login' to setup account." }, /az login/],
    [
      'a sign-in ran out',
      { call: '^account show', refuses: 'AADSTS700082: The refresh token has expired' },
      /az login/,
    ],
    ['the CLI is too old', { call: '^version', answer: { 'azure-cli': '2.50.0' } }, /2\.50\.0; 2\.60.*\n.*az upgrade/],
    [
      'the user may not assign roles',
      {
        call: '/permissions',
        answer: { value: [{ actions: ['*'], notActions: ['Microsoft.Authorization/*/Write'] }] },
      },
      /lack rights on the subscription: Microsoft\.Authorization\/roleAssignments\/write.*\n.*Owner/,
    ],
    [
      'the user may not even ask',
      { call: '/permissions', refuses: "(AuthorizationFailed) The client 'x' does not have authorization" },
      /lack rights.*\n.*Owner.*\n.*'az rest' said:\n.*AuthorizationFailed/,
    ],
    [
      'the region has no Flex Consumption',
      { call: '^functionapp list-flex', answer: [{ name: 'northeurope' }] },
      /westeurope does not offer.*\n.*northeurope/,
    ],
    [
      'the name of the app is somebody else’s',
      { call: 'checknameavailability', answer: { nameAvailable: false, reason: 'AlreadyExists', message: 'x' } },
      /ela-test\.azurewebsites\.net is somebody else's.*AlreadyExists.*\n.*--name.*'Entra Log Archive \(ela-test\)', delete/,
    ],
  ])('is refused: %s', async (_what, rule, words) => {
    const { message, calls } = await fails([rule, ...fresh(HOST)]);
    expect(message).toMatch(words);
    expect(calls.filter((call) => CHANGING.test(call))).toEqual([]);
  });

  it('is refused: a resource group that is not there, without a region to make it in', async () => {
    const args = ARGS.filter((arg) => arg !== '--location' && arg !== 'westeurope');
    expect((await fails(fresh(HOST), args)).message).toMatch(/no resource group logs.*\n.*--location/);
  });
});

describe('before the infrastructure is changed', () => {
  const before = [
    { call: '^group exists', answer: true },
    { call: '^group show', answer: { location: 'westeurope', tags: {} } },
    { call: '^resource list', answer: [] },
    ...fresh(HOST),
  ];
  it.each<[string, Rule, RegExp]>([
    [
      'a storage account of that name is somebody else’s',
      { call: '^storage account check-name', answer: { nameAvailable: false, reason: 'AlreadyExists' } },
      /storage account stelatest\w+ is taken.*\n.*--name/,
    ],
    [
      'a vault of that name is somebody else’s',
      { call: '^keyvault check-name', answer: { nameAvailable: false } },
      /Key Vault kv-elatest\S+ is taken.*\n.*--name/,
    ],
    [
      'a vault of that name was deleted',
      { call: '^keyvault list-deleted', answer: [{ name: VAULT }] },
      new RegExp(`${VAULT} was deleted.*\\n.*az keyvault recover --name ${VAULT}`),
    ],
    [
      'another deployment is under way',
      {
        call: '^deployment group show',
        answer: { properties: { parameters: { name: { value: NAME } }, provisioningState: 'Running' } },
      },
      /under way.*\n.*az deployment group cancel --name entra-log-archive/,
    ],
    [
      'two registrations have the name',
      { call: 'GET --url https://graph.microsoft.com/v1.0/applications?', answer: { value: [{}, {}] } },
      /2 app registrations.*\n.*--no-identity/,
    ],
    [
      'the user may not register apps',
      { call: 'POST --url https://graph.microsoft.com', refuses: 'Forbidden({"code":"Authorization_RequestDenied"})' },
      /may not register.*\n.*Privileged Role Administrator.*--no-identity/,
    ],
    [
      'the template does not fit',
      { call: '^deployment group what-if', refuses: '(InvalidTemplate) The value for privateNetwork is wrong' },
      /'az deployment group what-if' failed.*\n.*\n.*\n.*InvalidTemplate/,
    ],
  ])('is refused: %s', async (_what, rule, words) => {
    const { message, calls } = await fails([rule, ...before]);
    expect(message).toMatch(words);
    expect(calls.filter((call) => call.startsWith('deployment group create'))).toEqual([]);
  });
});

describe('what Azure refuses on the way', () => {
  it.each<[string, RegExp]>([
    ['(AuthorizationFailed) The client does not have authorization to perform action', /role Owner/],
    ['(StorageAccountAlreadyTaken) The storage account named x is already taken.', /storage account.*\n.*--name/],
    ['(VaultAlreadyExists) The vault name x is already in use.', /Key Vault.*\n.*--name/],
    ['(ConflictError) A vault with the same name already exists in deleted state.', /az keyvault recover/],
    ['(Conflict) Website with given name ela-test already exists.', /azurewebsites\.net.*Delete the app registration/],
    [
      '(ImmutabilityPolicyLocked) The immutability policy is locked',
      /locked.*\n.*left alone.*immutability-policy extend/,
    ],
    ['(SubscriptionIsOverQuotaForSku) This region has quota of 0 instances for your subscription', /quota.*\n.*Quotas/],
    ['(LocationNotAvailableForResourceType) The provided location is not available', /list-flexconsumption-locations/],
    ['(RoleAssignmentExists) The role assignment already exists.', /az role assignment delete/],
    ["(MissingSubscriptionRegistration) not registered to use namespace 'Microsoft.Web'", /az provider register/],
    ['(RequestDisallowedByPolicy) Resource was disallowed by policy', /policy of your organisation/],
    ['(DeploymentActive) Unable to edit or replace deployment', /az deployment group cancel/],
    ['Error while attempting to download Bicep CLI', /az bicep install/],
    ["HTTPSConnectionPool(host='x', port=443): Max retries exceeded", /HTTPS_PROXY/],
  ])('%s', async (refuses, words) => {
    const { message, calls } = await fails([{ call: CREATE, refuses }, ...fresh(HOST)]);
    expect(message).toMatch(words);
    expect(message).toMatch(/^Infrastructure: /);
    expect(message).toContain(refuses.slice(0, 30));
    expect(calls.filter((call) => call.startsWith('functionapp deployment'))).toEqual([]);
  });

  it('has a line for what to do in each', () => {
    for (const { what, next } of REFUSALS)
      expect([what, next].every((line) => /^[A-Z].*[.)]$|run this again\.?$/.test(line))).toBe(true);
  });

  it('says whatever else the CLI says, and that nothing is lost by trying again', async () => {
    const { message } = await fails([{ call: CREATE, refuses: '(Teapot) I am one' }, ...fresh(HOST)]);
    expect(message).toMatch(/'az deployment group create' failed\.\n.*goes on where it stopped.*\n.*\n.*Teapot/);
  });

  it('asks again for an identity that the directory does not know yet, and gives up in the end', async () => {
    const grants = `POST --url https://graph.microsoft.com/v1.0/servicePrincipals/33333333*appRoleAssignments`;
    const rule = { call: grants, refuses: 'Not Found({"code":"Request_ResourceNotFound"})' };
    const { message, calls } = await fails([rule, ...fresh(HOST)]);
    expect(message).toContain('Request_ResourceNotFound');
    expect(calls.filter((call) => call.includes('appRoleAssignments --headers')).length).toBe(12);
  });

  it('tells why the app does not answer, when the time that it had is over', async () => {
    const { message } = await fails(fresh(HOST), [...ARGS, '--wait', '60', '--package', 'package.json']);
    expect(message).toMatch(/^Does it answer: .* did not answer .* within 60 s: \S.*\n.*log stream/);
  });
});

describe('a wrong command line', () => {
  it.each<[readonly string[], RegExp]>([
    [[], /--resource-group is missing/],
    [['--resource-group', 'logs'], /--alert-email is missing/],
    [['--resource-group', 'a b', '--alert-email', 'a@b.c'], /--resource-group wants/],
    [['--resource-group', 'logs', '--alert-email', 'nobody'], /--alert-email wants/],
    [[...ARGS, '--name', 'Upper'], /--name wants/],
    [[...ARGS, '--no-identity'], /needs --auth-client-id/],
    [[...ARGS, '--auth-client-id', '22222222-2222-4222-8222-222222222222'], /goes with --no-identity/],
    [[...ARGS, '--package', 'nowhere.zip'], /no package 'nowhere\.zip'/],
    [[...ARGS, '--wait', 'long'], /--wait wants/],
    [[...ARGS, '--purge'], /Unknown option '--purge'/],
    [[...ARGS, '--parameters', 'main.bicepparam'], /name=value or a \.json file that is there, not 'main\.bicepparam'/],
    [[...ARGS, '--parameters', 'nowhere.json'], /name=value or a \.json file that is there/],
    [[...ARGS, '--parameters', 'host.json'], /a file with "parameters" in it/],
    [[...ARGS, '--parameters', 'lockedContainers=[]'], /lockedContainers cannot be given/],
    [[...ARGS, '--parameters', 'name=other'], /name cannot be given/],
  ])('%j is refused', (args, words) => {
    expect(() => readOptions(args)).toThrow(words);
  });

  it('comes before the CLI is asked anything', async () => {
    const { code, stderr, calls } = await az.run('dev/deploy/main.ts', [], []);
    expect([code, calls]).toEqual([2, []]);
    expect(stderr).toMatch(/--resource-group is missing\.\n.*--help/);
  });
});

describe('the Azure CLI', () => {
  it('is missing: the error says where to get it', async () => {
    const { env } = az.use([]);
    expect(() => createAz({ ...env, PATH: '/nowhere' })).toThrow('not on PATH');
  });

  it('is run on Windows by the Python beside it, as its command file does, for that takes no shell', () => {
    const env = { PATH: 'C:\\Windows;C:\\CLI2\\wbin' };
    expect(findAz(env, 'win32', (file) => file === 'C:\\CLI2\\wbin\\az.cmd')).toEqual({
      file: 'C:\\CLI2\\python.exe',
      first: ['-IBm', 'azure.cli'],
    });
  });

  it('gets every argument as it is', async () => {
    const { env, calls } = az.use([{ call: '', answer: {} }]);
    await createAz(env, 'sub')(['group', 'show', '--name', `$(touch x) "q" 'q' ; && | \\`]);
    expect(calls()).toEqual([`group show --name $(touch x) "q" 'q' ; && | \\ --subscription sub`]);
  });
});

describe('rights', () => {
  it.each([
    [['*'], [], true],
    [['*'], ['Microsoft.Authorization/*/Write'], false],
    [['Microsoft.Authorization/roleAssignments/*'], [], true],
    [['*/read'], [], false],
    [[], [], false],
  ])('%j less %j allows writing role assignments: %s', (actions, notActions, allowed) => {
    expect(allows({ actions, notActions }, 'Microsoft.Authorization/roleAssignments/write')).toBe(allowed);
  });

  it('are asked of the resource group where there is one', async () => {
    const { calls } = await fails([{ call: '/permissions', answer: { value: [] } }, ...deployed(HOST, '')]);
    expect(calls.find((call) => call.includes('/permissions'))).toContain('/resourceGroups/logs/');
  });
});
