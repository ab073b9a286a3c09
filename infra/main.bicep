// All of an archive in one resource group: storage, signing key, app, identities, alerts. docs/INFRASTRUCTURE.md says why.
// It may be deployed again at any time; what is stored is never touched, and a locked policy is left alone.
targetScope = 'resourceGroup'

// ---------------------------------------------------------------- what must be given

@description('Name of the app and first part of its address https://<name>.azurewebsites.net, so it must be free in all of Azure. Lower-case letters, digits and hyphens.')
@minLength(3)
@maxLength(40)
param name string

@description('Who gets the alerts: the address of a mailbox that people read. Without one nobody would learn that the archive fell silent, so there is no default.')
@minLength(6)
param alertEmail string

@description('Application (client) id of the app registration that callers get tokens for; infra/identity makes it and prints it.')
@minLength(36)
@maxLength(36)
param authClientId string

// ---------------------------------------------------------------- what is collected

@description('Log types to pull, by name; empty for all that are on by default. A log type that is left out is not archived, and what Entra forgets meanwhile is lost.')
param logTypes string[] = []

@description('Origin of Microsoft Graph. Another one only in a national cloud.')
@allowed([
  'https://graph.microsoft.com'
  'https://graph.microsoft.us'
  'https://dod-graph.microsoft.us'
  'https://microsoftgraph.chinacloudapi.cn'
])
param graphBaseUrl string = 'https://graph.microsoft.com'

@description('When to pull, as NCRONTAB with seconds, in UTC. The alert on silence expects a run at least every half hour.')
param pullSchedule string = '0 */15 * * * *'

@description('Further settings by name, as docs/OPERATIONS.md and local.settings.sample.json list them, for example { SETTLE_MINUTES: \'20\' }. They win over what this template sets.')
param settings object = {}

// ---------------------------------------------------------------- how long it is kept

@description('Retention classes in days, one immutable container archive-<days>d each. The first is the retention of every log type that retentionDaysByLogType does not name. Storage cost grows with it linearly; a locked policy can be extended, never shortened, so start short.')
@minLength(1)
param retentionClasses int[] = [2555]

@description('Days for single log types, for example { riskyUsers: 365 }. Their containers are made too.')
param retentionDaysByLogType object = {}

@description('Containers whose immutability policy has been locked (a command of its own does that, never this template), by name: their policies are left alone, because Azure refuses a change of a locked policy and with it the deployment. Every other immutable container gets an unlocked policy. npm run deploy finds them by itself.')
param lockedContainers string[] = []

@description('True attaches the identity that may delete segments after their retention, grants it, and switches the deletion on. False: nothing of this deployment can delete a segment.')
param expireEnabled bool = false

@description('True gives the app blobs/write in the immutable containers instead of blobs/add, which creates only. For the case that an account refuses Put Blob to blobs/add; the immutability policy still refuses every overwrite.')
param grantBlobWrite bool = false

@description('Days in which deleted blobs of the archive account can be restored. A deletion with proof is final only after them. Cost: the deleted bytes, for as long.')
@minValue(1)
@maxValue(365)
param softDeleteDays int = 7

// ---------------------------------------------------------------- what it costs and survives

@description('Memory of an instance in MB. The price follows it: an hour of running costs about 0.05 USD with 512, 0.19 USD with 2048 and 0.37 USD with 4096 (0.000026 USD a GB-second, list price of East US in 2025, free grant not deducted). 2048 fits every tenant; 512 fits small ones only.')
@allowed([512, 2048, 4096])
param instanceMemoryMB int = 2048

@description('Upper limit of instances: bounds what a flood of requests can cost. Timers and requests run on instances of their own.')
@minValue(40)
@maxValue(1000)
param maximumInstanceCount int = 40

@description('Instances that always wait for requests, against cold starts. Each costs about 21 USD a month with 2048 MB, used or not (0.000004 USD a GB-second, list price of East US in 2025).')
@minValue(0)
@maxValue(10)
param alwaysReadyInstances int = 0

@description('Node version of the app.')
@allowed(['24', '22'])
param nodeVersion string = '24'

@description('Redundancy of the archive. LRS: three copies in one building, the cheapest. ZRS: three zones, about 1.25 times LRS. GRS and GZRS: a second region too, about twice; RA: that region can be read. Only regions with zones have ZRS and GZRS.')
@allowed([
  'Standard_LRS'
  'Standard_ZRS'
  'Standard_GRS'
  'Standard_RAGRS'
  'Standard_GZRS'
  'Standard_RAGZRS'
])
param archiveRedundancy string = 'Standard_ZRS'

@description('True audits once a week in place of once a day: every segment is read and hashed within 30 weeks, not 30 days. Cool and cold storage charge for reading, so this is what makes them pay; docs/INFRASTRUCTURE.md does the sums.')
param weeklyAudit bool = false

