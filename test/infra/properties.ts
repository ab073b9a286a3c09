/** What the security of a deployment rests on, as data: where it stands, and what must stand there. */

/** There must be nothing. */
export const ABSENT = 'absent';

export interface Property {
  /** A fact about a deployment. */
  readonly name: string;
  readonly file: string;
  /** As `at` of bicep.ts takes it. */
  readonly path: string;
  /** The text of the value, in one line. */
  readonly is: string;
  /** Of a property that must be absent: after which text it is put in to see the check fail, and what is put in. */
  readonly inserted?: readonly [string, string];
}

const module = (name: string) => `infra/modules/${name}.bicep`;
const rows = (file: string, list: readonly (readonly [name: string, path: string, is: string])[]): Property[] =>
  list.map(([name, path, is]) => ({ name, file, path, is }));

/** Both accounts have these. */
const ofAccount = (whose: string, file: string) =>
  rows(file, [
    [`${whose} storage takes no shared key`, 'account.properties.allowSharedKeyAccess', 'false'],
    [`${whose} storage asks for Entra ID by default`, 'account.properties.defaultToOAuthAuthentication', 'true'],
    [`${whose} storage shows no blob to the public`, 'account.properties.allowBlobPublicAccess', 'false'],
    [`${whose} storage speaks https only`, 'account.properties.supportsHttpsTrafficOnly', 'true'],
    [`${whose} storage speaks TLS 1.2 or newer`, 'account.properties.minimumTlsVersion', "'TLS1_2'"],
    [`${whose} storage replicates to no other tenant`, 'account.properties.allowCrossTenantReplication', 'false'],
    [
      `${whose} storage can close its public address`,
      'account.properties.publicNetworkAccess',
      "closed ? 'Disabled' : 'Enabled'",
    ],
    [
      `${whose} storage then lets nobody in by default`,
      'account.properties.networkAcls.defaultAction',
      "closed ? 'Deny' : 'Allow'",
    ],
    [`${whose} storage trusts no service by name`, 'account.properties.networkAcls.bypass', "'None'"],
  ]);

