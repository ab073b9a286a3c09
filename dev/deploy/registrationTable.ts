/** What the app registration holds. infra/identity says the same in Bicep: whoever makes it, the other finds it complete. */

export interface Role {
  readonly id: string;
  readonly value: string;
  readonly description: string;
}

/** The ids are fixed for ever: assignments of people refer to them. */
export const ROLES: readonly Role[] = [
  {
    id: '733b3b47-2a2d-4830-95e5-09a39dcea79f',
    value: 'Archive.Read',
    description: 'Query records, coverage and status.',
  },
  {
    id: 'd1dc4f1a-4b31-4694-b0b2-b425f471b695',
    value: 'Archive.Export',
    description: 'Export without limit, search by person, fetch evidence.',
  },
  {
    id: 'f07c2bfe-b3b6-438c-84af-45adc74db0be',
    value: 'Archive.Verify',
    description: 'Fetch keys, checkpoints and proofs.',
  },
  {
    id: 'fdc1e3c6-2899-487b-b685-a18291859ee8',
    value: 'Archive.Admin',
    description: 'Ask for sweeps, place and release holds.',
  },
];

/** The one delegated permission: a person's token carries the roles of that person. */
export const SCOPE = {
  id: '4e7c46c3-790d-4d95-af9b-400b1e9eaafd',
  value: 'access',
  type: 'User',
  isEnabled: true,
  adminConsentDisplayName: 'Use the log archive',
  adminConsentDescription: 'Use the log archive as the signed-in person, with the roles that person has.',
} as const;

/** The Azure CLI's own app id: with it people get a token without an application of their own. */
export const AZURE_CLI = '04b07795-8ddb-461a-bbee-02f9e1bf7b46';
