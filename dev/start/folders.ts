/** Where `npm start` keeps things, seen from the root of the tree. None of it is ever committed. */

/** What outlives a start. */
export const FOLDER = '.local';
/** What the processes printed, anew at each start. */
export const LOGS = `${FOLDER}/logs`;
