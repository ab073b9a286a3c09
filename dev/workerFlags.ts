/**
 * Flags of Node for the process that pulls. In Azure they are the app setting `languageWorkers__node__arguments`.
 *
 * V8 lets the young generation grow to 64 MB and the old one to a multiple of what is alive, both of it garbage here. A
 * pull gains nothing by it: kept small it holds its memory flat, for about a seventh more CPU (docs/PERFORMANCE.md).
 */
export const WORKER_FLAGS: readonly string[] = ['--max-semi-space-size=2', '--heap-growing-percent=10'];
