// The containers that nothing may change or delete in: the ledger, and one for each retention class.
//
// Policies made here are UNLOCKED: they refuse every overwrite and delete, but an administrator can still take them
// off. Locking is final and therefore a command of its own. Azure refuses any change of a locked policy, so those that are
// locked are left alone, by name: a container that this template makes can never be without a policy.

@description('Account of the archive.')
param accountName string

@description('Retention classes in days.')
param classes int[]

@description('Names of the containers whose policy is locked.')
param lockedContainers string[]

@description('Days after which a segment moves to cool.')
param coolAfterDays int

@description('Days after which a segment moves to cold.')
param coldAfterDays int

// A ledger proves what became of every segment, so it outlives the last of them by a year.
var ledgerDays = max(classes) + 365

var policies = concat(
  [{ name: 'ledger', days: ledgerDays }],
  map(classes, days => { name: 'archive-${days}d', days: days })
)

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: accountName
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2025-06-01' existing = {
  parent: account
  name: 'default'
}

resource containers 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-06-01' = [
  for policy in policies: {
    parent: blobs
    name: policy.name
    properties: { publicAccess: 'None' }
  }
]

resource immutability 'Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies@2025-06-01' = [
  for (policy, index) in policies: if (!contains(lockedContainers, policy.name)) {
    parent: containers[index]
    name: 'default'
    properties: {
      immutabilityPeriodSinceCreationInDays: policy.days
      // Nothing here is appended to, and an append would start the days of the whole blob again.
      allowProtectedAppendWrites: false
      allowProtectedAppendWritesAll: false
    }
  }
]

// Moving between tiers is allowed under the policies. Nothing is deleted by rule: that would leave no proof. The ledger
// stays hot: its blobs are tiny and many, and each move costs as much as years of keeping one hot.
resource tiering 'Microsoft.Storage/storageAccounts/managementPolicies@2025-06-01' = {
  parent: account
  name: 'default'
  properties: {
    policy: {
      rules: [
        {
          name: 'segments-cool-then-cold'
          type: 'Lifecycle'
          enabled: true
          definition: {
            // Without a slash at the end a prefix takes in every container whose name begins so.
            filters: { blobTypes: ['blockBlob'], prefixMatch: ['archive-'] }
            actions: {
              baseBlob: {
                tierToCool: { daysAfterCreationGreaterThan: coolAfterDays }
                tierToCold: { daysAfterCreationGreaterThan: coldAfterDays }
              }
            }
          }
        }
      ]
    }
  }
}

output names string[] = map(policies, policy => policy.name)
output segmentNames string[] = map(classes, days => 'archive-${days}d')
output policies array = policies
