/**
 * Where timer statuses are kept: one JSON file for each function, in the shape of the real host's status blob.
 *
 * A write replaces the file in one step. A file that cannot be read as a status is an error, not an absent status:
 * taking it for absent would silently skip what was missed.
 */

import { randomUUID } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { HostError } from './hostError.ts';
import { readJson } from './settings.ts';
import { fromWire, type TimerStatus, toWire } from './timerStatus.ts';

export interface TimerStore {
  /** `undefined` when none was ever stored. */
  read(name: string): Promise<TimerStatus | undefined>;
  write(name: string, status: TimerStatus): Promise<void>;
}

/** A store in `directory`, which is made when needed. */
export function createTimerStore(directory: string): TimerStore {
  return {
    read: async (name) => {
      const wire = await readJson(directory, `${name}.json`);
      const status = wire && fromWire(wire);
      if (wire && !status) {
        throw new HostError(`${path.join(directory, name)}.json is not a timer status. Delete it to start afresh.`);
      }
      return status;
    },
    write: async (name, status) => {
      await mkdir(directory, { recursive: true });
      const file = path.join(directory, `${name}.json`);
      // A name of its own for each write: of two hosts on one directory the second would rename what the first took away.
      const fresh = `${file}.${randomUUID()}.new`;
      await writeFile(fresh, `${JSON.stringify(toWire(status))}\n`);
      await rename(fresh, file);
    },
  };
}
