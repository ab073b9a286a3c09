// A private network, where one is wanted: the app calls out through one subnet, storage and vault answer in another.

@description('Name of the app.')
param name string

@description('Address space, a /24.')
param prefix string

@description('Region.')
param location string

@description('Tags.')
param tags object

resource network 'Microsoft.Network/virtualNetworks@2024-05-01' = {
  name: 'vnet-${name}'
  location: location
  tags: tags
  properties: {
    addressSpace: { addressPrefixes: [prefix] }
    subnets: [
      {
        name: 'app'
        properties: {
          addressPrefix: cidrSubnet(prefix, 26, 0)
          // What Flex Consumption asks of a subnet: learn.microsoft.com/azure/azure-functions/flex-consumption-how-to.
          delegations: [{ name: 'flex', properties: { serviceName: 'Microsoft.App/environments' } }]
        }
      }
      {
        name: 'endpoints'
        properties: {
          addressPrefix: cidrSubnet(prefix, 26, 1)
          privateEndpointNetworkPolicies: 'Enabled'
        }
      }
    ]
  }
}

module zones 'untyped/privateZones.bicep' = {
  params: { networkId: network.id, tags: tags }
}

output appSubnetId string = network.properties.subnets[0].id
output endpointSubnetId string = network.properties.subnets[1].id
output zoneIds object = zones.outputs.zoneIds
