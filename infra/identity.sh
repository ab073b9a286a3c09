#!/usr/bin/env bash
# What the archive needs in Entra ID, with `az` alone; infra/identity/identity.bicep does the same with Bicep.
#
# Makes the app's identity, grants it the permissions of Microsoft Graph, and makes the app registration that callers
# get tokens for. May be run again at any time: what is there is updated or left, never made twice.
# Prints the application id, which infra/main.bicep takes as authClientId.
#
# It takes Contributor on the resource group, Application Administrator and Privileged Role Administrator.
set -euo pipefail

usage() {
  cat >&2 <<'TEXT'
usage: infra/identity.sh --resource-group GROUP --name APP [--location REGION] [--host-name HOST] [--with-custom-security-attributes]

  --resource-group  where the identity is made; it must exist
  --name            name of the app, as infra/main.bicep gets it
  --location        region of the identity; default: that of the resource group
  --host-name       host name of the app; default: APP.azurewebsites.net
  --with-custom-security-attributes
                    grant also what the log type customSecurityAttributeAudits needs
TEXT
  exit 2
}

group='' name='' location='' host='' attributes=''
while (($# > 0)); do
  case $1 in
    --resource-group) group=${2:-}; shift 2 || usage ;;
    --name) name=${2:-}; shift 2 || usage ;;
    --location) location=${2:-}; shift 2 || usage ;;
    --host-name) host=${2:-}; shift 2 || usage ;;
    --with-custom-security-attributes) attributes=yes; shift ;;
    *) usage ;;
  esac
done
[[ -n $group && $name =~ ^[a-z0-9][a-z0-9-]{1,38}[a-z0-9]$ ]] || usage
host=${host:-$name.azurewebsites.net}

# One for each permission of shared/logTypes.ts; a test compares.
permissions=(
  AuditLog.Read.All
  Policy.Read.ConditionalAccess
  IdentityRiskEvent.Read.All
  IdentityRiskyServicePrincipal.Read.All
  IdentityRiskyUser.Read.All
)
optional_permissions=(
  CustomSecAttributeAuditLogs.Read.All
)
[[ -z $attributes ]] || permissions+=("${optional_permissions[@]}")

# The same ids as in infra/identity/registration.bicep, for ever: assignments of people refer to them.
roles=(
  '733b3b47-2a2d-4830-95e5-09a39dcea79f|Archive.Read|Query records, coverage and status.'
  'd1dc4f1a-4b31-4694-b0b2-b425f471b695|Archive.Export|Export without limit, search by person, fetch evidence.'
  'f07c2bfe-b3b6-438c-84af-45adc74db0be|Archive.Verify|Fetch keys, checkpoints and proofs.'
  'fdc1e3c6-2899-487b-b685-a18291859ee8|Archive.Admin|Ask for sweeps, place and release holds.'
)
access_scope=4e7c46c3-790d-4d95-af9b-400b1e9eaafd
azure_cli=04b07795-8ddb-461a-bbee-02f9e1bf7b46

graph=$(az cloud show --query endpoints.microsoftGraphResourceId --output tsv)
graph=${graph%/}/v1.0
login=$(az cloud show --query endpoints.activeDirectory --output tsv)
tenant=$(az account show --query tenantId --output tsv)

# What was made a moment ago is not known everywhere in Entra ID at once.
patiently() {
  local try
  for try in 1 2 3 4 5; do
    "$@" && return
    echo "   refused; that may pass: try $try of 6" >&2
    sleep "${IDENTITY_WAIT:-10}"
  done
  "$@"
}
# Creates or updates: Graph does so for objects with a name of our own when it is asked to.
upsert() { # URL BODY
  patiently az rest --method patch --url "$1" --headers 'Content-Type=application/json' 'Prefer=create-if-missing' --body "$2" --output none
}
read_from() { # URL QUERY
  az rest --method get --url "$1" --query "$2" --output tsv
}

