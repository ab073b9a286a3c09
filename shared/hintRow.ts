/**
 * One row of a log type's partition that can be lost: what it says is for people and alarms, or is found again. The truth
 * lies elsewhere.
 */
import type { Deps, TableDeps } from './deps.ts';
import { messageOf } from './errors.ts';
import { partitionOf } from './segmentIndex.ts';
import type { RowValues } from './storage/port.ts';
import { definedValues } from './storage/rows.ts';

/** A row that says `T`; what is `undefined` there is not written. */
export interface HintRow<T> {
  read(deps: TableDeps, logType: string): Promise<T>;
  /** Changes what it says, whoever else changes it at the same time. */
  change(deps: TableDeps, logType: string, change: (before: T) => T): Promise<void>;
}

/** Reads a row's values by name; `undefined` where there is none. */
interface Reader {
  text(name: string): string | undefined;
  number(name: string): number | undefined;
}

/** Losing this often to other instances means something else is wrong. */
const MOST_TRIES = 20;

/** @param decode what the row says; one that nobody has written has no values. */
export function hintRow<T extends { readonly [K in keyof T]: string | number | undefined }>(
  key: string,
  decode: (values: Reader) => T,
): HintRow<T> {
  const rowOf = (deps: TableDeps, logType: string) => deps.state.get(partitionOf(deps, logType), key);
  return {
    read: async (deps, logType) => decode(readerOf((await rowOf(deps, logType))?.values ?? {})),
    change: async (deps, logType, change) => {
      for (let tries = 0; tries < MOST_TRIES; tries += 1) {
        const row = await rowOf(deps, logType);
        const values = definedValues(change(decode(readerOf(row?.values ?? {}))));
        const write = row
          ? ({ kind: 'replace', key, values, etag: row.etag } as const)
          : ({ kind: 'insert', key, values } as const);
        if ((await deps.state.commit(partitionOf(deps, logType), [write])) === 'done') return;
      }
      throw new Error(`the row '${key}' of ${logType} could not be written: others kept changing it`);
    },
  };
}

function readerOf(values: RowValues): Reader {
  const read = <T>(name: string, as: (value: unknown) => T) =>
    values[name] === undefined ? undefined : as(values[name]);
  return { text: (name) => read(name, String), number: (name) => read(name, Number) };
}

/**
 * Writes a note. Never throws: one that cannot be written is logged, and whoever notes goes on.
 * @param what could not be noted then, in words.
 */
export async function noteOrLog(
  { log }: Pick<Deps, 'log'>,
  logType: string,
  what: string,
  note: () => Promise<unknown>,
): Promise<void> {
  try {
    await note();
  } catch (error) {
    log('error', `${what} could not be noted: ${messageOf(error)}`, { logType });
  }
}
