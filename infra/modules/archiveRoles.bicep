// What the app may do in the archive, to the single right. No role of Azure's own says "create, but never overwrite
// and never delete", so there are two of ours; they are assigned container by container.

@description('Name of the app.')
param name string

@description('Account of the archive.')
param accountName string

@description('Whether the app gets blobs/write in place of blobs/add.')
param mayOverwrite bool

@description('Containers that nothing may be changed in.')
param immutableContainers string[]

@description('Those of them that hold segments.')
param segmentContainers string[]

@description('Object id of the app\'s identity.')
param appPrincipalId string

@description('Object id of the identity that deletes after retention; empty where there is none.')
param deleterPrincipalId string

var blobRights = 'Microsoft.Storage/storageAccounts/blobServices/containers/blobs'

// blobs/add creates a blob that is not there; replacing one takes blobs/write. Listing is part of blobs/read.
// Put Blob, "Permissions": learn.microsoft.com/rest/api/storageservices/put-blob.
resource writerRole 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(resourceGroup().id, name, 'archive writer')
  properties: {
    roleName: 'Archive writer (${name}, ${uniqueString(resourceGroup().id)})'
    description: 'Reads, lists and creates blobs. Can neither overwrite nor delete.'
    type: 'CustomRole'
    assignableScopes: [resourceGroup().id]
    permissions: [
      {
        actions: []
        dataActions: ['${blobRights}/read', mayOverwrite ? '${blobRights}/write' : '${blobRights}/add/action']
      }
    ]
  }
}

resource deleterRole 'Microsoft.Authorization/roleDefinitions@2022-04-01' = if (!empty(deleterPrincipalId)) {
  name: guid(resourceGroup().id, name, 'archive deleter')
  properties: {
    roleName: 'Archive deleter (${name}, ${uniqueString(resourceGroup().id)})'
    description: 'Deletes segments whose retention has ended. Can write nothing.'
    type: 'CustomRole'
    assignableScopes: [resourceGroup().id]
    permissions: [
      {
        // Get Container Properties, which says whether the container has a legal hold: an action, no data action.
        actions: ['Microsoft.Storage/storageAccounts/blobServices/containers/read']
        dataActions: ['${blobRights}/read', '${blobRights}/delete']
      }
    ]
  }
}

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: accountName
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2025-06-01' existing = {
  parent: account
  name: 'default'
}

resource immutable 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-06-01' existing = [
  for container in immutableContainers: {
    parent: blobs
    name: container
  }
]

resource segments 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-06-01' existing = [
  for container in segmentContainers: {
    parent: blobs
    name: container
  }
]

resource work 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-06-01' existing = {
  parent: blobs
  name: 'work'
}

resource tables 'Microsoft.Storage/storageAccounts/tableServices@2025-06-01' existing = {
  parent: account
  name: 'default'
}

resource state 'Microsoft.Storage/storageAccounts/tableServices/tables@2025-06-01' existing = {
  parent: tables
  name: 'state'
}

resource writerOfImmutable 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (container, index) in immutableContainers: {
    name: guid(accountName, container, appPrincipalId, 'archive writer')
    scope: immutable[index]
    properties: {
      roleDefinitionId: writerRole.id
      principalId: appPrincipalId
      principalType: 'ServicePrincipal'
    }
  }
]

// Never in the ledger: an entry outlives what it proves.
resource deleterOfSegments 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (container, index) in segmentContainers: if (!empty(deleterPrincipalId)) {
    name: guid(accountName, container, deleterPrincipalId, 'archive deleter')
    scope: segments[index]
    properties: {
      roleDefinitionId: deleterRole.id
      principalId: deleterPrincipalId
      principalType: 'ServicePrincipal'
    }
  }
]

var blobDataContributor = 'ba92f5b4-2d11-453d-a403-e96b0029c9fe'
var tableDataContributor = '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'

// Tiles, sketches and the latest checkpoints are replaced and cleared away: all of it can be rebuilt.
resource writerOfWork 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(work.id, appPrincipalId, blobDataContributor)
  scope: work
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', blobDataContributor)
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
  }
}

resource writerOfState 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(state.id, appPrincipalId, tableDataContributor)
  scope: state
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', tableDataContributor)
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
  }
}
