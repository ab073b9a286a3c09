// One page for operators: coverage, lag, volume and cost of each log type.

@description('Name of the app.')
param name string

@description('Workspace that is asked.')
param workspaceId string

@description('Region.')
param location string

@description('Tags.')
param tags object

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  // Workbooks are named by a GUID; made from the group, so that a second deployment meets the first one's.
  name: guid(resourceGroup().id, name, 'workbook')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: '${name}: coverage, lag, volume and cost'
    category: 'workbook'
    sourceId: workspaceId
    serializedData: loadTextContent('../workbook.json')
    version: '1.0'
  }
}

output workbookId string = workbook.id
