// The settings of the app: those of shared/config.ts, and the platform's own. None of them is a secret.

@description('Name of the app.')
param appName string

@description('Application id that tokens are for.')
param authClientId string

@description('Client id of the identity that the app works under.')
param appClientId string

@description('Client id of the identity that deletes after retention; empty where there is none.')
param deleterClientId string

@description('Storage account of the Functions host.')
param hostStorageName string

@description('Storage account of the archive.')
param archiveStorageName string

@description('Key that signs checkpoints, with its version.')
param signingKeyId string

@description('Where telemetry goes.')
param insightsConnectionString string

@description('Origin of Microsoft Graph.')
param graphBaseUrl string

@description('When to pull.')
param pullSchedule string

@description('Log types to pull; empty for the default.')
param logTypes string[]

@description('Days to keep a log type that is not named.')
param retentionDays int

@description('Days to keep the log types that are named.')
param retentionDaysByLogType object

@description('Whether the archive is audited once a week, not once a day.')
param weeklyAudit bool

@description('Whether segments are deleted after their retention.')
param expireEnabled bool

@description('Further settings, which win.')
param settings object

resource app 'Microsoft.Web/sites@2025-03-01' existing = {
  name: appName
}

var storage = environment().suffixes.storage

// Names that belong to the platform. The host works under the app's identity, and so does its telemetry.
var platform = {
  AzureWebJobsStorage__blobServiceUri: 'https://${hostStorageName}.blob.${storage}'
  AzureWebJobsStorage__queueServiceUri: 'https://${hostStorageName}.queue.${storage}'
  AzureWebJobsStorage__tableServiceUri: 'https://${hostStorageName}.table.${storage}'
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: appClientId
  APPLICATIONINSIGHTS_CONNECTION_STRING: insightsConnectionString
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${appClientId};Authorization=AAD'
  // dev/workerFlags.ts, which says why; a test holds the two equal.
  languageWorkers__node__arguments: '--max-semi-space-size=2 --heap-growing-percent=10'
  // Sign-in proves the app with this identity where others keep a client secret (modules/easyAuth.bicep).
  OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID: appClientId
}

var ours = {
  TENANT_ID: tenant().tenantId
  GRAPH_BASE_URL: graphBaseUrl
  AZURE_CLIENT_ID: appClientId
  ArchiveStorage__blobServiceUri: 'https://${archiveStorageName}.blob.${storage}'
  ArchiveStorage__tableServiceUri: 'https://${archiveStorageName}.table.${storage}'
  SIGNING_KEY: signingKeyId
  AUTH_MODE: 'entra'
  AUTH_ISSUER: '${environment().authentication.loginEndpoint}${tenant().tenantId}/v2.0'
  AUTH_AUDIENCE: authClientId
  PULL_SCHEDULE: pullSchedule
  RETENTION_DAYS: string(retentionDays)
  VERIFY_SCHEDULE: weeklyAudit ? '0 35 3 * * 0' : '0 35 3 * * *'
  EXPIRE_ENABLED: expireEnabled ? 'true' : 'false'
}

var chosen = empty(logTypes) ? {} : { LOG_TYPES: join(logTypes, ',') }

var deletion = empty(deleterClientId) ? {} : { EXPIRE_CLIENT_ID: deleterClientId }

var retention = toObject(
  items(retentionDaysByLogType),
  entry => 'RETENTION_DAYS__${entry.key}',
  entry => string(entry.value)
)

resource appSettings 'Microsoft.Web/sites/config@2025-03-01' = {
  parent: app
  name: 'appsettings'
  properties: union(platform, ours, chosen, deletion, retention, settings)
}
