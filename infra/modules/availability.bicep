// Whether the app answers at all, asked from outside: the one alert that does not need the app to say anything.

@description('Name of the app.')
param name string

@description('Host name of the app.')
param hostName string

@description('Application Insights that keeps the results.')
param insightsId string

@description('Who is told.')
param actionGroupId string

@description('Where it is asked from.')
param locations string[]

@description('Region.')
param location string

@description('Tags.')
param tags object

resource test 'Microsoft.Insights/webtests@2022-06-15' = {
  name: '${name}-health'
  location: location
  kind: 'standard'
  // This tag ties the test to its Application Insights; without it the portal does not show it there.
  tags: union(tags, { 'hidden-link:${insightsId}': 'Resource' })
  properties: {
    SyntheticMonitorId: '${name}-health'
    Name: '${name} answers'
    Kind: 'standard'
    Enabled: true
    Frequency: 900
    // An instance may have to start first.
    Timeout: 60
    RetryEnabled: true
    Locations: [for place in locations: { Id: place }]
    Request: {
      RequestUrl: 'https://${hostName}/api/health'
      HttpVerb: 'GET'
      FollowRedirects: false
      ParseDependentRequests: false
    }
    ValidationRules: {
      ExpectedHttpStatusCode: 200
      SSLCheck: true
      SSLCertRemainingLifetimeCheck: 7
      ContentValidation: { ContentMatch: '"status":"up"', PassIfTextFound: true, IgnoreCase: false }
    }
  }
}

resource alert 'Microsoft.Insights/metricAlerts@2018-03-01' = {
  name: '${name}-availability'
  location: 'global'
  tags: tags
  properties: {
    description: 'GET /api/health is not answered. What to do: docs/OPERATIONS.md, "availability".'
    severity: 1
    enabled: true
    scopes: [test.id, insightsId]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT30M'
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.WebtestLocationAvailabilityCriteria'
      webTestId: test.id
      componentId: insightsId
      // One place may have trouble of its own.
      failedLocationCount: min(length(locations), 2)
    }
    autoMitigate: true
    actions: [{ actionGroupId: actionGroupId }]
  }
}
