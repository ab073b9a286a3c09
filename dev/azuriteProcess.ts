/**
 * The child process in which Azurite runs. It lives as long as its parent holds the channel to it: when the parent
 * lets go, or dies in whatever way, Azurite shuts down in order and writes its metadata to disk.
 */

import { createRequire } from 'node:module';

// Azurite reports its shutdown; with the parent gone the pipe is broken, and the report must not end it half-way.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

process.once('disconnect', () => {
  // Azurite listens for this message once it has started; before that there is nothing to save.
  if (!process.emit('message', 'shutdown', undefined)) process.exit();
});

createRequire(import.meta.url)('azurite/dist/src/azurite.js');