@description('Days after which a segment moves from hot to cool: half the price to store, 0.01 USD for each GB that is read. With the daily audit that is no dearer and no cheaper than hot, with the weekly one two thirds of it.')
@minValue(26)
param coolAfterDays int = 90

@description('Days after which a segment moves on to cold; 3650, or 365 with weeklyAudit, where it is not given. A fifth of the price to store, 0.03 USD for each GB that is read. With the daily audit that is dearer than hot, so it is put off for ten years; with the weekly one it is a third of hot.')
@minValue(56)
param coldAfterDays int?

@description('True keeps the signing key in hardware (premium vault). Cost: about 1 USD a month for the key.')
param signingKeyInHsm bool = false

// ---------------------------------------------------------------- network, locks, monitoring

@description('True puts a virtual network and private endpoints before storage and vault and closes their public addresses. The app itself keeps its public address. Cost: about 7 USD a month for each of five endpoints.')
param privateNetwork bool = false

@description('Address space of that network, a /24.')
param networkPrefix string = '10.90.0.0/24'

@description('True puts a CanNotDelete lock on the archive account and the vault. Take the locks off by hand before the resource group can go.')
param deleteLocks bool = true

@description('Days that logs and alerts can look back in the workspace. Up to 31 are free, each further GB-month costs about 0.10 USD.')
@minValue(30)
@maxValue(730)
param logDays int = 90

@description('Where the availability test asks from. Cost: about 2 USD a month for each, a request every 15 minutes.')
@minLength(1)
param availabilityLocations string[] = ['emea-nl-ams-azr', 'us-va-ash-azr', 'apac-sg-sin-azr']

@description('Region. That of the resource group unless said otherwise.')
param location string = resourceGroup().location

@description('Tags of every resource.')
param tags object = {}

// ---------------------------------------------------------------- names

var unique = uniqueString(resourceGroup().id, name)
var short = take(replace(toLower(name), '-', ''), 8)
var hostStorageName = 'st${short}h${unique}'
var archiveStorageName = 'st${short}a${unique}'
var vaultName = 'kv-${take(short, 7)}-${unique}'

// Every retention in use has its container, whether its class was listed or not.
var classes = union(retentionClasses, map(items(retentionDaysByLogType), entry => entry.value))

// ---------------------------------------------------------------- who acts

module identities 'modules/identities.bicep' = {
  params: { name: name, withDeleter: expireEnabled, location: location, tags: tags }
}

// ---------------------------------------------------------------- where it is seen

module monitor 'modules/monitor.bicep' = {
  params: {
    name: name
    alertEmail: alertEmail
    logDays: logDays
    appPrincipalId: identities.outputs.appPrincipalId
    location: location
    tags: tags
  }
}

// ---------------------------------------------------------------- what is stored

module hostStorage 'modules/hostStorage.bicep' = {
  params: {
    accountName: hostStorageName
    appPrincipalId: identities.outputs.appPrincipalId
    closed: privateNetwork
    location: location
    tags: tags
  }
}

module archiveStorage 'modules/archiveStorage.bicep' = {
  params: {
    accountName: archiveStorageName
    redundancy: archiveRedundancy
    softDeleteDays: softDeleteDays
    closed: privateNetwork
    deleteLock: deleteLocks
    workspaceId: monitor.outputs.workspaceId
    location: location
    tags: tags
  }
}

module containers 'modules/immutableContainers.bicep' = {
  params: {
    accountName: archiveStorage.outputs.accountName
    classes: classes
    lockedContainers: lockedContainers
    coolAfterDays: coolAfterDays
    coldAfterDays: coldAfterDays ?? (weeklyAudit ? 365 : 3650)
  }
}

module archiveRoles 'modules/archiveRoles.bicep' = {
  params: {
    name: name
    accountName: archiveStorage.outputs.accountName
    mayOverwrite: grantBlobWrite
    immutableContainers: containers.outputs.names
    segmentContainers: containers.outputs.segmentNames
    appPrincipalId: identities.outputs.appPrincipalId
    deleterPrincipalId: identities.outputs.deleterPrincipalId
  }
}

module vault 'modules/vault.bicep' = {
  params: {
    vaultName: vaultName
    keyInHsm: signingKeyInHsm
    closed: privateNetwork
    deleteLock: deleteLocks
    appPrincipalId: identities.outputs.appPrincipalId
    workspaceId: monitor.outputs.workspaceId
    location: location
    tags: tags
  }
}

module network 'modules/network.bicep' = if (privateNetwork) {
  params: { name: name, prefix: networkPrefix, location: location, tags: tags }
}

