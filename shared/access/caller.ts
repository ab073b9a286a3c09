/** Who asks: what a verified token says of its bearer. */

/** The app roles. None includes another; somebody who does several jobs is given several. */
export const ROLES = ['Archive.Read', 'Archive.Export', 'Archive.Verify', 'Archive.Admin'] as const;

export type Role = (typeof ROLES)[number];

export interface Caller {
  /** Object id of the user or service principal in the tenant. */
  readonly oid: string;
  /** Client id of the app that asked for the token. */
  readonly appId: string;
  /** Only roles of `ROLES`; others that a token carries are not ours. */
  readonly roles: readonly Role[];
  /** The token came out of a browser's session, which a page of another origin can make use of too. */
  readonly cookie: boolean;
}
