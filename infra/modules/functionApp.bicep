// The app: a Flex Consumption plan with one function app on it, without a key or password anywhere.

@description('Name of the app.')
param name string

@description('Node version.')
param nodeVersion string

@description('Memory of an instance in MB.')
param instanceMemoryMB int

@description('Upper limit of instances.')
param maximumInstanceCount int

@description('Instances that always wait for requests.')
param alwaysReadyInstances int

@description('Resource id of the identity that the app works under.')
param appIdentityId string

@description('Resource id of the identity that deletes after retention; empty where there is none.')
param deleterIdentityId string

@description('URI of the container that the package is deployed to.')
param deploymentContainerUri string

@description('Subnet that the app calls out through; empty without a private network.')
param subnetId string

@description('Region.')
param location string

@description('Tags.')
param tags object

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: 'plan-${name}'
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: { reserved: true }
}

resource app 'Microsoft.Web/sites@2025-03-01' = {
  name: name
  location: location
  tags: tags
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: union({ '${appIdentityId}': {} }, empty(deleterIdentityId) ? {} : { '${deleterIdentityId}': {} })
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    siteConfig: {
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      ftpsState: 'Disabled'
      http20Enabled: true
      remoteDebuggingEnabled: false
    }
    functionAppConfig: {
      runtime: { name: 'node', version: nodeVersion }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maximumInstanceCount
        alwaysReady: alwaysReadyInstances > 0 ? [{ name: 'http', instanceCount: alwaysReadyInstances }] : []
      }
      deployment: {
        storage: {
          type: 'blobContainer'
          value: deploymentContainerUri
          authentication: { type: 'UserAssignedIdentity', userAssignedIdentityResourceId: appIdentityId }
        }
      }
    }
  }
}

// Publishing takes a token of Entra ID: the passwords that every app is born with are refused.
resource publishing 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2025-03-01' = [
  for channel in ['scm', 'ftp']: {
    parent: app
    name: channel
    properties: { allow: false }
  }
]

output appName string = app.name
output hostName string = app.properties.defaultHostName