module endpoints 'modules/privateEndpoints.bicep' = if (privateNetwork) {
  params: {
    name: name
    subnetId: network!.outputs.endpointSubnetId
    zoneIds: network!.outputs.zoneIds
    targets: [
      { name: 'archive-blob', id: archiveStorage.outputs.accountId, group: 'blob' }
      { name: 'archive-table', id: archiveStorage.outputs.accountId, group: 'table' }
      { name: 'host-blob', id: hostStorage.outputs.accountId, group: 'blob' }
      { name: 'host-table', id: hostStorage.outputs.accountId, group: 'table' }
      { name: 'vault', id: vault.outputs.vaultId, group: 'vault' }
    ]
    location: location
    tags: tags
  }
}

// ---------------------------------------------------------------- what runs

module app 'modules/functionApp.bicep' = {
  params: {
    name: name
    nodeVersion: nodeVersion
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    alwaysReadyInstances: alwaysReadyInstances
    appIdentityId: identities.outputs.appIdentityId
    deleterIdentityId: identities.outputs.deleterIdentityId
    deploymentContainerUri: hostStorage.outputs.deploymentContainerUri
    subnetId: privateNetwork ? network!.outputs.appSubnetId : ''
    location: location
    tags: tags
  }
  // The package and the status of timers need the roles at the first start, the first pull needs the containers.
  dependsOn: [archiveRoles, endpoints]
}

module appSettings 'modules/appSettings.bicep' = {
  params: {
    appName: app.outputs.appName
    authClientId: authClientId
    appClientId: identities.outputs.appClientId
    deleterClientId: identities.outputs.deleterClientId
    hostStorageName: hostStorage.outputs.accountName
    archiveStorageName: archiveStorage.outputs.accountName
    signingKeyId: vault.outputs.signingKeyId
    insightsConnectionString: monitor.outputs.insightsConnectionString
    graphBaseUrl: graphBaseUrl
    pullSchedule: pullSchedule
    logTypes: logTypes
    retentionDays: retentionClasses[0]
    retentionDaysByLogType: retentionDaysByLogType
    weeklyAudit: weeklyAudit
    expireEnabled: expireEnabled
    settings: settings
  }
}

module easyAuth 'modules/easyAuth.bicep' = {
  params: { appName: app.outputs.appName, authClientId: authClientId }
  // It proves itself with an app setting, and both restart the app: one after the other.
  dependsOn: [appSettings]
}

// ---------------------------------------------------------------- who is told

module alerts 'modules/alerts.bicep' = {
  params: {
    name: name
    workspaceId: monitor.outputs.workspaceId
    actionGroupId: monitor.outputs.actionGroupId
    archiveStorageName: archiveStorage.outputs.accountName
    appPrincipalId: identities.outputs.appPrincipalId
    deleterPrincipalId: identities.outputs.deleterPrincipalId
    weeklyAudit: weeklyAudit
    location: location
    tags: tags
  }
}

module activityAlerts 'modules/untyped/activityAlerts.bicep' = {
  params: { name: name, actionGroupId: monitor.outputs.actionGroupId, tags: tags }
}

module availability 'modules/availability.bicep' = {
  params: {
    name: name
    hostName: app.outputs.hostName
    insightsId: monitor.outputs.insightsId
    actionGroupId: monitor.outputs.actionGroupId
    locations: availabilityLocations
    location: location
    tags: tags
  }
}

module workbook 'modules/workbook.bicep' = {
  params: { name: name, workspaceId: monitor.outputs.workspaceId, location: location, tags: tags }
}

// ---------------------------------------------------------------- what the deployment is told

@description('Name of the function app.')
output appName string = app.outputs.appName

@description('Host name of the app, without https://.')
output hostName string = app.outputs.hostName

@description('Client id of the identity that the app works under.')
output appClientId string = identities.outputs.appClientId

@description('Object id of that identity: it holds the permissions of Microsoft Graph.')
output appPrincipalId string = identities.outputs.appPrincipalId

@description('Object id of the identity that deletes after retention; empty without expireEnabled.')
output deleterPrincipalId string = identities.outputs.deleterPrincipalId

@description('Storage account of the Functions host, with the deployed package.')
output hostStorageName string = hostStorage.outputs.accountName

@description('Container of the deployed package.')
output deploymentContainer string = hostStorage.outputs.deploymentContainer

@description('Storage account of the archive.')
output archiveStorageName string = archiveStorage.outputs.accountName

@description('Immutable containers with the days of their policy, which is what a lock makes final: [{ name, days }].')
output immutableContainers array = containers.outputs.policies

@description('Name of the Key Vault.')
output vaultName string = vault.outputs.vaultName

@description('Id of the signing key with its version, as SIGNING_KEY has it.')
output signingKeyId string = vault.outputs.signingKeyId

@description('Name of Application Insights.')
output insightsName string = monitor.outputs.insightsName

@description('Customer id of the Log Analytics workspace, as `az monitor log-analytics query --workspace` wants it.')
output workspaceCustomerId string = monitor.outputs.workspaceCustomerId

@description('Resource id of the workbook.')
output workbookId string = workbook.outputs.workbookId
