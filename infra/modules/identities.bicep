// Who the app is: one identity that cannot delete from the archive and, only where expiry is on, one that can.
// infra/identity deploys this too, before the rest, because permissions of Microsoft Graph are granted to it.

@description('Name of the app; the identities are called after it.')
param name string

@description('Whether the identity that deletes segments after their retention exists.')
param withDeleter bool

@description('Region.')
param location string

@description('Tags.')
param tags object

resource app 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: 'id-${name}'
  location: location
  tags: tags
}

resource deleter 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = if (withDeleter) {
  name: 'id-${name}-deleter'
  location: location
  tags: tags
}

output appIdentityId string = app.id
output appClientId string = app.properties.clientId
output appPrincipalId string = app.properties.principalId
output deleterIdentityId string = withDeleter ? deleter.id : ''
output deleterClientId string = withDeleter ? deleter!.properties.clientId : ''
output deleterPrincipalId string = withDeleter ? deleter!.properties.principalId : ''
