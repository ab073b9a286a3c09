// What the archive needs in Entra ID, to be deployed before infra/main.bicep: the app's identity, its permissions of
// Microsoft Graph, and the app registration. It takes rights that a deployment should not have for long: Privileged
// Role Administrator for the permissions, Application Administrator for the registration. infra/identity.sh does the
// same with `az` alone.
extension microsoftGraphV1

targetScope = 'resourceGroup'

@description('Name of the app, as infra/main.bicep gets it.')
param name string

@description('Host name of the app; another one only in a national cloud or with a domain of your own.')
param hostName string = '${name}.azurewebsites.net'

@description('True grants what the log type customSecurityAttributeAudits needs, which is off by default.')
param withCustomSecurityAttributes bool = false

@description('Region of the identity.')
param location string = resourceGroup().location

@description('Tags of the identity.')
param tags object = {}

// One for each permission of shared/logTypes.ts; a test compares. docs/OPERATIONS.md gives the reason for each.
var permissions = [
  'AuditLog.Read.All'
  'Policy.Read.ConditionalAccess'
  'IdentityRiskEvent.Read.All'
  'IdentityRiskyServicePrincipal.Read.All'
  'IdentityRiskyUser.Read.All'
]

var optionalPermissions = [
  'CustomSecAttributeAuditLogs.Read.All'
]

module identities '../modules/identities.bicep' = {
  params: { name: name, withDeleter: false, location: location, tags: tags }
}

// Twice: the identifier URI is made of an id that only exists once the registration does.
module registered 'registration.bicep' = {
  params: {
    name: name
    address: 'https://${hostName}'
    identifierUri: ''
    appPrincipalId: identities.outputs.appPrincipalId
  }
}

module named 'registration.bicep' = {
  params: {
    name: name
    address: 'https://${hostName}'
    identifierUri: 'api://${registered.outputs.clientId}'
    appPrincipalId: identities.outputs.appPrincipalId
  }
}

resource graph 'Microsoft.Graph/servicePrincipals@v1.0' existing = {
  appId: '00000003-0000-0000-c000-000000000000'
}

resource grants 'Microsoft.Graph/appRoleAssignedTo@v1.0' = [
  for permission in concat(permissions, withCustomSecurityAttributes ? optionalPermissions : []): {
    resourceId: graph.id
    principalId: identities.outputs.appPrincipalId
    appRoleId: filter(graph.appRoles, role => role.value == permission && contains(role.allowedMemberTypes, 'Application'))[0].id
  }
]

@description('Application (client) id, which infra/main.bicep takes as authClientId.')
output authClientId string = named.outputs.clientId
