/** The version of the app, as `package.json` states it (a test compares them); written into every ledger entry. */
export const APP_VERSION = '0.1.0';
