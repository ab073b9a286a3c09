/**
 * Loaded into every process that `npm start` runs: when the channel to the parent closes, because the parent was killed,
 * the process is asked to end, as Ctrl-C would have asked it.
 */

/** Longer than the grace of any of them. */
const PATIENCE_MS = 15_000;

process.on('disconnect', () => {
  process.kill(process.pid, 'SIGTERM');
  setTimeout(() => process.exit(1), PATIENCE_MS).unref();
});
// The channel must not keep a process alive that has nothing else to do.
process.channel?.unref();
