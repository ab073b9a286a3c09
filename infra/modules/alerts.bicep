// Alerts that are questions to the logs. Each is a file of infra/queries; a row that it answers is an alert.
// What each means and what to do is in docs/OPERATIONS.md under the same name.

@description('Name of the app.')
param name string

@description('Workspace that is asked.')
param workspaceId string

@description('Who is told.')
param actionGroupId string

@description('Storage account of the archive.')
param archiveStorageName string

@description('Object id of the app\'s identity.')
param appPrincipalId string

@description('Object id of the identity that deletes after retention; empty where there is none.')
param deleterPrincipalId string

@description('Whether the audit runs once a week: a query can look two days back, so it cannot tell that one is missing.')
param weeklyAudit bool

@description('Region.')
param location string

@description('Tags.')
param tags object

// Alarms that the app raises of a log type (shared/alarms.ts). Warning is a quarter, critical is half of what the
// source keeps: of a lag, and of the time that a gap can still be read in.
var alarms = [
  { key: 'lag-warning', names: ['lag'], level: 'warning', severity: 2, text: 'A log type is a quarter of what the source keeps behind.' }
  { key: 'lag-critical', names: ['lag'], level: 'critical', severity: 0, text: 'A log type is half of what the source keeps behind: loss is near.' }
  { key: 'gap-warning', names: ['gap'], level: 'warning', severity: 2, text: 'A span is missing. The source still has it, and it is tried again.' }
  { key: 'gap-critical', names: ['gap'], level: 'critical', severity: 0, text: 'A span is missing, and half of the time in which it can be read is over.' }
  { key: 'integrity', names: ['torn', 'integrity'], level: 'critical', severity: 0, text: 'Stored bytes, ledger and checkpoints contradict each other.' }
  { key: 'checkpoint-warning', names: ['checkpoint'], level: 'warning', severity: 2, text: 'No checkpoint for two hours.' }
  { key: 'checkpoint-critical', names: ['checkpoint'], level: 'critical', severity: 1, text: 'No checkpoint for a day.' }
  { key: 'unavailable-warning', names: ['unavailable', 'policies', 'throttled'], level: 'warning', severity: 2, text: 'A log type cannot be had, or not whole: licence, permission or throttling.' }
  { key: 'unavailable-critical', names: ['unavailable', 'misconfigured'], level: 'critical', severity: 1, text: 'A log type cannot be had or stored, and loss is near.' }
  { key: 'expire', names: ['expire'], level: 'warning', severity: 2, text: 'What is past its retention is not deleted.' }
  { key: 'unusual', names: ['silence', 'schemaDrift'], level: 'warning', severity: 3, text: 'A log type brings nothing for longer than ever, or half of it anew.' }
]

var alarmsQuery = loadTextContent('../queries/alarms.kql')

var ofAlarms = map(alarms, alarm => {
  key: alarm.key
  severity: alarm.severity
  text: alarm.text
  dimensions: ['logType', 'name']
  window: 'PT1H'
  range: null
  query: replace(
    replace(alarmsQuery, '{names}', '\'${join(alarm.names, '\', \'')}\''),
    '{level}',
    alarm.level
  )
})

var ofLogs = [
  {
    key: 'lost'
    severity: 0
    text: 'Entra forgot a span before it was read. The ledger has a gap entry with its bounds and the cause.'
    dimensions: ['logType']
    window: 'PT1H'
    range: null
    query: loadTextContent('../queries/lost.kql')
  }
  {
    key: 'audit'
    severity: 0
    text: 'The daily audit met segments that are missing or changed, or could not be finished.'
    dimensions: []
    window: 'PT1H'
    range: null
    query: loadTextContent('../queries/audit.kql')
  }
  {
    key: 'silence'
    severity: 0
    text: 'A timer, or the whole app, has said nothing for longer than it may.'
    dimensions: ['who']
    window: 'PT1H'
    range: 'P2D'
    // What is not expected at all may be silent for longer than the query looks back.
    query: replace(
      replace(loadTextContent('../queries/silence.kql'), '{audit}', weeklyAudit ? '10d' : '30h'),
      '{deletion}',
      empty(deleterPrincipalId) ? '10d' : '3h'
    )
  }
  {
    key: 'access-log'
    severity: 1
    text: 'Access rows could not be written or collected: a read may have left no trace.'
    dimensions: []
    window: 'PT1H'
    range: null
    query: loadTextContent('../queries/accessLog.kql')
  }
  {
    key: 'failing-functions'
    severity: 2
    text: 'A function fails again and again.'
    dimensions: ['functionName']
    window: 'PT1H'
    range: null
    query: loadTextContent('../queries/failures.kql')
  }
  {
    key: 'delete-attempts'
    severity: 0
    text: 'Somebody other than the deleter tried to delete in the archive account.'
    dimensions: ['who']
    window: 'PT1H'
    range: null
    query: replace(
      replace(
        replace(loadTextContent('../queries/deletes.kql'), '{account}', archiveStorageName),
        '{app}',
        appPrincipalId
      ),
      '{deleter}',
      deleterPrincipalId
    )
  }
]

resource rules 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for rule in concat(ofAlarms, ofLogs): {
    name: '${name}-${rule.key}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: '${name}: ${rule.key}'
      description: '${rule.text} What to do: docs/OPERATIONS.md, "${rule.key}".'
      severity: rule.severity
      enabled: true
      scopes: [workspaceId]
      evaluationFrequency: 'PT15M'
      windowSize: rule.window
      overrideQueryTimeRange: rule.range
      criteria: {
        allOf: [
          {
            query: rule.query
            timeAggregation: 'Count'
            operator: 'GreaterThan'
            threshold: 0
            dimensions: map(rule.dimensions, dimension => { name: dimension, operator: 'Include', values: ['*'] })
            failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
          }
        ]
      }
      // Resolved when the query answers nothing again; until then said once, not every quarter of an hour.
      autoMitigate: true
      // Before the first request there is no table of requests or of storage logs yet.
      skipQueryValidation: true
      actions: { actionGroups: [actionGroupId] }
    }
  }
]
