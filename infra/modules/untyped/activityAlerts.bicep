// Attempts to take the protection itself away, which the data plane never sees: of policies, containers, accounts,
// locks, keys and roles. Azure's activity log has them at once, and alerts on it are free.
// In `untyped/` because the type data that this project checks its Bicep with does not have this type.

@description('Name of the app.')
param name string

@description('Who is told.')
param actionGroupId string

@description('Tags.')
param tags object

var operations = [
  'Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies/delete'
  'Microsoft.Storage/storageAccounts/blobServices/containers/delete'
  'Microsoft.Storage/storageAccounts/tableServices/tables/delete'
  'Microsoft.Storage/storageAccounts/delete'
  'Microsoft.Storage/storageAccounts/managementPolicies/write'
  'Microsoft.Authorization/locks/delete'
  'Microsoft.Authorization/roleAssignments/write'
  'Microsoft.Insights/diagnosticSettings/delete'
  'Microsoft.KeyVault/vaults/delete'
]

resource protection 'Microsoft.Insights/activityLogAlerts@2020-10-01' = {
  name: '${name}-protection'
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    description: 'Somebody touched what protects the archive: a policy, container, account, lock, role or diagnostic setting. A deployment of this template does too; at any other time find out who it was. docs/OPERATIONS.md'
    scopes: [resourceGroup().id]
    condition: {
      allOf: [
        { field: 'category', equals: 'Administrative' }
        { anyOf: map(operations, operation => { field: 'operationName', equals: operation }) }
      ]
    }
    actions: { actionGroups: [{ actionGroupId: actionGroupId }] }
  }
}
