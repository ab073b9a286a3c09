/** Whom or what a question can be about, as data. */
import type { Subject } from './kinds.ts';

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const ANY = /^/;

/** Narrows a question if it is given. */
export const USER: Subject = {
  name: 'user',
  label: 'User (sign-in name or object id)',
  example: 'anna@contoso.example',
  isRequired: false,
  logTypes: /^(interactive|nonInteractive)SignIns$/,
  filters: [
    [GUID, 'userId eq {}'],
    // Entra writes them in small letters into sign-ins.
    [ANY, 'userPrincipalName eq {lower}'],
  ],
};

export const APPLICATION: Subject = {
  name: 'application',
  label: 'Application (name or application id)',
  example: 'Contoso Portal',
  isRequired: false,
  logTypes: /SignIns$/,
  filters: [
    [GUID, 'appId eq {}'],
    [ANY, 'appDisplayName eq {}'],
  ],
};

export const TARGET_USER: Subject = {
  name: 'user',
  label: 'Whose (sign-in name or object id)',
  example: 'anna@contoso.example',
  isRequired: false,
  logTypes: /^directoryAudits$/,
  filters: [
    [GUID, 'targetResources/any(x: x/id eq {})'],
    [ANY, 'targetResources/any(x: tolower(x/userPrincipalName) eq {lower})'],
  ],
};

export const TARGET_APPLICATION: Subject = {
  name: 'application',
  label: 'Application (name or object id)',
  example: 'Contoso Portal',
  isRequired: false,
  logTypes: /^directoryAudits$/,
  filters: [
    [GUID, 'targetResources/any(x: x/id eq {})'],
    [ANY, 'targetResources/any(x: x/displayName eq {})'],
  ],
};

export const TARGET_GROUP: Subject = {
  ...TARGET_APPLICATION,
  name: 'group',
  label: 'Group (name or object id)',
  example: 'Finance team',
};

export const TARGET_SYSTEM: Subject = {
  name: 'target',
  label: 'Target (name)',
  example: 'Contoso Portal',
  isRequired: false,
  logTypes: /^provisioning$/,
  filters: [[ANY, 'targetSystem/displayName eq {}']],
};
