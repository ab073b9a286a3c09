/**
 * Temporary directories, removed together at the end of a test file.
 */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

const made = new Set<string>();

/** A new, empty directory. */
export async function tempDirectory(): Promise<string> {
  const directory = await mkdtemp(path.join(tmpdir(), 'functions-host-'));
  made.add(directory);
  return directory;
}

/** Removes all that this process has made. */
export async function removeTempDirectories(): Promise<void> {
  for (const directory of made) await rm(directory, { recursive: true, force: true });
  made.clear();
}
