/** Where `npm start` keeps things, seen from the root of the tree. None of it is ever committed. */

/** What outlives a start. */
export const FOLDER = '.local';
/** What the processes printed, anew at each start. */
export const LOGS = `${FOLDER}/logs`;
/** The key that signs checkpoints where the shell names no other. It stays with the archive that it signs. */
export const SIGNING_KEY = `${FOLDER}/signing-key.pem`;
