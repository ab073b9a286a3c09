/**
 * Where records name a person or an address: a row for each log type. Subject requests look there, and the page's
 * "everything of this user" is made of the same rows.
 *
 * A path leads through objects by `/`; `[]` marks a list, `*` stands for every field. Names may have any case in a record.
 *
 * Sources: the CSDL of signIn (beta), directoryAudit, provisioningObjectSummary, riskDetection, riskyUser and their like,
 * microsoft-graph-docs; docs/FORMAT.md, section 8, for our own access log.
 */
export interface SubjectFields {
  /** Fields that are a user's object id, and nothing else. */
  readonly ids: readonly string[];
  /** Fields that are a user's sign-in name, and nothing else; some hold what people call themselves where there is none. */
  readonly names: readonly string[];
  /** Fields that are an IP address. */
  readonly addresses: readonly string[];
  /** Fields with whatever text, which may name a user or an address in the midst of it. */
  readonly texts: readonly string[];
}

const SIGN_INS: SubjectFields = {
  ids: ['userId'],
  names: ['userPrincipalName', 'userDisplayName', 'signInIdentifier', 'alternateSignInName'],
  addresses: ['ipAddress', 'ipAddressFromResourceProvider', 'globalSecureAccessIpAddress'],
  texts: [],
};

const AUDITS: SubjectFields = {
  ids: ['initiatedBy/user/id', 'targetResources[]/id'],
  names: [
    'initiatedBy/user/userPrincipalName',
    'initiatedBy/user/displayName',
    'targetResources[]/userPrincipalName',
    'targetResources[]/displayName',
  ],
  addresses: ['initiatedBy/user/ipAddress'],
  // Of a user that is deleted for good the name has the id in front of it.
  texts: [
    'resultReason',
    'targetResources[]/userPrincipalName',
    'targetResources[]/displayName',
    'targetResources[]/modifiedProperties[]/oldValue',
    'targetResources[]/modifiedProperties[]/newValue',
    'additionalDetails[]/value',
  ],
};

const PROVISIONING: SubjectFields = {
  ids: [
    'sourceIdentity/id',
    'targetIdentity/id',
    'initiatedBy/id',
    'sourceIdentity/details/id',
    'targetIdentity/details/id',
  ],
  names: [
    'sourceIdentity/displayName',
    'targetIdentity/displayName',
    'initiatedBy/displayName',
    'sourceIdentity/details/userPrincipalName',
    'targetIdentity/details/userPrincipalName',
  ],
  addresses: [],
  texts: [
    'sourceIdentity/details/*',
    'targetIdentity/details/*',
    'modifiedProperties[]/oldValue',
    'modifiedProperties[]/newValue',
    'provisioningSteps[]/description',
    'provisioningSteps[]/details/*',
    'provisioningStatusInfo/errorInformation/reason',
    'provisioningStatusInfo/errorInformation/additionalDetails',
  ],
};

const DETECTIONS: SubjectFields = {
  ids: ['userId'],
  names: ['userPrincipalName', 'userDisplayName'],
  addresses: ['ipAddress'],
  texts: ['additionalInfo'],
};

/** By the name of the log type. */
export const SUBJECT_FIELDS: Readonly<Record<string, SubjectFields>> = {
  interactiveSignIns: SIGN_INS,
  nonInteractiveSignIns: SIGN_INS,
  servicePrincipalSignIns: SIGN_INS,
  managedIdentitySignIns: SIGN_INS,
  directoryAudits: AUDITS,
  provisioning: PROVISIONING,
  riskDetections: DETECTIONS,
  servicePrincipalRiskDetections: { ...DETECTIONS, ids: [], names: [] },
  riskyUsers: { ids: ['id'], names: ['userPrincipalName', 'userDisplayName'], addresses: [], texts: [] },
  // They name nobody: rows are for every log type all the same, so that none is forgotten.
  riskyServicePrincipals: { ids: [], names: [], addresses: [], texts: [] },
  customSecurityAttributeAudits: AUDITS,
  archiveAccess: {
    ids: ['oid', 'user'],
    names: ['user'],
    addresses: ['user'],
    texts: ['path', 'filter', 'ids', 'purpose', 'note'],
  },
};
