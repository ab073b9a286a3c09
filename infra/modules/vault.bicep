// The key that signs checkpoints. It never leaves the vault, and neither can be deleted for good before 90 days.
// No rotation by rule: a new key has to be announced in every ledger first (docs/FORMAT.md, kind `key`).

@description('Name of the vault.')
param vaultName string

@description('Whether the key lives in hardware.')
param keyInHsm bool

@description('Whether its public address is closed.')
param closed bool

@description('Whether the vault is locked against deletion.')
param deleteLock bool

@description('Object id of the app\'s identity, which signs.')
param appPrincipalId string

@description('Workspace that gets a line for each use of the vault.')
param workspaceId string

@description('Region.')
param location string

@description('Tags.')
param tags object

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' = {
  name: vaultName
  location: location
  tags: tags
  properties: {
    tenantId: tenant().tenantId
    sku: { family: 'A', name: keyInHsm ? 'premium' : 'standard' }
    enableRbacAuthorization: true
    enableSoftDelete: true
    softDeleteRetentionInDays: 90
    enablePurgeProtection: true
    enabledForDeployment: false
    enabledForDiskEncryption: false
    enabledForTemplateDeployment: false
    publicNetworkAccess: closed ? 'Disabled' : 'Enabled'
    networkAcls: { defaultAction: closed ? 'Deny' : 'Allow', bypass: 'None' }
  }
}

// A key that exists already is left as it is: the deployment can run again without making a new version.
resource signingKey 'Microsoft.KeyVault/vaults/keys@2024-11-01' = {
  parent: vault
  name: 'checkpoint-signing'
  properties: {
    kty: keyInHsm ? 'EC-HSM' : 'EC'
    curveName: 'P-256'
    keyOps: ['sign', 'verify']
    attributes: { enabled: true, exportable: false }
  }
}

// Key Vault Crypto User, on this key alone.
var cryptoUser = '12338af0-0e69-4776-bea7-57ae8d297424'

resource signer 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(signingKey.id, appPrincipalId, cryptoUser)
  scope: signingKey
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', cryptoUser)
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
  }
}

resource use 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'use'
  scope: vault
  properties: {
    workspaceId: workspaceId
    logs: [{ categoryGroup: 'audit', enabled: true }]
  }
}

resource lock 'Microsoft.Authorization/locks@2020-05-01' = if (deleteLock) {
  name: 'keep-the-signing-key'
  scope: vault
  properties: {
    level: 'CanNotDelete'
    notes: 'Checkpoints of the archive can be continued only with this key.'
  }
}

output vaultId string = vault.id
output vaultName string = vault.name
output signingKeyId string = signingKey.properties.keyUriWithVersion
