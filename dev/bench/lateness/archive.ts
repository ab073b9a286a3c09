/** The app of the bench: the production flow with stores in memory, one log type, and a budget that never waits. */
import { decodeEntry, type Entry } from '../../../shared/archive/entry.ts';
import { archiveContainer, LEDGER_CONTAINER, WORK_CONTAINER } from '../../../shared/archive/names.ts';
import { splitLines } from '../../../shared/archive/segment.ts';
import { instantFromSeconds } from '../../../shared/archive/time.ts';
import type { Clock } from '../../../shared/clock.ts';
import { readConfig } from '../../../shared/config.ts';
import type { Deps } from '../../../shared/deps.ts';
import { createGraphClient } from '../../../shared/graph/client.ts';
import { pull } from '../../../shared/pull.ts';
import { segmentsBetween } from '../../../shared/segmentIndex.ts';
import { readSegment } from '../../../shared/segments.ts';
import { createMemoryStores } from '../../../test/support/memoryStores.ts';

export interface Archive {
  /** One run of the pull timer. @throws Error when the log type fails. */
  run(): Promise<void>;
  readonly entries: () => Promise<Entry[]>;
  /** Every stored line of whole hours, in seconds since 1970. */
  lines(from: number, to: number): AsyncGenerator<Buffer>;
}

export interface ArchiveOptions {
  readonly graphUrl: string;
  readonly tenantId: string;
  readonly logType: string;
  readonly clock: Clock;
}

export async function createArchive({ graphUrl, tenantId, logType, clock }: ArchiveOptions): Promise<Archive> {
  const config = readConfig({
    TENANT_ID: tenantId,
    GRAPH_BASE_URL: graphUrl,
    LOG_TYPES: logType,
    ArchiveStorage: 'UseDevelopmentStorage=true',
    AUTH_MODE: 'none',
  });
  const stores = createMemoryStores(clock);
  await stores.ensure([LEDGER_CONTAINER, WORK_CONTAINER, archiveContainer(config.retentionDays(logType))]);
  const problems: string[] = [];
  const deps: Deps = {
    config,
    clock,
    ...stores,
    graph: createGraphClient({ origin: graphUrl, credential: undefined }),
    budgetOf: () => ({ intervalMs: 1, grant: async (signal) => signal.throwIfAborted() }),
    log: (level, message, fields) => {
      if (level !== 'info') problems.push(`${message} ${JSON.stringify(fields)}`);
    },
  };
  return {
    async run() {
      const { failed } = await pull(deps, 'reports', new AbortController().signal);
      if (failed.length > 0) throw new Error(`the pull failed: ${problems.join('; ')}`);
    },
    async entries() {
      const prefix = `${tenantId}/${logType}/`;
      const ledger = [...(stores.containers.get(LEDGER_CONTAINER) ?? [])];
      return ledger.filter(([name]) => name.startsWith(prefix)).map(([, bytes]) => decodeEntry(bytes));
    },
    async *lines(from, to) {
      for await (const segment of segmentsBetween(deps, logType, instantFromSeconds(from), instantFromSeconds(to)))
        yield* splitLines(readSegment(deps, segment));
    },
  };
}
