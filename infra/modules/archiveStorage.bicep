// Storage of the archive: the account, what can be rebuilt (work, state), the record of every access to it, the lock.
//
// Versioning is off on purpose. Nothing in an immutable container is ever overwritten, so there is nothing to keep a
// version of, and a version that outlives its blob would keep what a deletion with proof says is gone. Point-in-time
// restore and the change feed, which need versioning, are off with it.

@description('Name of the account.')
param accountName string

@description('Redundancy.')
param redundancy string

@description('Days in which deleted blobs and containers can be restored.')
param softDeleteDays int

@description('Whether its public addresses are closed.')
param closed bool

@description('Whether the account is locked against deletion.')
param deleteLock bool

@description('Workspace that gets a line for each request to blobs and tables.')
param workspaceId string

@description('Region.')
param location string

@description('Tags.')
param tags object

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' = {
  name: accountName
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: redundancy }
  properties: {
    accessTier: 'Hot'
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    allowedCopyScope: 'AAD'
    isLocalUserEnabled: false
    isSftpEnabled: false
    isHnsEnabled: false
    supportsHttpsTrafficOnly: true
    minimumTlsVersion: 'TLS1_2'
    publicNetworkAccess: closed ? 'Disabled' : 'Enabled'
    networkAcls: { defaultAction: closed ? 'Deny' : 'Allow', bypass: 'None' }
  }
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2025-06-01' = {
  parent: account
  name: 'default'
  properties: {
    isVersioningEnabled: false
    deleteRetentionPolicy: { enabled: true, days: softDeleteDays, allowPermanentDelete: false }
    containerDeleteRetentionPolicy: { enabled: true, days: softDeleteDays }
  }
}

// Rebuilt from the ledger when it is lost, therefore not immutable.
resource work 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-06-01' = {
  parent: blobs
  name: 'work'
  properties: { publicAccess: 'None' }
}

resource tables 'Microsoft.Storage/storageAccounts/tableServices@2025-06-01' = {
  parent: account
  name: 'default'
}

resource state 'Microsoft.Storage/storageAccounts/tableServices/tables@2025-06-01' = {
  parent: tables
  name: 'state'
}

// Who read, wrote or deleted what, past the app too: the app's own access log cannot see that.
var accessCategories = ['StorageRead', 'StorageWrite', 'StorageDelete']

resource blobAccess 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'access'
  scope: blobs
  properties: {
    workspaceId: workspaceId
    logs: [for category in accessCategories: { category: category, enabled: true }]
  }
}

resource tableAccess 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'access'
  scope: tables
  properties: {
    workspaceId: workspaceId
    logs: [for category in accessCategories: { category: category, enabled: true }]
  }
}

resource lock 'Microsoft.Authorization/locks@2020-05-01' = if (deleteLock) {
  name: 'keep-the-archive'
  scope: account
  properties: {
    level: 'CanNotDelete'
    notes: 'The archive of Entra ID logs. Its account, containers and immutability policies are not to be deleted.'
  }
}

output accountId string = account.id
output accountName string = account.name
