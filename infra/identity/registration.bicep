// The app registration: what callers get tokens for, which roles they can have, and sign-in without a secret.
extension microsoftGraphV1

@description('Unique name of the registration: the same name meets the same registration again.')
param name string

@description('Address of the app, without a slash at the end.')
param address string

@description('Identifier URI; empty the first time, when the application id that it is made of is not known yet.')
param identifierUri string

@description('Object id of the app\'s identity, which proves the registration at sign-in where others keep a secret.')
param appPrincipalId string

// The ids are fixed for ever: assignments of people refer to them. infra/identity.sh has the same; a test compares.
var roles = [
  { id: '733b3b47-2a2d-4830-95e5-09a39dcea79f', value: 'Archive.Read', text: 'Query records, coverage and status.' }
  { id: 'd1dc4f1a-4b31-4694-b0b2-b425f471b695', value: 'Archive.Export', text: 'Export without limit, search by person, fetch evidence.' }
  { id: 'f07c2bfe-b3b6-438c-84af-45adc74db0be', value: 'Archive.Verify', text: 'Fetch keys, checkpoints and proofs.' }
  { id: 'fdc1e3c6-2899-487b-b685-a18291859ee8', value: 'Archive.Admin', text: 'Ask for sweeps, place and release holds.' }
]

var accessScopeId = '4e7c46c3-790d-4d95-af9b-400b1e9eaafd'

// Azure CLI: with it auditors get a token without an application of their own.
var azureCli = '04b07795-8ddb-461a-bbee-02f9e1bf7b46'

resource registration 'Microsoft.Graph/applications@v1.0' = {
  uniqueName: name
  displayName: 'Entra Log Archive (${name})'
  signInAudience: 'AzureADMyOrg'
  identifierUris: empty(identifierUri) ? null : [identifierUri]
  api: {
    requestedAccessTokenVersion: 2
    oauth2PermissionScopes: [
      {
        id: accessScopeId
        value: 'access'
        type: 'User'
        isEnabled: true
        adminConsentDisplayName: 'Use the log archive'
        adminConsentDescription: 'Use the log archive as the signed-in person, with the roles that person has.'
      }
    ]
    preAuthorizedApplications: [{ appId: azureCli, delegatedPermissionIds: [accessScopeId] }]
  }
  appRoles: [
    for role in roles: {
      id: role.id
      value: role.value
      displayName: role.value
      description: role.text
      allowedMemberTypes: ['User', 'Application']
      isEnabled: true
    }
  ]
  web: {
    redirectUris: ['${address}/.auth/login/aad/callback']
    logoutUrl: '${address}/.auth/logout'
    implicitGrantSettings: { enableIdTokenIssuance: true, enableAccessTokenIssuance: false }
  }

  resource signIn 'federatedIdentityCredentials@v1.0' = {
    name: '${registration.uniqueName}/sign-in'
    issuer: '${environment().authentication.loginEndpoint}${tenant().tenantId}/v2.0'
    subject: appPrincipalId
    audiences: ['api://AzureADTokenExchange']
  }
}

// Nobody gets a token who has not been given a role.
resource servicePrincipal 'Microsoft.Graph/servicePrincipals@v1.0' = {
  appId: registration.appId
  appRoleAssignmentRequired: true
}

output clientId string = registration.appId
