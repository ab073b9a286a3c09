// DNS zones that make the usual host names of storage and vault lead to their private endpoints.
// In `untyped/` because the type data that this project checks its Bicep with does not have these types.

@description('Network that asks these zones.')
param networkId string

@description('Tags.')
param tags object

// The `group` of a private endpoint, and the zone that belongs to it:
// learn.microsoft.com/azure/private-link/private-endpoint-dns.
var zones = {
  blob: 'privatelink.blob.${environment().suffixes.storage}'
  table: 'privatelink.table.${environment().suffixes.storage}'
  vault: 'privatelink${replace(environment().suffixes.keyvaultDns, '.vault.', '.vaultcore.')}'
}

resource dns 'Microsoft.Network/privateDnsZones@2024-06-01' = [
  for zone in items(zones): {
    name: zone.value
    location: 'global'
    tags: tags
  }
]

resource links 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = [
  for (zone, index) in items(zones): {
    parent: dns[index]
    name: 'network'
    location: 'global'
    tags: tags
    properties: {
      registrationEnabled: false
      virtualNetwork: { id: networkId }
    }
  }
]

output zoneIds object = mapValues(zones, zone => resourceId('Microsoft.Network/privateDnsZones', zone))
