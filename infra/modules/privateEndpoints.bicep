// Private addresses of storage and vault.

@description('Name of the app.')
param name string

@description('Subnet that the addresses are taken from.')
param subnetId string

@description('DNS zone of each group.')
param zoneIds object

@description('What gets an address.')
param targets { name: string, id: string, group: string }[]

@description('Region.')
param location string

@description('Tags.')
param tags object

resource endpoints 'Microsoft.Network/privateEndpoints@2024-05-01' = [
  for target in targets: {
    name: 'pe-${name}-${target.name}'
    location: location
    tags: tags
    properties: {
      subnet: { id: subnetId }
      privateLinkServiceConnections: [
        {
          name: target.name
          properties: { privateLinkServiceId: target.id, groupIds: [target.group] }
        }
      ]
    }
  }
]

resource records 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2024-05-01' = [
  for (target, index) in targets: {
    parent: endpoints[index]
    name: 'default'
    properties: {
      privateDnsZoneConfigs: [
        { name: target.group, properties: { privateDnsZoneId: zoneIds[target.group] } }
      ]
    }
  }
]