echo "1. identity id-$name" >&2
[[ -n $location ]] || location=$(az group show --name "$group" --query location --output tsv)
principal=$(az identity create --resource-group "$group" --name "id-$name" --location "$location" --query principalId --output tsv)

echo "2. app registration $name" >&2
app_roles=''
for role in "${roles[@]}"; do
  IFS='|' read -r id value text <<<"$role"
  app_roles+="${app_roles:+,}{\"id\":\"$id\",\"value\":\"$value\",\"displayName\":\"$value\",\"description\":\"$text\",\"allowedMemberTypes\":[\"User\",\"Application\"],\"isEnabled\":true}"
done
scope="{\"id\":\"$access_scope\",\"value\":\"access\",\"type\":\"User\",\"isEnabled\":true,\"adminConsentDisplayName\":\"Use the log archive\",\"adminConsentDescription\":\"Use the log archive as the signed-in person, with the roles that person has.\"}"
web="{\"redirectUris\":[\"https://$host/.auth/login/aad/callback\"],\"logoutUrl\":\"https://$host/.auth/logout\",\"implicitGrantSettings\":{\"enableIdTokenIssuance\":true,\"enableAccessTokenIssuance\":false}}"
api="\"requestedAccessTokenVersion\":2,\"oauth2PermissionScopes\":[$scope]"
# `npm run deploy` names registrations for people only; one that it made is completed, not made a second time.
title="Entra Log Archive ($name)"
object=$(read_from "$graph/applications?\$filter=displayName eq '$title'&\$select=id" 'value[0].id')
registration="$graph/applications${object:+/$object}"
[[ -n $object ]] || registration+="(uniqueName='$name')"
upsert "$registration" "{\"displayName\":\"$title\",\"signInAudience\":\"AzureADMyOrg\",\"api\":{$api},\"appRoles\":[$app_roles],\"web\":$web}"
client=$(read_from "$registration?\$select=appId" appId)
# What refers to the registration's own id, or to its scope, can only be said once that exists.
upsert "$registration" "{\"displayName\":\"$title\",\"identifierUris\":[\"api://$client\"],\"api\":{$api,\"preAuthorizedApplications\":[{\"appId\":\"$azure_cli\",\"delegatedPermissionIds\":[\"$access_scope\"]}]}}"

echo "3. sign-in without a secret: $client trusts id-$name" >&2
object=$(read_from "$registration?\$select=id" id)
upsert "$graph/applications/$object/federatedIdentityCredentials(name='sign-in')" "{\"issuer\":\"${login%/}/$tenant/v2.0\",\"subject\":\"$principal\",\"audiences\":[\"api://AzureADTokenExchange\"]}"

echo "4. nobody gets a token without a role" >&2
upsert "$graph/servicePrincipals(appId='$client')" '{"appRoleAssignmentRequired":true}'

echo "5. permissions of Microsoft Graph for id-$name" >&2
resource="$graph/servicePrincipals(appId='00000003-0000-0000-c000-000000000000')"
resource_id=$(read_from "$resource?\$select=id" id)
granted=$(read_from "$graph/servicePrincipals/$principal/appRoleAssignments" "value[?resourceId=='$resource_id'].appRoleId")
for permission in "${permissions[@]}"; do
  role=$(read_from "$resource?\$select=appRoles" "appRoles[?value=='$permission' && contains(allowedMemberTypes, 'Application')].id | [0]")
  [[ -n $role ]] || { echo "Microsoft Graph of this cloud has no application permission $permission; the log types that need it will be absent." >&2; continue; }
  if grep -qixF "$role" <<<"$granted"; then
    echo "   $permission: granted already" >&2
  else
    patiently az rest --method post --url "$graph/servicePrincipals/$principal/appRoleAssignments" --headers 'Content-Type=application/json' \
      --body "{\"principalId\":\"$principal\",\"resourceId\":\"$resource_id\",\"appRoleId\":\"$role\"}" --output none
    echo "   $permission: granted" >&2
  fi
done

echo "$client"
