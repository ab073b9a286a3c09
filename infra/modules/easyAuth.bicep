// Sign-in in the browser (App Service authentication). It lets every request through, with or without a token: who may
// do what is decided in code, from the token itself (shared/access). What it gives is the sign-in page and a
// token store, so that the page of the app needs no secret and no token in the browser's storage.

@description('Name of the app.')
param appName string

@description('Application id that tokens are for.')
param authClientId string

resource app 'Microsoft.Web/sites@2025-03-01' existing = {
  name: appName
}

resource signIn 'Microsoft.Web/sites/config@2025-03-01' = {
  parent: app
  name: 'authsettingsV2'
  properties: {
    platform: { enabled: true }
    globalValidation: {
      requireAuthentication: false
      unauthenticatedClientAction: 'AllowAnonymous'
      redirectToProvider: 'azureactivedirectory'
    }
    identityProviders: {
      azureActiveDirectory: {
        enabled: true
        registration: {
          openIdIssuer: '${environment().authentication.loginEndpoint}${tenant().tenantId}/v2.0'
          clientId: authClientId
          // Names a setting that holds the client id of a managed identity: no secret exists. The registration trusts
          // that identity by a federated credential (infra/identity).
          clientSecretSettingName: 'OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID'
        }
        login: {
          // With .default the token is one for this API, with roles; offline_access lets the store renew it.
          loginParameters: ['scope=openid api://${authClientId}/.default offline_access']
        }
        validation: {
          allowedAudiences: [authClientId, 'api://${authClientId}']
        }
      }
    }
    login: {
      tokenStore: { enabled: true }
      cookieExpiration: { convention: 'FixedTime', timeToExpiration: '08:00:00' }
      nonce: { validateNonce: true }
      preserveUrlFragmentsForLogins: true
    }
    httpSettings: {
      requireHttps: true
      forwardProxy: { convention: 'NoProxy' }
    }
  }
}