export const PROPERTIES: readonly Property[] = [
  ...ofAccount('host', module('hostStorage')),
  ...ofAccount('archive', module('archiveStorage')),
  ...rows(module('archiveStorage'), [
    ['archive storage lets nobody copy out of the tenant', 'account.properties.allowedCopyScope', "'AAD'"],
    ['archive storage has no local users', 'account.properties.isLocalUserEnabled', 'false'],
    ['archive storage has no SFTP', 'account.properties.isSftpEnabled', 'false'],
    ['versions, which outlive a deletion, are off', 'blobs.properties.isVersioningEnabled', 'false'],
    ['deleted blobs can be restored', 'blobs.properties.deleteRetentionPolicy.enabled', 'true'],
    [
      'soft-deleted blobs cannot be purged early',
      'blobs.properties.deleteRetentionPolicy.allowPermanentDelete',
      'false',
    ],
    ['deleted containers can be restored', 'blobs.properties.containerDeleteRetentionPolicy.enabled', 'true'],
    ['the work container is private', 'work.properties.publicAccess', "'None'"],
    ['reads, writes and deletes are recorded', 'accessCategories', "['StorageRead', 'StorageWrite', 'StorageDelete']"],
    ['access to blobs is recorded', 'blobAccess.scope', 'blobs'],
    ['access to tables is recorded', 'tableAccess.scope', 'tables'],
    ['the archive account is locked against deletion', 'lock.properties.level', "'CanNotDelete'"],
    ['the lock is on the archive account', 'lock.scope', 'account'],
  ]),
  ...rows(module('hostStorage'), [['the package container is private', 'packages.properties.publicAccess', "'None'"]]),
  ...rows(module('immutableContainers'), [
    ['immutable containers are private', 'containers.properties.publicAccess', "'None'"],
    [
      'immutability counts the days of the class',
      'immutability.properties.immutabilityPeriodSinceCreationInDays',
      'policy.days',
    ],
    ['nothing is appended to an immutable blob', 'immutability.properties.allowProtectedAppendWrites', 'false'],
    [
      'nothing is appended to any kind of immutable blob',
      'immutability.properties.allowProtectedAppendWritesAll',
      'false',
    ],
    ['the ledger outlives the longest class by a year', 'ledgerDays', 'max(classes) + 365'],
    [
      'segments are never deleted by rule',
      'tiering.properties.policy.rules.0.definition.actions',
      '{ baseBlob: { tierToCool: { daysAfterCreationGreaterThan: coolAfterDays } tierToCold: { daysAfterCreationGreaterThan: coldAfterDays } } }',
    ],
  ]),
  ...rows(module('archiveRoles'), [
    ['the app has no right to manage in immutable containers', 'writerRole.properties.permissions.0.actions', '[]'],
    [
      'the deleter manages nothing: it may ask what a container is',
      'deleterRole.properties.permissions.0.actions',
      "['Microsoft.Storage/storageAccounts/blobServices/containers/read']",
    ],
    ['the app is a writer of containers, not of the account', 'writerOfImmutable.scope', 'immutable[index]'],
    ['the app owns no more of blobs than `work`', 'writerOfWork.scope', 'work'],
    ['the app owns no more of tables than `state`', 'writerOfState.scope', 'state'],
  ]),
  ...rows(module('vault'), [
    ['the vault cannot be purged', 'vault.properties.enablePurgeProtection', 'true'],
    ['the vault keeps what is deleted for 90 days', 'vault.properties.softDeleteRetentionInDays', '90'],
    ['the vault knows roles, not access policies', 'vault.properties.enableRbacAuthorization', 'true'],
    [
      'the vault can close its public address',
      'vault.properties.publicNetworkAccess',
      "closed ? 'Disabled' : 'Enabled'",
    ],
    ['the vault trusts no service by name', 'vault.properties.networkAcls.bypass', "'None'"],
    ['the signing key is P-256', 'signingKey.properties.curveName', "'P-256'"],
    ['the signing key signs and verifies, nothing else', 'signingKey.properties.keyOps', "['sign', 'verify']"],
    ['the signing key cannot be exported', 'signingKey.properties.attributes.exportable', 'false'],
    ['the app may use this key, not the vault', 'signer.scope', 'signingKey'],
    ['every use of the vault is recorded', 'use.properties.logs', "[{ categoryGroup: 'audit', enabled: true }]"],
    ['the vault is locked against deletion', 'lock.properties.level', "'CanNotDelete'"],
  ]),
  ...rows(module('functionApp'), [
    ['the app speaks https only', 'app.properties.httpsOnly', 'true'],
    ['the app speaks TLS 1.2 or newer', 'app.properties.siteConfig.minTlsVersion', "'1.2'"],
    ['publishing speaks TLS 1.2 or newer', 'app.properties.siteConfig.scmMinTlsVersion', "'1.2'"],
    ['the app has no FTP', 'app.properties.siteConfig.ftpsState', "'Disabled'"],
    ['nobody debugs the app from afar', 'app.properties.siteConfig.remoteDebuggingEnabled', 'false'],
    ['publishing takes no password', 'publishing.properties.allow', 'false'],
    [
      'the package is read under an identity',
      'app.properties.functionAppConfig.deployment.storage.authentication.type',
      "'UserAssignedIdentity'",
    ],
    ['the app works under identities of its own', 'app.identity.type', "'UserAssigned'"],
  ]),
  ...rows(module('appSettings'), [
    ['the app checks tokens', 'ours.AUTH_MODE', "'entra'"],
    [
      'the app takes tokens of this tenant only',
      'ours.AUTH_ISSUER',
      "'{environment().authentication.loginEndpoint}{tenant().tenantId}/v2.0'",
    ],
    ['the app takes tokens for itself only', 'ours.AUTH_AUDIENCE', 'authClientId'],
    ['checkpoints are signed in the vault', 'ours.SIGNING_KEY', 'signingKeyId'],
    ['the host works under an identity', 'platform.AzureWebJobsStorage__credential', "'managedidentity'"],
    [
      'telemetry is sent under an identity',
      'platform.APPLICATIONINSIGHTS_AUTHENTICATION_STRING',
      "'ClientId={appClientId};Authorization=AAD'",
    ],
  ]),
  ...rows(module('easyAuth'), [
    [
      'code decides who may, not the platform',
      'signIn.properties.globalValidation.unauthenticatedClientAction',
      "'AllowAnonymous'",
    ],
    [
      'sign-in asks for a token of this API',
      'signIn.properties.identityProviders.azureActiveDirectory.login.loginParameters',
      "['scope=openid api://{authClientId}/.default offline_access']",
    ],
    [
      'sign-in needs no secret',
      'signIn.properties.identityProviders.azureActiveDirectory.registration.clientSecretSettingName',
      "'OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID'",
    ],
    [
      'sign-in takes tokens for this API only',
      'signIn.properties.identityProviders.azureActiveDirectory.validation.allowedAudiences',
      "[authClientId, 'api://{authClientId}']",
    ],
    [
      'sign-in is to this tenant',
      'signIn.properties.identityProviders.azureActiveDirectory.registration.openIdIssuer',
      "'{environment().authentication.loginEndpoint}{tenant().tenantId}/v2.0'",
    ],
    ['sign-in is https only', 'signIn.properties.httpSettings.requireHttps', 'true'],
    ['a sign-in cannot be replayed', 'signIn.properties.login.nonce.validateNonce', 'true'],
    ['tokens are kept by the platform, not in the page', 'signIn.properties.login.tokenStore.enabled', 'true'],
  ]),
  ...rows(module('monitor'), [
    ['nobody forges telemetry with a key', 'insights.properties.DisableLocalAuth', 'true'],
    ['nobody writes logs with a key', 'workspace.properties.features.disableLocalAuth', 'true'],
    ['alerts go to the address that was given', 'actionGroup.properties.emailReceivers.0.emailAddress', 'alertEmail'],
  ]),
  ...rows(module('alerts'), [['alert rules are on', 'rules.properties.enabled', 'true']]),
  ...rows('infra/main.bicep', [
    ['policies start unlocked', 'lockedContainers', '[]'],
    ['the template knows what is locked by name', 'containers.params.lockedContainers', 'lockedContainers'],
    ['deletion starts switched off', 'expireEnabled', 'false'],
    ['creating is all that the app is granted', 'grantBlobWrite', 'false'],
    ['locks are on unless switched off', 'deleteLocks', 'true'],
    ['a private network closes the host account', 'hostStorage.params.closed', 'privateNetwork'],
    ['a private network closes the archive account', 'archiveStorage.params.closed', 'privateNetwork'],
    ['a private network closes the vault', 'vault.params.closed', 'privateNetwork'],
    ['there is a deleter only where deletion is on', 'identities.params.withDeleter', 'expireEnabled'],
  ]),
  ...rows('infra/identity/registration.bicep', [
    ['only this tenant signs in', 'registration.signInAudience', "'AzureADMyOrg'"],
    ['tokens are of version 2', 'registration.api.requestedAccessTokenVersion', '2'],
    [
      'no access token travels in an address',
      'registration.web.implicitGrantSettings.enableAccessTokenIssuance',
      'false',
    ],
    ['nobody gets a token without a role', 'servicePrincipal.appRoleAssignmentRequired', 'true'],
  ]),
  {
    name: 'alerting has an address: the parameter has no default',
    file: 'infra/main.bicep',
    path: 'alertEmail',
    is: ABSENT,
    inserted: ['param alertEmail string', "= 'nobody@example.com'"],
  },
  {
    name: 'no lifecycle rule deletes a segment',
    file: module('immutableContainers'),
    path: 'tiering.properties.policy.rules.0.definition.actions.baseBlob.delete',
    is: ABSENT,
    inserted: ['baseBlob: {', 'delete: { daysAfterModificationGreaterThan: 2555 }'],
  },
  {
    name: 'the app holds no connection string of its storage',
    file: module('appSettings'),
    path: 'ours.ArchiveStorage',
    is: ABSENT,
    inserted: ['var ours = {', "ArchiveStorage: 'x'"],
  },
  {
    name: 'the host holds no connection string of its storage',
    file: module('appSettings'),
    path: 'platform.AzureWebJobsStorage',
    is: ABSENT,
    inserted: ['var platform = {', "AzureWebJobsStorage: 'x'"],
  },
  {
    name: 'the app registration has no password',
    file: 'infra/identity/registration.bicep',
    path: 'registration.passwordCredentials',
    is: ABSENT,
    inserted: ["signInAudience: 'AzureADMyOrg'", "passwordCredentials: [{ displayName: 'x' }]"],
  },
];
